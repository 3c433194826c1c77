import assert from 'node:assert/strict';
import { suite } from 'uvu';
import type { Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';

const test = suite('turns of the event loop between statements');

/** Long enough that a turn is due before the next statement. */
const keepBusy = (): void => {
  const until = performance.now() + 40;
  while (performance.now() < until);
};

/** Whether the event loop turned before a statement was through. */
const turns = async (session: Session): Promise<boolean> => {
  let turned = false;
  keepBusy();
  setImmediate(() => (turned = true));
  await session.query('SELECT 1');
  return turned;
};

for (const driver of drivers) {
  test(`a statement after settle begins at once, so that a signal which is left to the system stays so (${driver})`, () =>
    inFolder(async (directory) => {
      const session = await openSession('sqlite:///./a.db', { mode: 'write', create: true, directory, driver });
      await session.transaction(async () => {
        assert.equal(await turns(session), true);
        await session.settle?.();
        assert.equal(await turns(session), false);
        assert.equal(await turns(session), true, 'only the next one');
      });
      await session.close();
    }));

  test(`settle lets in what waits (${driver})`, () =>
    inFolder(async (directory) => {
      const session = await openSession('sqlite:///./a.db', { mode: 'write', create: true, directory, driver });
      let heard = false;
      process.once('SIGUSR2', () => (heard = true));
      process.kill(process.pid, 'SIGUSR2');
      await session.settle?.();
      assert.equal(heard, true);
      await session.close();
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 2);

test.run();
