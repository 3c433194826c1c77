import { foldCase, isWord, lex, nameOf, significant, type Token } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import { quoteText } from '../../sql/quote.ts';
import type { LoadAdvice, LoadRules, OwnerClaim } from '../engine.ts';

/** How models.sql is loaded: also a file that pg_dump wrote, with its settings and owners. */
export const loadRules: LoadRules = {
  advise: (statement) => {
    const first = /^[a-z]+(?=\s)/i.exec(statement)?.[0];
    if (first !== undefined && !Object.hasOwn(adviceOn, first.toLowerCase())) return undefined;
    const words = significant(lex(statement, postgresLexis));
    return adviceOn[foldCase(words[0]?.text ?? '')]?.(words, statement);
  },
  isUnmanaged: (statement) => {
    const words = significant(lex(statement, postgresLexis));
    const at = isWord(words[1], 'or') ? 3 : isWord(words[0], 'comment') ? 2 : 1;
    if (!isWord(words[0], 'create', 'alter', 'comment')) return false;
    return unmanagedKinds.some((kind) => kind.every((word, offset) => isWord(words[at + offset], word)));
  },
  isFinal: ({ data }) => final.has(String(data?.['sqlstate'])),
  hint: ({ data, message }) => {
    if (data?.['sqlstate'] === '42704' && /^role ".*" does not exist/.test(message))
      return 'create the role on the server, which limbeck never does, or leave grants alone with --privileges never';
    if (data?.['sqlstate'] === '58P01' || (data?.['sqlstate'] === '0A000' && message.startsWith('extension')))
      return 'install the extension on the server where the scratch database is';
    return undefined;
  },
};

const unmanagedKinds: readonly (readonly string[])[] = [
  ...['operator', 'cast', 'conversion', 'transform', 'language', 'server'].map((word) => [word]),
  ...['trusted', 'procedural'].map((word) => [word]),
  ['text', 'search'],
  ['access', 'method'],
  ['foreign', 'data'],
  ['foreign', 'table'],
  ['user', 'mapping'],
];

/** A syntax error, or what is there already (under that name, as a column, a function with these arguments …). */
const final: ReadonlySet<string> = new Set(['42601', '42P07', '42710', '42701', '42723', '42P06', '42622', '42602', '22P02']);

type Advise = (words: readonly Token[], statement: string) => LoadAdvice | undefined;

const skip = (why?: string): LoadAdvice => ({ how: 'skip', why });

const setting: Advise = (words, statement) => {
  const at = isWord(words[1], 'session', 'local') && !isWord(words[2], 'authorization') ? 2 : 1;
  const name = foldCase(words[at]?.text ?? '');
  if (name === 'search_path') return { how: 'setting', sql: isDefault(words.slice(at + 1)) ? undefined : withoutLocal(words, statement) };
  if (isWord(words[at], 'role') || isWord(words[at + 1], 'authorization')) return skip('SET ROLE is left out: owners are never managed');
  const value = words[at + 2]?.text;
  if (usual.has(name) || value === "''" || value === 'heap') return skip();
  return skip(`SET ${name} is left out: it is a setting of a session, not of the schema`);
};

const isDefault = (rest: readonly Token[]): boolean => rest.length === 2 && isWord(rest[1], 'default');

const withoutLocal = (words: readonly Token[], statement: string): string =>
  isWord(words[1], 'local') ? `SET ${statement.slice(words[2]?.start)}` : statement;

/** The settings with which a file of pg_dump begins. */
const usual: ReadonlySet<string> = new Set(
  `statement_timeout lock_timeout idle_in_transaction_session_timeout transaction_timeout client_encoding
  standard_conforming_strings check_function_bodies xmloption client_min_messages row_security default_with_oids`.split(/\s+/),
);

const select: Advise = (words, statement) => {
  const call = words.findIndex((word) => isWord(word, 'set_config'));
  if (call >= 0 && call <= 3 && words[call + 2]?.text === "'search_path'" && words.at(-1)?.text === ')')
    return { how: 'setting', sql: statement };
  if (words.some((word) => isWord(word, 'setval'))) return skip('SELECT setval(…) is left out: where a sequence stands is data');
  return undefined;
};

/** ALTER … OWNER TO that does nothing else. */
const owner: Advise = (words) => {
  const [who, to] = [words.at(-3), words.at(-2)];
  const isOwner = isWord(who, 'owner') && isWord(to, 'to') && !words.some((word, at) => word.text === ',' && depthAt(words, at) === 0);
  if (!isOwner) return undefined;
  const claim = claimOf(words);
  return { how: 'skip', why: 'ALTER … OWNER TO is left out: owners are never managed', ...(claim === undefined ? {} : { owner: claim }) };
};

/**
 * What ALTER … OWNER TO says, of relations, types and schemas; with the arguments of a function there is no telling. `public`
 * belongs to another role from PostgreSQL 15 on, so a dump of 14 says nothing about it.
 */
const claimOf = (words: readonly Token[]): OwnerClaim | undefined => {
  const kind = words.slice(1).findIndex((word) => isWord(word, 'table', 'view', 'sequence', 'index', 'type', 'domain', 'schema')) + 1;
  const [from, to] = [
    kind + 1 + words.slice(kind + 1, kind + 4).filter((word) => isWord(word, 'if', 'exists', 'only')).length,
    words.length - 3,
  ];
  const path = words
    .slice(from, to)
    .map((word) => word.text)
    .join('');
  const [role] = words.slice(-1);
  const owner = ownerOf[foldCase(words[kind]?.text ?? '')];
  if (kind < 1 || kind > 2 || owner === undefined || role === undefined || from >= to || path.includes('*')) return undefined;
  if (isWord(words[kind], 'schema') && path === 'public') return undefined;
  const name = foldedName(role);
  const isSelf = isWord(role, 'current_user', 'session_user', 'current_role');
  return {
    object: `${foldCase(words[kind]?.text ?? '')} ${path}`,
    role: name,
    isMet: `coalesce(${owner(path, words[from])}, current_user) = ${isSelf ? 'current_user' : quoteText(name, 'postgres')}`,
  };
};

const foldedName = (token: Token | undefined): string =>
  token === undefined ? '' : token.kind === 'word' ? foldCase(token.text) : (nameOf(token) ?? token.text);

const ofRelation = (path: string): string =>
  `(SELECT pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(${quoteText(path, 'postgres')}))`;

const ofType = (path: string): string =>
  `(SELECT pg_catalog.pg_get_userbyid(t.typowner) FROM pg_catalog.pg_type t WHERE t.oid = pg_catalog.to_regtype(${quoteText(path, 'postgres')}))`;

/** SQL of the owner's name, NULL for what is not there. */
const ownerOf: Readonly<Record<string, (path: string, name: Token | undefined) => string>> = {
  table: ofRelation,
  view: ofRelation,
  sequence: ofRelation,
  index: ofRelation,
  type: ofType,
  domain: ofType,
  schema: (_path, name) =>
    `(SELECT pg_catalog.pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace n WHERE n.nspname = ${quoteText(foldedName(name), 'postgres')})`,
};

const depthAt = (words: readonly Token[], at: number): number =>
  words.slice(0, at).reduce((depth, { text }) => depth + (text === '(' ? 1 : text === ')' ? -1 : 0), 0);

/**
 * DO runs as it stands, in scratch alone, if its code says plainly what it does. One that makes roles is left out where
 * it does nothing else, because roles are of the whole server.
 */
const code: Advise = (words) => {
  const inside = words.flatMap(({ kind, text }) => (kind === 'string' ? significant(lex(bodyOf(text), postgresLexis)) : []));
  const made = inside.filter((word, at) => isWord(word, 'create', 'alter', 'drop', 'grant', 'revoke') && !isWord(inside[at - 1], 'or'));
  const isShared = (word: Token): boolean =>
    isWord(inside[inside.indexOf(word) + 1], 'role', 'user', 'group', 'database', 'tablespace', 'system');
  const isHidden = inside.some((word) => isWord(word, 'execute', 'perform', 'call', 'copy', 'do'));
  if (!isHidden && made.length > 0 && made.every(isShared))
    return skip('DO that makes roles is left out: roles belong to the whole server');
  if (!isHidden && !made.some(isShared)) return undefined;
  return {
    how: 'refuse',
    why: 'DO runs code, and what this code does is not to be told from its text',
    hint: 'write what it makes as statements of its own; what is no declaration belongs in a migration',
  };
};

const bodyOf = (text: string): string => {
  if (!text.startsWith('$')) return text.slice(1, -1).replaceAll("''", "'");
  const tag = text.indexOf('$', 1) + 1;
  return text.slice(tag, -tag);
};

const adviceOn: Readonly<Record<string, Advise>> = {
  set: setting,
  reset: (words) => (isWord(words[1], 'search_path', 'all') ? { how: 'setting', sql: undefined } : skip()),
  select,
  alter: owner,
  do: code,
  copy: () => skip('COPY is left out: data belongs in a migration'),
};
