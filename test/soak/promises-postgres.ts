import { parseArgs } from 'node:util';
import { coverageRows } from '../promises/postgres/all.ts';
import { runRows, type PairResult } from '../promises/postgres/run.ts';
import { anyServer } from '../support/postgres/server.ts';

/*
 * Every pair of schemas that differ in one row of docs/coverage.md, both ways, with rows in the tables:
 *
 *   node --import tsx test/soak/promises-postgres.ts [--url postgresql://…] [--only part-of-an-id] [--part 1/4]
 */
const { values } = parseArgs({ options: { url: { type: 'string' }, only: { type: 'string' }, part: { type: 'string' } } });

const main = async (): Promise<void> => {
  const server = values.url === undefined ? await anyServer() : { url: values.url, stop: () => Promise.resolve() };
  const [part = 1, parts = 1] = (values.part ?? '1/1').split('/').map(Number);
  let count = 0;
  try {
    const rows = coverageRows.filter(({ id }, at) => (values.only === undefined || id.includes(values.only)) && at % parts === part - 1);
    const onWrong = ({ row, from, to, outcome }: PairResult): void =>
      console.log(`\n${row} ${from} → ${to}: ${outcome.kind === 'wrong' ? outcome.problem : outcome.kind}`);
    const wrong = await runRows({ url: server.url, rows, pick: () => true, onResult: () => (count += 1), onWrong });
    console.log(`\n${count} changes over ${rows.length} rows, ${wrong.length} not as promised`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
};

await main();
