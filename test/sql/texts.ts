import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CorpusText {
  readonly name: string;
  readonly dialect: 'sqlite' | 'postgres';
  readonly text: string;
}

/** The project's own SQL, and a corpus of other people's where one is at hand (LIMBECK_CORPUS). */
export const corpusTexts = (): readonly CorpusText[] => {
  const folder = [process.env['LIMBECK_CORPUS'], '../shared/corpus'].find((each) => each !== undefined && existsSync(each));
  return [...ownTexts(), ...(folder === undefined ? [] : [...pairTexts(folder), ...realTexts(folder)])];
};

const ownTexts = (): readonly CorpusText[] =>
  (existsSync('schema/models.sql') ? (['sqlite', 'postgres'] as const) : []).map((dialect) => ({
    name: 'schema/models.sql',
    dialect,
    text: readFileSync('schema/models.sql', 'utf8'),
  }));

const pairTexts = (folder: string): readonly CorpusText[] =>
  readFileSync(join(folder, 'pairs.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line, at): readonly CorpusText[] => {
      const pair: unknown = JSON.parse(line);
      const dialect = stringAt(pair, 'dialect').startsWith('sqlite') ? 'sqlite' : 'postgres';
      return ['old', 'new'].map((side) => ({ name: `pair ${at + 1} ${side}`, dialect, text: stringAt(pair, side) }));
    });

const realTexts = (folder: string): readonly CorpusText[] =>
  readdirSync(join(folder, 'real'))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => ({
      name: file,
      dialect: file.includes('sqlite') ? 'sqlite' : 'postgres',
      text: readFileSync(join(folder, 'real', file), 'utf8'),
    }));

const stringAt = (value: unknown, key: string): string => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;
  return typeof found === 'string' ? found : '';
};
