import { parseArgs } from 'node:util';
import { soak } from './kill/soak.ts';
import { phasesOf } from './kill/trial.ts';

/*
 * Kills runs of the real binary, and demands that every database is whole, exactly at a revision, and can go on.
 *
 *   node --import tsx test/soak/kill.ts [--count 300] [--seed 1]
 *
 * Prints a histogram by driver and phase; fails when a phase was hit fewer than ten times in 300.
 */
const { values } = parseArgs({ options: { count: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } } });
const [count, seed] = [Number(values.count), Number(values.seed)];
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) throw new Error('--count and --seed are whole numbers');

const began = performance.now();
const { kills, revisions, failures } = await soak({
  count,
  seed,
  onKill: (done) => {
    if (done % 25 === 0) console.log(`${done} of ${count} kills`);
  },
});

console.log(`\n${count} kills, seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s`);
for (const [driver, phases] of Object.entries(phasesOf)) {
  for (const phase of phases) {
    const hits = kills.get(`${driver}, ${phase}`) ?? 0;
    console.log(`  ${driver.padEnd(12)} ${phase.padEnd(18)} ${String(hits).padStart(4)}`);
    if (hits < Math.floor(count / 30)) failures.push(`${driver}: only ${hits} kills ${phase}`);
  }
}
console.log(
  `left at: ${[...revisions]
    .sort(([a], [b]) => a - b)
    .map(([revision, times]) => `${revision} revisions ${times}`)
    .join(', ')}`,
);
for (const failure of failures) console.error(`\nFAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
