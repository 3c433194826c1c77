// A small stand-in for the sqlite3 shell, run under a Node that has node:sqlite: `shell.mjs FILE`, a line of JSON with a
// text of SQL in, a line of JSON with the rows of all its statements (or an error) out.
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(process.argv[2], { timeout: 5000, enableForeignKeyConstraints: false });

const rowsOf = (sql) => {
  const rows = [];
  for (const statement of sql.split(/;\s*(?:\n|$)/).filter((each) => each.trim() !== '')) {
    const prepared = database.prepare(statement);
    prepared.setReturnArrays(true);
    prepared.setReadBigInts(true);
    rows.push(...prepared.all());
  }
  return rows;
};

const plain = (_, value) => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : value;
};

for await (const line of createInterface({ input: process.stdin })) {
  try {
    process.stdout.write(`${JSON.stringify({ rows: rowsOf(JSON.parse(line)) }, plain)}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error.message) })}\n`);
  }
}
database.close();
