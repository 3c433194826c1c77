import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Scope } from '../../../lib/engine/engine.ts';
import { fingerprint } from '../../../lib/engine/sqlite/fingerprint.ts';
import { compareFingerprints, type Fingerprint } from '../../../lib/model/fingerprint.ts';
import { databaseOf, queryOf } from './sqljs.ts';

const everything: Scope = { exclude: [], journalTable: 'limbeck_journal' };

const fingerprintOf = async (sql: string, scope: Scope = everything): Promise<Fingerprint> => {
  const database = databaseOf(sql);
  try {
    return await fingerprint(queryOf(database), scope);
  } finally {
    database.close();
  }
};

/** What differs, one schema, the other, and words that a differing line must have. */
type Mutation = readonly [what: string, left: string, right: string, told: string];

const t = 'create table t (id integer primary key, a int, b text);';
const u = 'create table u (x int primary key, y int unique, z int);';

const mutations: readonly Mutation[] = [
  ['type', 'create table t (a int)', 'create table t (a integer)', 'column a: type integer'],
  ['type length', 'create table t (a varchar(3))', 'create table t (a varchar(4))', 'type varchar (4)'],
  ['no type', 'create table t (a)', 'create table t (a blob)', 'type none'],
  ['not null', 'create table t (a int not null)', 'create table t (a int)', 'not null'],
  [
    'conflict of not null',
    'create table t (a int not null on conflict replace)',
    'create table t (a int not null)',
    'not null on conflict replace',
  ],
  ['name of not null', 'create table t (a int constraint n not null)', 'create table t (a int not null)', 'constraint n not null'],
  ['default', 'create table t (a int default 1)', 'create table t (a int default 2)', 'default 2'],
  ['no default', 'create table t (a int default 0)', 'create table t (a int)', 'default 0'],
  ['default sign', 'create table t (a int default -1)', 'create table t (a int default 1)', 'default - 1'],
  ['default string or number', "create table t (a default '1')", 'create table t (a default 1)', "default '1'"],
  ['default letter case', "create table t (a default 'X')", "create table t (a default 'x')", "default 'X'"],
  ['default bare word, letter case', 'create table t (a default Foo)', 'create table t (a default foo)', "default 'Foo'"],
  ['default string or null', "create table t (a default 'null')", 'create table t (a default null)', "default 'null'"],
  ['default expression', 'create table t (a default (1 + 2))', 'create table t (a default (1 + 3))', 'default 1 + 3'],
  ['default blob', "create table t (a default x'00')", "create table t (a default x'01')", "x'01'"],
  ['default current', 'create table t (a default current_date)', 'create table t (a default current_time)', 'current_time'],
  ['collation', 'create table t (a text collate nocase)', 'create table t (a text)', 'collate nocase'],
  [
    'last collation wins',
    'create table t (a text collate nocase collate binary)',
    'create table t (a text collate nocase)',
    'collate nocase',
  ],
  ['generated expression', 'create table t (a int, b int as (a))', 'create table t (a int, b int as (a + 1))', 'as (a + 1)'],
  ['generated or not', 'create table t (a int, b int as (a))', 'create table t (a int, b int)', 'virtual'],
  ['generated stored', 'create table t (a int, b int as (a) stored)', 'create table t (a int, b int as (a))', 'stored'],
  ['primary key', 'create table t (a int primary key)', 'create table t (a int)', 'primary key'],
  [
    'primary key order',
    'create table t (a int, b int, primary key (a, b))',
    'create table t (a int, b int, primary key (b, a))',
    'primary key (b, a)',
  ],
  ['primary key name', 'create table t (a int, constraint k primary key (a))', 'create table t (a int, primary key (a))', 'constraint k'],
  ['primary key direction', 'create table t (a int primary key desc)', 'create table t (a int primary key)', 'primary key (a desc)'],
  [
    'rowid or not',
    'create table t (a integer primary key desc)',
    'create table t (a integer, primary key (a desc))',
    'index (auto) primary key (a desc)',
  ],
  ['rowid or not, by type', 'create table t (a int primary key)', 'create table t (a integer primary key)', 'index (auto) primary key'],
  [
    'primary key conflict',
    'create table t (a int primary key on conflict ignore)',
    'create table t (a int primary key)',
    'on conflict ignore',
  ],
  [
    'primary key collation',
    'create table t (a text, primary key (a collate nocase))',
    'create table t (a text, primary key (a))',
    'collate nocase',
  ],
  ['autoincrement', 'create table t (a integer primary key autoincrement)', 'create table t (a integer primary key)', 'autoincrement'],
  ['without rowid', 'create table t (a int primary key) without rowid', 'create table t (a int primary key)', 'without rowid'],
  ['strict', 'create table t (a int) strict', 'create table t (a int)', 'strict'],
  ['check', 'create table t (a int check (a > 0))', 'create table t (a int)', 'check (a > 0)'],
  ['check expression', 'create table t (a int check (a > 0))', 'create table t (a int check (a > 1))', 'check (a > 1)'],
  [
    'check precedence',
    'create table t (a int check ((a + 1) * 2 > 0))',
    'create table t (a int check (a + (1 * 2) > 0))',
    'check ((a + 1) * 2 > 0)',
  ],
  ['check name', 'create table t (a int constraint c check (a > 0))', 'create table t (a int check (a > 0))', 'constraint c check'],
  ['check string', "create table t (a check (a <> 'X'))", "create table t (a check (a <> 'x'))", "'X'"],
  ['check string or name', "create table t (a, b check (b <> 'a'))", 'create table t (a, b check (b <> a))', "'a'"],
  ['check of a double-quoted string', 'create table t (a check (a <> "Foo"))', 'create table t (a check (a <> "foo"))', '"Foo"'],
  [
    'check of a column called null',
    'create table t (a, "null", check (a is "null"))',
    'create table t (a, "null", check (a is null))',
    'is "null"',
  ],
  [
    'check of a column called true',
    'create table t (a, "true", check (a = "true"))',
    'create table t (a, "true", check (a = true))',
    '= "true"',
  ],
  ['unique', 'create table t (a int unique)', 'create table t (a int)', 'index (auto) unique (a)'],
  [
    'unique name',
    'create table t (a int, constraint c unique (a))',
    'create table t (a int, constraint d unique (a))',
    'constraint d unique',
  ],
  ['unique conflict', 'create table t (a int unique on conflict ignore)', 'create table t (a int unique)', 'unique (a) on conflict ignore'],
  ['unique collation', 'create table t (a text, unique (a collate nocase))', 'create table t (a text, unique (a))', 'collate nocase'],
  ['unique direction', 'create table t (a, b, unique (a, b desc))', 'create table t (a, b, unique (a, b))', 'b desc'],
  ['unique constraint or index', 'create table t (a int unique)', 'create table t (a int); create unique index i on t (a)', 'unique (a)'],
  ['foreign key', 'create table t (a int references u)', 'create table t (a int)', 'foreign key (a) references u'],
  ['foreign key table', 'create table t (a int references u (x))', 'create table t (a int references w (x))', 'references w'],
  ['foreign key column', 'create table t (a int references u (x))', 'create table t (a int references u (y))', 'references u (y)'],
  ['foreign key without columns', 'create table t (a int references u (x))', 'create table t (a int references u)', 'references u (x)'],
  [
    'foreign key on delete',
    'create table t (a int references u (x) on delete cascade)',
    'create table t (a int references u (x))',
    'on delete cascade',
  ],
  [
    'foreign key on update',
    'create table t (a int references u (x) on update set null)',
    'create table t (a int references u (x) on update set default)',
    'on update set default',
  ],
  [
    'foreign key restrict',
    'create table t (a int references u (x) on delete restrict)',
    'create table t (a int references u (x))',
    'on delete restrict',
  ],
  ['foreign key match', 'create table t (a int references u (x) match full)', 'create table t (a int references u (x))', 'match full'],
  [
    'foreign key deferred',
    'create table t (a int references u (x) deferrable initially deferred)',
    'create table t (a int references u (x))',
    'deferrable initially deferred',
  ],
  [
    'foreign key deferred, stray',
    'create table t (a int references u (x) not null deferrable initially deferred)',
    'create table t (a int references u (x) not null)',
    'deferrable initially deferred',
  ],
  [
    'foreign key name',
    'create table t (a int, constraint k foreign key (a) references u (x))',
    'create table t (a int, foreign key (a) references u (x))',
    'constraint k foreign key',
  ],
  [
    'foreign key pairs',
    'create table t (a, b, foreign key (a, b) references u (x, y))',
    'create table t (a, b, foreign key (b, a) references u (x, y))',
    'foreign key (b, a)',
  ],
  ['column', 'create table t (a, b)', 'create table t (a)', 'column b'],
  ['column name', 'create table t (a, b)', 'create table t (a, c)', 'column c'],
  ['column name beyond ASCII', 'create table t (É)', 'create table t (é)', 'column é'],
  ['index columns', `${t} create index i on t (a)`, `${t} create index i on t (a, b)`, 'terms: a, b'],
  ['index order', `${t} create index i on t (a, b)`, `${t} create index i on t (b, a)`, 'terms: b, a'],
  ['index unique', `${t} create unique index i on t (a)`, `${t} create index i on t (a)`, 'not unique'],
  ['index direction', `${t} create index i on t (a desc)`, `${t} create index i on t (a)`, 'a desc'],
  ['index collation', `${t} create index i on t (b collate nocase)`, `${t} create index i on t (b)`, 'b collate nocase'],
  [
    'index collation of its column',
    'create table t (b text collate nocase); create index i on t (b collate binary)',
    'create table t (b text collate nocase); create index i on t (b)',
    'b collate nocase',
  ],
  ['index expression', `${t} create index i on t (lower(b))`, `${t} create index i on t (upper(b))`, 'upper (b)'],
  [
    'index expression collation',
    `${t} create index i on t (lower(b) collate nocase)`,
    `${t} create index i on t (lower(b))`,
    'collate nocase',
  ],
  ['index expression string', `${t} create index i on t (b || 'X')`, `${t} create index i on t (b || 'x')`, "'X'"],
  ['index predicate', `${t} create index i on t (a) where a > 0`, `${t} create index i on t (a) where a > 1`, 'where: a > 1'],
  ['index partial or not', `${t} create index i on t (a) where a > 0`, `${t} create index i on t (a)`, 'where: a > 0'],
  ['index table', `${t}${u} create index i on t (a)`, `${t}${u} create index i on u (y)`, 'on u'],
  ['view query', `${t} create view v as select a from t`, `${t} create view v as select b from t`, 'query: select b from t'],
  ['view columns', `${t} create view v (x) as select a from t`, `${t} create view v as select a from t`, 'columns: (x)'],
  ['view string', `${t} create view v as select 'A'`, `${t} create view v as select 'a'`, "'A'"],
  [
    'view join or alias',
    `${t}${u} create view v as select 1 from t left join u on 1`,
    `${t}${u} create view v as select 1 from t "left" join u on 1`,
    '"left"',
  ],
  [
    'trigger body',
    `${t} create trigger g after insert on t begin select 1; end`,
    `${t} create trigger g after insert on t begin select 2; end`,
    'select 2',
  ],
  [
    'trigger time',
    `${t} create trigger g after insert on t begin select 1; end`,
    `${t} create trigger g before insert on t begin select 1; end`,
    'when: before insert',
  ],
  [
    'trigger columns',
    `${t} create trigger g after update of a on t begin select 1; end`,
    `${t} create trigger g after update of b on t begin select 1; end`,
    'update of b',
  ],
  [
    'trigger condition',
    `${t} create trigger g after insert on t when new.a > 1 begin select 1; end`,
    `${t} create trigger g after insert on t begin select 1; end`,
    'when new . a > 1',
  ],
  ['virtual table arguments', 'create virtual table f using fts3(a)', 'create virtual table f using fts3(a, b)', 'arguments: (a, b)'],
  [
    'virtual table option',
    'create virtual table f using fts3(a, tokenize=porter)',
    'create virtual table f using fts3(a, tokenize=simple)',
    'tokenize = simple',
  ],
  [
    'virtual table option, quoted',
    'create virtual table f using fts3(a, tokenize=unicode61 "tokenchars=X")',
    'create virtual table f using fts3(a, tokenize=unicode61 "tokenchars=x")',
    '"tokenchars=X"',
  ],
];

for (const [what, left, right, told] of mutations) {
  test(`tells apart: ${what}`, async () => {
    const differences = compareFingerprints(await fingerprintOf(left), await fingerprintOf(right));
    const lines = differences.flatMap(({ onlyLeft, onlyRight }) => [...onlyLeft, ...onlyRight]);
    assert.ok(
      lines.some((line) => line.includes(told)),
      `no line says "${told}" in:\n${lines.join('\n')}`,
    );
  });
}

const presence: readonly (readonly [key: string, with_: string, without: string])[] = [
  ['table t', t, ''],
  ['table "t t"', 'create table "T T" (a)', ''],
  ['index i', `${t} create index i on t (a)`, t],
  ['view v', `${t} create view v as select 1`, t],
  ['trigger g', `${t} create trigger g after insert on t begin select 1; end`, t],
  ['trigger g', `create view v as select 1; create trigger g instead of insert on v begin select 1; end`, 'create view v as select 1'],
  ['virtual table f', 'create virtual table f using fts3(a)', ''],
];

for (const [key, present, absent] of presence) {
  test(`names what only one side has: ${key}`, async () => {
    const differences = compareFingerprints(await fingerprintOf(present), await fingerprintOf(absent));
    assert.equal(
      differences.map((difference) => difference.key),
      [key],
    );
    assert.ok((differences[0]?.onlyLeft.length ?? 0) > 0);
  });
}

/** The same schema in other words. */
const equivalences: readonly (readonly [what: string, left: string, right: string])[] = [
  ['column order', 'create table t (a int default (1+2), b text, c int)', 'create table t (c int, b text, a int default (1+2))'],
  [
    'clause order',
    'create table t (a, b, unique (a), check (a > 0), unique (b))',
    'create table t (a, b, check (a > 0), unique (b), unique (a))',
  ],
  [
    'layout, case, quotes',
    'create table t (a int, "B" text default \'x\', check (a > 0))',
    "CREATE TABLE [T]\n ( `a` INT , /* x */\n b TEXT DEFAULT 'x' -- hi\n, CHECK ( [A]>0 ))",
  ],
  [
    'names as strings',
    "create table 't' ('a' int, 'b' int, unique ('a'), foreign key ('b') references 'u' ('x'))",
    'create table t (a int, b int, unique (a), foreign key (b) references u (x))',
  ],
  [
    'a keyword as a name, quoted or not',
    'create table t (key int, "desc" text, check ("key" > 0))',
    'create table t ("key" int, desc text, check (key > 0))',
  ],
  [
    'a quoted collation and function',
    'create table t (a text collate "NOCASE", check ("Length"(a) > 0))',
    'create table t (a text collate nocase, check (length(a) > 0))',
  ],
  [
    'if not exists',
    `create table if not exists t (a int); create index if not exists i on t (a); create view if not exists v as select 1`,
    'create table t (a int); create index i on t (a); create view v as select 1',
  ],
  [
    'schema before the name',
    'create table main.t (a); create index main.i on t (a); create view main.v as select 1',
    'create table t (a); create index i on t (a); create view v as select 1',
  ],
  ['added by ALTER', "create table t (a int); alter table t add column b text default 'x'", "create table t (a int, b text default 'x')"],
  [
    'foreign key added by ALTER',
    `${u} create table t (a int, check (a > 0)); alter table t add column b references u (x)`,
    `${u} create table t (b references u (x), a int, check (a > 0))`,
  ],
  ['dropped by ALTER', 'create table t (a int, z int); alter table t drop column z', 'create table t (a int)'],
  [
    'renamed by ALTER',
    'create table t0 (a int, z int check (z > 0)); create index i on t0 (z); create view v as select z from t0; alter table t0 rename to t; alter table t rename z to b',
    'create table t (a int, b int check (b > 0)); create index i on t (b); create view v as select b from t',
  ],
  [
    'parent renamed by ALTER',
    'create table p (x int primary key); create table t (a references p (x)); alter table p rename to q',
    'create table q (x int primary key); create table t (a references q (x))',
  ],
  [
    'statement order',
    'create table t (a int); create index i on t (a); create table w (a int)',
    'create table w (a int); create table t (a int); create index i on t (a)',
  ],
  ['unique', 'create table t (a int unique)', 'create table t (a int, unique (a))'],
  ['unique, named', 'create table t (a int constraint k unique)', 'create table t (a int, constraint k unique (a asc))'],
  ['check', 'create table t (a int check (a > 0))', 'create table t (a int, check (a > 0))'],
  ['check, named', 'create table t (a int constraint c check (a > 0))', 'create table t (a int, constraint C check (a > 0))'],
  [
    'references',
    'create table t (a int references u (x) on delete cascade on update set null)',
    'create table t (a int, foreign key (a) references u (x) on update set null on delete cascade)',
  ],
  ['primary key', 'create table t (a text primary key, b int)', 'create table t (a text, b int, primary key (a))'],
  ['rowid', 'create table t (a integer primary key, b int)', 'create table t (a integer, b int, primary key (a))'],
  [
    'rowid, autoincrement',
    'create table t (a integer primary key autoincrement)',
    'create table t (a integer, primary key (a autoincrement))',
  ],
  [
    'asc in keys',
    'create table t (a int primary key asc, b, unique (a asc, b asc))',
    'create table t (a int primary key, b, unique (a, b))',
  ],
  ['asc in an index', `${t} create index i on t (a asc)`, `${t} create index i on t (a)`],
  [
    'on conflict abort',
    'create table t (a int primary key on conflict abort, b not null on conflict abort, c unique on conflict abort)',
    'create table t (a int primary key, b not null, c unique)',
  ],
  ['null', 'create table t (a int null)', 'create table t (a int)'],
  ['no action', 'create table t (a references u (x) on delete no action on update no action)', 'create table t (a references u (x))'],
  ['not deferrable', 'create table t (a references u (x) not deferrable)', 'create table t (a references u (x))'],
  [
    'not deferrable initially deferred',
    'create table t (a references u (x) not deferrable initially deferred)',
    'create table t (a references u (x))',
  ],
  [
    'deferrable initially immediate',
    'create table t (a references u (x) deferrable initially immediate)',
    'create table t (a references u (x))',
  ],
  ['collate binary', 'create table t (a text collate binary)', 'create table t (a text)'],
  ['collate binary in a key', 'create table t (a text, unique (a collate binary))', 'create table t (a text, unique (a))'],
  ['collate binary in an index', `${t} create index i on t (b collate binary)`, `${t} create index i on t (b)`],
  [
    'a collation repeated in an index',
    'create table t (b text collate nocase); create index i on t (b collate nocase)',
    'create table t (b text collate nocase); create index i on t (b)',
  ],
  [
    'generated always, virtual',
    'create table t (a int, b int generated always as (a * 2) virtual)',
    'create table t (a int, b int as (a*2))',
  ],
  [
    'default in parentheses',
    "create table t (a int default (1), b default (-1), c default ((2)), d default ('x'), e default (null))",
    "create table t (a int default 1, b default -1, c default 2, d default 'x', e default null)",
  ],
  ['default bare word', 'create table t (a default Foo, b default "Bar")', "create table t (a default 'Foo', b default 'Bar')"],
  ['default current', 'create table t (a default (CURRENT_TIMESTAMP))', 'create table t (a default current_timestamp)'],
  [
    'layout of a type',
    'create table t (a NUMERIC ( 10 , 2 ), b  unsigned   BIG int)',
    'create table t (a numeric(10,2), b unsigned big int)',
  ],
  ['operators in two spellings', 'create table t (a check (a != 1 and a == 2))', 'create table t (a check (a <> 1 and a = 2))'],
  ['no comma between constraints', 'create table t (a, unique (a) check (a > 0))', 'create table t (a, unique (a), check (a > 0))'],
  [
    'options in any order',
    'create table t (a int primary key) strict, without rowid',
    'create table t (a int primary key) WITHOUT ROWID, STRICT',
  ],
  [
    'rowid-less key with not null',
    'create table t (a int not null primary key) without rowid',
    'create table t (a int primary key) without rowid',
  ],
  ['names of automatic indexes', 'create table t (a unique, b unique)', 'create table t (b unique, a unique)'],
  ['layout of a view', `${t} create view V as select A, "b" from T -- all`, `${t} create view v\nas SELECT a, [b]\nFROM t`],
  [
    'layout of a trigger',
    `${t} create trigger g after insert on t begin select 1; end`,
    `${t} create trigger if not exists main.G AFTER INSERT ON t\nBEGIN\n  select 1; -- one\nEND`,
  ],
  [
    'layout of a virtual table',
    'create virtual table if not exists f using FTS3(Title, "Body", tokenize=porter)',
    'create virtual table F using fts3 ( title, body, TOKENIZE = porter )',
  ],
  ['rows', `${t} insert into t values (1, 2, 'x')`, t],
  ['temporary objects', `${t} create temp table t (zz); create temp view w as select 1`, t],
  ['ANALYZE', `${t} create index i on t (a); analyze`, `${t} create index i on t (a)`],
];

for (const [what, left, right] of equivalences) {
  test(`does not tell apart: ${what}`, async () => {
    const [a, b] = [await fingerprintOf(left), await fingerprintOf(right)];
    assert.equal(compareFingerprints(a, b), []);
    assert.is(a.whole, b.whole);
  });
}

test('lines are readable', async () => {
  const found = await fingerprintOf(
    "create table users (id integer primary key, role text not null default 'staff', pin text unique collate nocase, team int references teams on delete set null, check (id > 0)); create index users_role on users (role desc, lower(pin)) where role <> 'x'",
  );
  assert.equal(found.objects.get('table users')?.lines, [
    'clause: check (id > 0)',
    'clause: foreign key (team) references teams on delete set null',
    'clause: primary key (id)',
    'clause: unique (pin)',
    'column id: type integer, primary key 1',
    'column pin: type text, collate nocase',
    "column role: type text, not null, default 'staff'",
    'column team: type int',
    'foreign key (team) references teams on delete set null',
    'index (auto) unique (pin collate nocase)',
  ]);
  assert.equal(found.objects.get('index users_role')?.lines, [
    'not unique',
    'on users',
    'terms: role desc, lower (pin)',
    "where: role <> 'x'",
  ]);
  assert.match(found.objects.get('table users')?.hash ?? '', /^f1:[0-9a-f]{16}$/);
  assert.match(found.whole, /^f1:[0-9a-f]{32}$/);
});

test('hashes stay what they are, since migrations carry them', async () => {
  const found = await fingerprintOf("create table t (a int primary key, b text default 'x')");
  assert.equal([found.objects.get('table t')?.hash, found.whole], ['f1:41530ceba57ad03b', 'f1:11a64a000f5613ee5f8189ce8a700a03']);
});

const nasty: readonly string[] = [
  'a"b',
  'a`b',
  'a]b',
  "a'b",
  'a b',
  'select',
  'A.B',
  'ü',
  '日本',
  '%',
  '',
  '--',
  '/*',
  '1',
  'a\nb',
  '$x',
  ';',
];

test('nasty names are told apart and found', async () => {
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  for (const name of nasty) {
    const q = quote(name);
    const sql = (extra: string): string =>
      `create table ${quote(`t${name}`)} (${q} int not null, other int, constraint ${quote(`k${name}`)} unique (${q}), check (${q} > 0${extra}), foreign key (other) references ${quote(`t${name}`)} (${q}));
       create index ${quote(`i${name}`)} on ${quote(`t${name}`)} (${q} desc, abs(${q})) where ${q} > 1${extra};`;
    const [a, b, c] = [await fingerprintOf(sql('')), await fingerprintOf(sql('')), await fingerprintOf(sql('1'))];
    assert.is(a.whole, b.whole, name);
    assert.is(a.objects.size, 2, name);
    assert.is(compareFingerprints(a, c).length, 2, name);
    const lines = [...a.objects.values()].flatMap((object) => object.lines).join('\n');
    for (const part of ['not null', 'check (', 'unique (', 'foreign key (other)', 'desc, abs (', 'where: '])
      assert.ok(lines.includes(part), `${name}: ${part}\n${lines}`);
  }
});

test('the scope leaves out journals, patterns, and what belongs to them', async () => {
  const sql = `create table Limbeck_Journal (a unique); create index j on limbeck_journal (a); create table alembic_version (a); create table schema_migrations (a);
    create table flyway_schema_history (a); create table Old_x (a); create index oi on old_x (a); create trigger og after insert on old_x begin select 1; end;
    create table kept (a integer primary key autoincrement); create table "a.c" (a); create table abc (a)`;
  const found = await fingerprintOf(sql, { exclude: ['old_*', 'A.C'], journalTable: 'limbeck_journal' });
  assert.equal([...found.objects.keys()], ['table abc', 'table kept']);
});

test('asks for a few objects only, with the same hashes', async () => {
  const sql = `${t}${u} create index i on t (lower(b)); create view v as select 1; create trigger g after insert on t begin select 1; end`;
  const whole = await fingerprintOf(sql);
  for (const key of whole.objects.keys()) {
    const one = await fingerprintOf(sql, { ...everything, only: new Set([key, 'table gone']) });
    assert.equal([...one.objects], [[key, whole.objects.get(key)]]);
  }
});

test('asks a constant number of questions', async () => {
  const count = async (tables: number): Promise<number> => {
    const names = Array.from({ length: tables }, (_, at) => `t${at}`);
    const database = databaseOf(names.map((name) => `create table ${name} (a unique); create index i${name} on ${name} (a)`).join(';'));
    const query = queryOf(database);
    let asked = 0;
    await fingerprint((sql, parameters) => {
      asked += 1;
      return query(sql, parameters);
    }, everything);
    database.close();
    return asked;
  };
  assert.is(await count(1), await count(120));
  assert.ok((await count(120)) <= 5);
});

test('a virtual table whose module is missing is left out, with its shadows: scratch cannot hold it, inspect names it', async () => {
  const found = await fingerprintOf(
    `create table t (a); create table "f_data" (a); pragma writable_schema = on;
     insert into sqlite_schema values ('table', 'f', 'f', 0, 'CREATE VIRTUAL TABLE f USING fts5(a)'); pragma writable_schema = reset`,
  );
  assert.equal([...found.objects.keys()], ['table t']);
});

test('shadow tables of a module that is there are left out', async () => {
  const found = await fingerprintOf('create virtual table f using fts3(a); create table f_other (a)');
  assert.equal([...found.objects.keys()], ['table f_other', 'virtual table f']);
});

test.run();
