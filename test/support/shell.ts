import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeWithSqlite } from './node24.ts';

/** Another program at a SQLite file: not limbeck, in a process of its own, with SQLite's own locks. */
export interface Shell {
  readonly pid: number | undefined;
  /** Runs statements, each ended by `;` and a line end; gives their rows. Rejects with what SQLite said. */
  readonly run: (sql: string) => Promise<readonly (readonly unknown[])[]>;
  readonly close: () => Promise<void>;
}

/** Opens a file, and makes it if need be. */
export const openShell = (path: string): Shell => {
  const script = fileURLToPath(new URL('shell.mjs', import.meta.url));
  const child = spawn(nodeWithSqlite(), ['--no-warnings', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    pid: child.pid,
    run: async (sql) => {
      child.stdin.write(`${JSON.stringify(sql)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the shell at ${path} ended`);
      const told: { readonly rows?: readonly (readonly unknown[])[]; readonly error?: string } = JSON.parse(value);
      if (told.rows === undefined) throw new Error(told.error);
      return told.rows;
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
};

/** Opens, runs, closes. */
export const runSql = async (path: string, sql: string): Promise<readonly (readonly unknown[])[]> => {
  const shell = openShell(path);
  try {
    return await shell.run(sql);
  } finally {
    await shell.close();
  }
};
