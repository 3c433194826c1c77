import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { grantSql, grantsFor, parseAcl, type Acl } from '../object/grants.ts';
import { flag, list, ranks, step, text, type Kind, type Room } from '../object/kind.ts';
import { allPrivileges, bornWith, hasMaintain, isDefaultLetter, type DefaultLetter } from '../object/privileges.ts';

/** What new objects are born with. It goes before the objects that are made in the same plan. */
export const defaultPrivilegesKind: Kind = {
  word: 'DEFAULT PRIVILEGES',
  rank: ranks.schema + 1,
  isTop: true,
  create: (defaults, room) => changeSteps(defaults, usual(defaults, room), parseAcl(list(defaults, 'grants')), room),
  drop: (defaults, room) => changeSteps(defaults, parseAcl(list(defaults, 'grants')), usual(defaults, room), room),
  alter: ({ from, to, isForced }, room) =>
    isForced ? 'replace' : { steps: changeSteps(to, parseAcl(list(from, 'grants')), parseAcl(list(to, 'grants')), room) },
};

const letterOf = (defaults: SchemaObject): DefaultLetter => {
  const letter = text(defaults, 'letter');
  if (!isDefaultLetter(letter)) throw new Error(`no default privileges for ${letter}`);
  return letter;
};

/** What holds where nobody said anything: in a schema nothing on top of what holds everywhere. */
const usual = (defaults: SchemaObject, room: Room): Acl =>
  flag(defaults, 'everywhere') ? bornWith(letterOf(defaults), hasMaintain(room)) : new Map();

const changeSteps = (defaults: SchemaObject, before: Acl, wanted: Acl, room: Room): readonly Step[] => {
  const letter = letterOf(defaults);
  const role = text(defaults, 'role');
  const head = [
    'ALTER DEFAULT PRIVILEGES',
    ...(role === '' ? [] : [`FOR ROLE ${role}`]),
    ...(flag(defaults, 'everywhere') ? [] : [`IN SCHEMA ${defaults.sql}`]),
  ].join(' ');
  const grants = grantsFor({ surely: before, perhaps: before, wanted, all: allPrivileges(letter, hasMaintain(room)) });
  return grants.map((grant) => step(`${head} ${grantSql(grant, words[letter], role === '' ? 'CURRENT_USER' : role)}`));
};

const words: Readonly<Record<DefaultLetter, string>> = {
  r: 'TABLES',
  S: 'SEQUENCES',
  f: 'FUNCTIONS',
  T: 'TYPES',
  n: 'SCHEMAS',
  L: 'LARGE OBJECTS',
};
