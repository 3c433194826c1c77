import type { Driver, DriverName, DriverOptions } from './driver.ts';
import type { Target } from './url.ts';

/** Opens a target with the driver that was asked for, else with `node:sqlite` where the runtime has it, else with sql.js. */
export const openDriver = async (target: Target, options: DriverOptions, forced: DriverName | undefined): Promise<Driver> => {
  if (forced !== 'sql.js') {
    const { hasNodeSqlite, openNodeSqlite } = await import('./driver-node.ts');
    if (forced === 'node:sqlite' || hasNodeSqlite()) return openNodeSqlite(target, options);
  }
  const { openSqlJs } = await import('./driver-sqljs.ts');
  return openSqlJs(target, options);
};
