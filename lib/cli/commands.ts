import type { CommandSpec } from './command.ts';
import { checkCommand } from './commands/check.ts';
import { currentCommand } from './commands/current.ts';
import { diffCommand } from './commands/diff.ts';
import { headsCommand } from './commands/heads.ts';
import { historyCommand } from './commands/history.ts';
import { initCommand } from './commands/init.ts';
import { modelsCommand } from './commands/models.ts';
import { downgradeCommand, upgradeCommand } from './commands/move.ts';
import { proveCommand } from './commands/prove.ts';
import { newCommand, revisionCommand } from './commands/revision.ts';
import { showCommand } from './commands/show.ts';
import { stampCommand } from './commands/stamp.ts';
import { statusCommand } from './commands/status.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  initCommand,
  revisionCommand,
  newCommand,
  upgradeCommand,
  downgradeCommand,
  currentCommand,
  headsCommand,
  historyCommand,
  showCommand,
  statusCommand,
  stampCommand,
  checkCommand,
  diffCommand,
  modelsCommand,
  proveCommand,
];
