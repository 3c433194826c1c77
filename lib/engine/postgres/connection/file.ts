import { readFile, stat } from 'node:fs/promises';
import { LimbeckError } from '../../../errors.ts';
import type { Place, Target } from './url.ts';

/** What TLS is given of files: PEM texts. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Reads the PEM files that the target names. Errors: `file-unreadable`, naming the parameter. */
export const readCertificates = async ({ ssl }: Target): Promise<Certificates> => {
  const ca = ssl.rootCertificate === 'system' ? undefined : await pem('sslrootcert', ssl.rootCertificate);
  const cert = await pem('sslcert', ssl.certificate);
  const key = await pem('sslkey', ssl.key);
  return { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
};

/** The password for a place from the password file (`host:port:database:user:password` lines), if it has one. */
export const passwordFromFile = async (target: Target, place: Place): Promise<string | undefined> => {
  const text = target.passfile === undefined ? undefined : await privateText(target.passfile);
  const host = place.kind === 'tcp' ? place.host : 'localhost';
  const wanted = [host, String(place.port), target.database, target.user];
  for (const line of (text ?? '').split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (fields.length >= 5 && wanted.every((value, index) => fields[index] === '*' || fields[index] === value)) return fields[4];
  }
  return undefined;
};

const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|:)((?:\\.|[^:\\])*)/g)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));

const pem = async (parameter: string, path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LimbeckError('file-unreadable', `${parameter} names ${path}, which cannot be read`, {
      hint: `correct ${parameter} in the URL, or make the file readable`,
      cause,
    });
  });
  if (text.includes('-----BEGIN ')) return text;
  throw new LimbeckError('file-unreadable', `${parameter} names ${path}, which holds no PEM certificate or key`, {
    hint: `correct ${parameter} in the URL, or write the file as PEM`,
  });
};

/** The text of a file that only its owner can read; others are passed over, as libpq does. */
const privateText = async (path: string): Promise<string | undefined> => {
  try {
    const { mode } = await stat(path);
    return (mode & 0o077) === 0 ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
};
