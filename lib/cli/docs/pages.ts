import { configSchema } from '../../config/schema.ts';
import { allCommands } from '../commands.ts';
import { globalOptions } from '../options.ts';
import { mainHelp } from '../render/help.ts';
import { commandsPage } from './commands-page.ts';
import { errorsPage } from './errors-page.ts';
import { topics } from './topics.ts';

/** The files that are made of the declarations, by path from the package's folder. */
export const pages = async (): Promise<ReadonlyMap<string, string>> => {
  const commands = await allCommands();
  return new Map([
    ['bin/help.txt', mainHelp(commands, Object.keys(topics))],
    ['docs/cli.md', commandsPage(commands, globalOptions)],
    ['docs/errors.md', errorsPage()],
    ['limbeck.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`],
  ]);
};
