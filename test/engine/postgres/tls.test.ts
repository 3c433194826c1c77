import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../support/postgres/expect.ts';
import { open } from '../../support/postgres/parts.ts';
import { startServer } from '../../support/postgres/server.ts';

/*
 * Keys made for these tests alone, good until 2126: `server.crt` is for localhost, `client.crt` for postgres, both signed by `ca.crt`;
 * `other-ca.crt` has signed nothing.
 */
const test = suite('TLS with a real server');
const folder = new URL('../../support/postgres/tls/', import.meta.url).pathname;
const [authority, other] = [`${folder}ca.crt`, `${folder}other-ca.crt`];
let server: LocalServer;
let plain: LocalServer;
let directory: string;

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'limbeck-tls-'));
  const names = ['server.crt', 'server.key', 'ca.crt'];
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(`${folder}${name}`, 'utf8')] as const)),
  );
  const access = [
    'local all all trust',
    'hostssl all guest all scram-sha-256',
    'hostssl all postgres all scram-sha-256 clientcert=verify-full',
  ];
  const settings = { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key', ssl_ca_file: 'ca.crt' };
  server = await startServer(undefined, settings, { ...files, 'pg_hba.conf': `${access.join('\n')}\n` });
  plain = await startServer();
  const admin = await open(server.socketUrl());
  await admin.execute("CREATE ROLE guest LOGIN PASSWORD 's3cret'");
  await admin.close();
});
test.after(async () => {
  await server.stop();
  await plain.stop();
  await rm(directory, { recursive: true });
});

const urlOf = (parameters: string, host = 'localhost', login = 'guest:s3cret'): string =>
  `postgresql://${login}@${host}:${server.port}/postgres?${parameters}`;

const isEncrypted = async (url: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const session = await open(url, { env });
  try {
    const [row] = await session.query('SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()');
    return row?.['ssl'];
  } finally {
    await session.close();
  }
};

/** The message of a refusal, in which no password stands. */
const refusal = async (url: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { message, hint } = await rejection(open(url, { env }), 'database-unreadable');
  assert.not.match(`${message} ${hint}`, /s3cret/);
  return `${message}\n${hint}`;
};

test('as far as sslmode asks for it', async () => {
  for (const parameters of [
    '',
    'sslmode=allow',
    'sslmode=prefer',
    'sslmode=require',
    `sslmode=require&sslrootcert=${authority}`,
    `sslmode=verify-ca&sslrootcert=${authority}`,
    `sslmode=verify-full&sslrootcert=${authority}`,
  ])
    assert.is(await isEncrypted(urlOf(parameters)), true, parameters);
  assert.match(await refusal(urlOf('sslmode=disable')), /no pg_hba.conf entry.*no encryption[^]*sslmode in the URL/);
  assert.is(await isEncrypted(`${plain.tcpUrl()}?sslmode=prefer`), false, 'where the server has none');
  assert.match((await rejection(open(`${plain.tcpUrl()}?sslmode=verify-full`), 'database-unreadable')).message, /does not speak TLS/);
});

test('by PGSSLMODE and PGSSLROOTCERT', async () => {
  assert.is(await isEncrypted(urlOf(''), { PGSSLMODE: 'verify-full', PGSSLROOTCERT: authority }), true);
  assert.match(await refusal(urlOf(''), { PGSSLMODE: 'verify-full', PGSSLROOTCERT: other }), /TLS failed: self-signed certificate/);
  assert.match(await refusal(urlOf(''), { PGSSLMODE: 'disable' }), /no encryption/);
  assert.is(await isEncrypted(urlOf('sslmode=require'), { PGSSLMODE: 'disable' }), true, 'the URL goes first');
});

test('a certificate of an unknown authority, or for another name, is a clear refusal', async () => {
  for (const mode of ['require', 'verify-ca', 'verify-full'])
    assert.match(
      await refusal(urlOf(`sslmode=${mode}&sslrootcert=${other}`)),
      /TLS failed: self-signed certificate[^]*sslrootcert in the URL/,
    );
  for (const mode of ['verify-ca', 'verify-full'])
    assert.match(await refusal(urlOf(`sslmode=${mode}`)), /TLS failed: self-signed certificate/);
  assert.match(await refusal(urlOf(`sslmode=verify-full&sslrootcert=${authority}`, '127.0.0.1')), /does not match certificate/);
  assert.is(await isEncrypted(urlOf(`sslmode=verify-ca&sslrootcert=${authority}`, '127.0.0.1')), true);
});

test('a file that is not there, or holds no certificate, is named', async () => {
  const missing = await rejection(open(urlOf(`sslmode=verify-full&sslrootcert=${directory}/none.crt`)), 'file-unreadable');
  assert.match(missing.message, /sslrootcert names .*none\.crt, which cannot be read/);
  await writeFile(join(directory, 'text.crt'), 'not a certificate\n');
  const text = await rejection(open(urlOf(`sslmode=verify-full&sslrootcert=${directory}/text.crt`)), 'file-unreadable');
  assert.match(text.message, /sslrootcert names .*text\.crt, which holds no PEM/);
});

test('with a certificate of the client', async () => {
  const login = `postgres:${encodeURIComponent('tavern: p@ss/word')}`;
  assert.match(await refusal(urlOf('sslmode=require', 'localhost', login)), /requires a valid client certificate/);
  const own = `sslcert=${folder}client.crt&sslkey=${folder}client.key`;
  assert.is(await isEncrypted(urlOf(`sslmode=verify-full&sslrootcert=${authority}&${own}`, 'localhost', login)), true);
});

test.run();
