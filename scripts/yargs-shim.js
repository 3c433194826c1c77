// What yargs asks of its platform, without what only its own help and completion need (width tables, translations, a
// walk up the folders): limbeck prints its help itself, and these cost half of the time in which it starts.
import process from 'node:process';
import * as path from 'node:path';
import { format, inspect } from 'node:util';
import Parser from 'yargs-parser';

const nothing = () => undefined;

// oxlint-disable-next-line import/no-default-export -- it stands in for a module that has one
export default {
  assert: { strictEqual: nothing, notStrictEqual: nothing },
  cliui: () => ({ div: nothing, span: nothing, toString: () => '' }),
  findUp: nothing,
  getCallerFile: () => '',
  getEnv: nothing,
  getProcessArgvBin: () => 'limbeck',
  inspect,
  mainFilename: '',
  Parser,
  path,
  process: {
    argv: () => [],
    cwd: () => '',
    emitWarning: nothing,
    execPath: () => '',
    exit: nothing,
    nextTick: process.nextTick,
    stdColumns: 80,
  },
  readFileSync: () => '',
  readdirSync: () => [],
  require: nothing,
  stringWidth: (text) => text.length,
  y18n: {
    __: format,
    __n: (one, many, count, ...values) => {
      const text = count === 1 ? one : many;
      return text.includes('%d') ? format(text, count, ...values) : format(text, ...values);
    },
    getLocale: () => 'en',
    setLocale: nothing,
    updateLocale: nothing,
  },
};
