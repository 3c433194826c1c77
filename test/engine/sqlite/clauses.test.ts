import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { readTable } from '../../../lib/engine/sqlite/clauses.ts';
import { rowidAlias } from '../../../lib/engine/sqlite/rebuild.ts';

const test = suite('clauses of CREATE TABLE');

const column = (text: string): ReturnType<typeof readTable>['columns'][number] => {
  const [first] = readTable(`CREATE TABLE t (${text})`).columns;
  assert.ok(first);
  return first;
};

const definitions = (body: string): readonly string[] =>
  readTable(`CREATE TABLE t (${body})`).constraints.map(({ name, definition }) =>
    name === undefined ? definition : `${name}: ${definition}`,
  );

const facets: readonly (readonly [string, Partial<ReturnType<typeof column>>])[] = [
  ['a', { name: 'a', type: '', notNull: '', fallback: undefined }],
  ['[a b] VARCHAR ( 10 , 2 )', { name: 'a b', type: 'varchar(10,2)' }],
  [`'data' integer`, { name: 'data', type: 'integer' }],
  ['"select" unsigned big int not null', { name: 'select', type: 'unsigned big int', notNull: 'not null' }],
  ['a TEXT CONSTRAINT "must" NOT NULL ON CONFLICT IGNORE', { notNull: 'constraint must not null on conflict ignore' }],
  ['a TEXT NOT NULL ON CONFLICT ABORT', { notNull: 'not null' }],
  ['a TEXT NULL', { notNull: '' }],
  [`a TEXT DEFAULT 'It''s'`, { fallback: `'It''s'`, constantDefault: true }],
  ['a INT DEFAULT - 5', { fallback: '-5', constantDefault: true }],
  ['a INT DEFAULT (1)', { fallback: '1', constantDefault: false }],
  ['a INT DEFAULT (1 + 1)', { fallback: '(1 + 1)', constantDefault: false }],
  ['a TEXT DEFAULT CURRENT_TIMESTAMP', { fallback: 'current_timestamp', constantDefault: false }],
  ['a TEXT DEFAULT "Kept"', { fallback: '"Kept"' }],
  ['a TEXT COLLATE NoCase', { collation: 'nocase' }],
  ['a TEXT COLLATE BINARY', { collation: '' }],
  ['a INT GENERATED ALWAYS AS (b + 1) STORED', { generated: 'b + 1', stored: true }],
  ['a INT AS (b+1)', { generated: 'b + 1', stored: false }],
];

for (const [text, expected] of facets) {
  test(`column: ${text}`, () => {
    const found = column(text);
    for (const [key, value] of Object.entries(expected)) assert.equal(found[key as keyof typeof found], value, key);
  });
}

const constraints: readonly (readonly [string, readonly string[]])[] = [
  ['a INT PRIMARY KEY', ['primary key (a)']],
  ['a INT, PRIMARY KEY (a ASC)', ['primary key (a)']],
  ['a INT PRIMARY KEY DESC', ['primary key (a desc, as written at the column)']],
  ['a INT, PRIMARY KEY (a DESC)', ['primary key (a desc)']],
  ['a INTEGER PRIMARY KEY AUTOINCREMENT', ['primary key (a) autoincrement']],
  ['a INT PRIMARY KEY ON CONFLICT REPLACE', ['primary key (a) on conflict replace']],
  ['A INT UNIQUE, UNIQUE (a COLLATE nocase, b)', ['unique (a)', 'unique (a collate nocase, b)']],
  ['a INT CHECK (a>0) CONSTRAINT c CHECK ( a < ")" )', ['check (a > 0)', 'c: check (a < ")")']],
  ['a INT REFERENCES B ON DELETE CASCADE ON UPDATE NO ACTION', ['foreign key (a) references b on delete cascade']],
  [
    'a INT, FOREIGN KEY (a) REFERENCES b (x) MATCH FULL ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED',
    ['foreign key (a) references b (x) match full on update set null deferrable initially deferred'],
  ],
  ['a INT REFERENCES b (x) NOT NULL DEFERRABLE INITIALLY DEFERRED', ['foreign key (a) references b (x) deferrable initially deferred']],
  ['a INT REFERENCES b (x) DEFERRABLE INITIALLY DEFERRED NOT NULL NOT DEFERRABLE', ['foreign key (a) references b (x)']],
  ['a INT, CHECK (a > 0) ON CONFLICT ROLLBACK', ['check (a > 0) on conflict rollback']],
  ['a INT, CHECK ("A" IN ("X", [y]))', ['check (a in ( "X" , y ))']],
  ['a INT REFERENCES b (x) DEFERRABLE INITIALLY IMMEDIATE', ['foreign key (a) references b (x)']],
  ['a INT REFERENCES b NOT DEFERRABLE INITIALLY DEFERRED NOT NULL', ['foreign key (a) references b']],
  ['a INT, CONSTRAINT x CHECK (a) CONSTRAINT y UNIQUE (a)', ['x: check (a)', 'y: unique (a)']],
];

for (const [text, expected] of constraints) test(`constraints: ${text}`, () => assert.deepEqual(definitions(text), expected));

test('table options', () => {
  assert.deepEqual(readTable('CREATE TABLE t (a INT PRIMARY KEY) strict, WITHOUT  ROWID').options, ['strict', 'without rowid']);
});

const aliases: readonly (readonly [string, string | undefined])[] = [
  ['a INTEGER PRIMARY KEY', 'a'],
  ['a INTEGER PRIMARY KEY ASC', 'a'],
  ['a INTEGER PRIMARY KEY DESC', undefined],
  ['a INTEGER, PRIMARY KEY (a DESC)', 'a'],
  ['a INT PRIMARY KEY', undefined],
  ['a INTEGER, b, PRIMARY KEY (a, b)', undefined],
];

for (const [text, expected] of aliases) {
  test(`rowid alias: ${text}`, () => assert.equal(rowidAlias(readTable(`CREATE TABLE t (${text})`)), expected));
}

test.run();
