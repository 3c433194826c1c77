import { suite } from 'uvu';
import type { OpenOptions, Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { alsoUnderNodeSqlite, type DriverName, drivers, inFolder } from '../support/drivers.ts';
import { type Backend, sessionContract } from './session-contract.ts';

const test = suite('the contract of a session');

const sqlite = (driver: DriverName, place: 'file' | 'memory'): Backend => ({
  name: `sqlite × ${driver}, ${place}`,
  isShared: place === 'file',
  withDatabase: (work) =>
    inFolder((folder) =>
      work((options: Partial<OpenOptions> = {}): Promise<Session> =>
        openSession(place === 'file' ? 'sqlite:///contract.db' : 'sqlite://', {
          mode: 'write',
          create: true,
          directory: folder,
          driver,
          ...options,
        }),
      ),
    ),
});

for (const driver of drivers) {
  sessionContract(test, sqlite(driver, 'file'));
  sessionContract(test, sqlite(driver, 'memory'));
}
alsoUnderNodeSqlite(test, import.meta.url, 50);

test.run();
