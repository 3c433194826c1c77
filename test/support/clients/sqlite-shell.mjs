// Reads a script as the sqlite3 shell does, under a Node that has node:sqlite: `sqlite-shell.mjs FILE MODE < script`.
// MODE `shell` honours .bail; `heedless` knows no line that begins with a dot, and goes on after every error.
// After src/shell.c.in of SQLite 3.40 (process_input) and src/complete.c.
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [, , file, mode] = process.argv;
const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false });

const token =
  /^(?:\s+|--[^\n]*\n?|\/\*[^]*?(?:\*\/|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|[A-Za-z_\u0080-\uffff$0-9]+|[^])/;

/** True when the text ends with a semicolon outside of strings, comments and trigger bodies. */
const isComplete = (text) => {
  let state = 'start';
  for (let rest = text; rest !== '';) {
    const [found] = token.exec(rest);
    rest = rest.slice(found.length);
    if (/^(?:\s|--|\/\*[^]*\*\/)/.test(found)) continue;
    if (/^(?:\/\*|'[^']*$|"[^"]*$|`[^`]*$|\[[^\]]*$)/.test(found) && rest === '' && !/^['"`].*['"`]$/s.test(found)) return false;
    const word = /^\w+$/.test(found) ? found.toLowerCase() : found;
    state = next(state, word);
  }
  return state === 'start';
};

const next = (state, word) => {
  switch (state) {
    case 'start':
      return word === ';' ? 'start' : word === 'explain' ? 'explain' : word === 'create' ? 'create' : 'normal';
    case 'explain':
      return word === ';' ? 'start' : word === 'create' ? 'create' : 'explain';
    case 'create':
      return word === ';' ? 'start' : word === 'trigger' ? 'trigger' : word === 'temp' || word === 'temporary' ? 'create' : 'normal';
    case 'normal':
      return word === ';' ? 'start' : 'normal';
    case 'end':
      return word === ';' ? 'start' : 'trigger';
    case 'semicolon':
      return word === 'end' ? 'end' : word === ';' ? 'semicolon' : 'trigger';
    default:
      return word === ';' ? 'semicolon' : 'trigger';
  }
};

const isBlank = (text) => text.replace(/\/\*[^]*?\*\/|--[^\n]*/g, '').trim() === '';
const isTerminator = (line) => /^\s*(?:\/|go)(?:\s|--.*|\/\*.*?\*\/)*$/i.test(line);

let errors = 0;
let bail = false;
let pending = '';
for (const raw of readFileSync(0, 'utf8').split('\n')) {
  if (errors > 0 && bail) break;
  let line = raw.replace(/\r$/, '');
  if (isBlank(pending) && /^[.#]/.test(line)) {
    if (mode === 'shell' && /^\.bail on$/.test(line)) bail = true;
    continue;
  }
  if (isTerminator(line) && isComplete(`${pending};`) && !isBlank(pending)) line = ';';
  pending += `${line}\n`;
  if (!line.includes(';') || !isComplete(pending)) continue;
  try {
    if (!isBlank(pending)) database.exec(pending);
  } catch (error) {
    errors += 1;
    process.stderr.write(`${error.message}\n`);
  }
  pending = '';
}
database.close();
process.exitCode = errors > 0 ? 1 : 0;
