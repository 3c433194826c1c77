// The demo on a PostgreSQL of its own, which is thrown away: node --import tsx scripts/demo-postgres.js
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startServer } from '../test/support/postgres/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = await startServer();
try {
  const env = { ...process.env, LIMBECK_URL: server.socketUrl() };
  for (const line of ['upgrade head', 'current -v', 'history', 'downgrade base']) {
    process.stdout.write(`$ limbeck ${line}\n`);
    const { status } = spawnSync(process.execPath, ['bin/limbeck.js', ...line.split(' ')], { cwd: root, env, stdio: 'inherit' });
    if (status === 0) continue;
    process.exitCode = status ?? 2;
    break;
  }
} finally {
  await server.stop();
}
