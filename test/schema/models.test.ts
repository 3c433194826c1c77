import { readFileSync } from 'node:fs';
import initSqlJs, { type Database, type SqlValue } from 'sql.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { forEngine } from '../../lib/sql/marker.ts';

const test = suite('schema/models.sql');

const SQL = await initSqlJs();
const text = readFileSync(new URL('../../schema/models.sql', import.meta.url), 'utf8');
const models = forEngine(text, 'sqlite', 'schema/models.sql');

type Row = Readonly<Record<string, SqlValue>>;

/** A fresh restaurant: one user, one menu with one dish, one open table with an order of it. */
const open = (): Database => {
  const database = new SQL.Database();
  database.exec('PRAGMA foreign_keys = ON');
  database.exec(models);
  insert(database, 'users', { id: 1, username: 'ana', display_name: 'Ana', pin_hash: 'scrypt$1' });
  insert(database, 'menu_versions', { id: 1, label: 'winter', menu: '{"dishes":[]}', created_by: 1 });
  insert(database, 'menu_items', { id: 1, menu_version_id: 1, name: 'soup', category: 'starters', station: 'hot', price_cents: 650 });
  insert(database, 'table_sessions', { id: 1, table_number: 7, opened_by: 1 });
  insert(database, 'orders', { id: 1, session_id: 1, user_id: 1 });
  insert(database, 'order_items', { id: 1, order_id: 1, menu_item_id: 1, quantity: 2, unit_price_cents: 650 });
  insert(database, 'receipts', { id: 1, ...receipt('R-0', 1300, 247, 100) });
  return database;
};

const insert = (database: Database, table: string, row: Row): void => {
  const names = Object.keys(row);
  database.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, Object.values(row));
};

const receipt = (number: string, subtotal: number, tax: number, tip: number): Row => ({
  session_id: 1,
  number,
  subtotal_cents: subtotal,
  tax_cents: tax,
  tip_cents: tip,
  total_cents: subtotal + tax + tip,
  payment_method: 'card',
});

const value = (database: Database, query: string): SqlValue | undefined => database.exec(query)[0]?.values[0]?.[0];

/** A small repeatable source of numbers in [0, 1). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

/** A decimal as people write it, to whole cents without passing through binary fractions. */
const cents = (decimal: string): number => Number(decimal.replace('.', ''));

test('has the eight tables, all of them with a key', () => {
  const database = open();
  const tables = database.exec("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")[0]?.values.flat();
  assert.equal(tables, ['menu_items', 'menu_versions', 'nlp_training_samples', 'order_items', 'orders', 'receipts', 'table_sessions', 'users']);
});

test('takes 10,000 receipts that add up as the restaurant adds them', () => {
  const database = open();
  const random = randomFrom(20261123);
  const dishes = (): number => Array.from({ length: 1 + Math.floor(random() * 8) }, () => cents((random() * 60).toFixed(2))).reduce((sum, price) => sum + price, 0);
  database.run('BEGIN');
  for (let index = 1; index <= 10_000; index++) {
    const subtotal = dishes();
    insert(database, 'receipts', receipt(`R-${index}`, subtotal, Math.round(subtotal * 0.19), cents((random() * 20).toFixed(2))));
  }
  database.run('COMMIT');
  assert.is(value(database, 'SELECT count(*) FROM receipts'), 10_001);
  assert.is(value(database, 'SELECT count(*) FROM receipts WHERE total_cents <> subtotal_cents + tax_cents + tip_cents'), 0);
});

test('lets go of a receipt as soon as it is one cent off', () => {
  const database = open();
  for (const off of [-1, 1]) {
    const row = receipt('R-1', 1000, 190, 50);
    assert.throws(() => insert(database, 'receipts', { ...row, total_cents: 1240 + off }), /receipts_adds_up/);
  }
});

const refused: readonly (readonly [string, string, Row, RegExp])[] = [
  ['a second user of a name', 'users', { username: 'ana', display_name: 'A', pin_hash: 'x' }, /UNIQUE.*username/],
  ['an empty username', 'users', { username: '', display_name: 'A', pin_hash: 'x' }, /username_not_empty/],
  ['a role that nobody has', 'users', { username: 'b', display_name: 'B', pin_hash: 'x', role: 'guest' }, /role_known/],
  ['a boolean that is neither', 'users', { username: 'b', display_name: 'B', pin_hash: 'x', is_active: 2 }, /is_boolean/],
  ['a time in another form', 'users', { username: 'b', display_name: 'B', pin_hash: 'x', created_at: '2026-11-23 18:30' }, /is_utc/],
  ['a time that is none', 'users', { username: 'b', display_name: 'B', pin_hash: 'x', created_at: 'yesterday' }, /is_utc/],
  ['a menu that is no JSON', 'menu_versions', { label: 'x', menu: '{dishes' }, /menu_is_json/],
  ['a price below zero', 'menu_items', { menu_version_id: 1, name: 'x', category: 'c', station: 's', price_cents: -1 }, /price_not_negative/],
  ['a price with a fraction', 'menu_items', { menu_version_id: 1, name: 'x', category: 'c', station: 's', price_cents: 6.5 }, /price_is_whole/],
  ['a price in words', 'menu_items', { menu_version_id: 1, name: 'x', category: 'c', station: 's', price_cents: 'six' }, /price_is_whole/],
  ['a dish twice in a menu', 'menu_items', { menu_version_id: 1, name: 'soup', category: 'c', station: 's', price_cents: 1 }, /UNIQUE/],
  ['a dish of no menu', 'menu_items', { menu_version_id: 9, name: 'x', category: 'c', station: 's', price_cents: 1 }, /FOREIGN KEY/],
  ['a second open session at a table', 'table_sessions', { table_number: 7 }, /UNIQUE.*table_number/],
  ['a closed session without its time', 'table_sessions', { table_number: 8, status: 'closed' }, /closed_has_time/],
  ['an open session with a closing time', 'table_sessions', { table_number: 8, closed_at: '2099-01-01T00:00:00.000Z' }, /closed_has_time/],
  ['a session closed before it opened', 'table_sessions', { table_number: 8, status: 'closed', opened_at: '2026-11-23T18:00:00.000Z', closed_at: '2026-11-23T17:59:59.999Z' }, /closed_after_opened/],
  ['a table without guests', 'table_sessions', { table_number: 8, guests: 0 }, /guests_positive/],
  ['an order of no session', 'orders', { session_id: 9 }, /FOREIGN KEY/],
  ['an order in an unknown state', 'orders', { session_id: 1, status: 'lost' }, /orders_status_known/],
  ['an order served before it was made', 'orders', { session_id: 1, created_at: '2026-11-23T18:00:00.000Z', served_at: '2026-11-23T17:00:00.000Z' }, /served_after_created/],
  ['none of a dish', 'order_items', { order_id: 1, menu_item_id: 1, quantity: 0, unit_price_cents: 1 }, /quantity_positive/],
  ['half of a dish', 'order_items', { order_id: 1, menu_item_id: 1, quantity: 0.5, unit_price_cents: 1 }, /quantity_is_whole/],
  ['a dish that is on no menu', 'order_items', { order_id: 1, menu_item_id: 9, unit_price_cents: 1 }, /FOREIGN KEY/],
  ['a receipt number twice', 'receipts', receipt('R-0', 1, 0, 0), /UNIQUE.*number/],
  ['a receipt paid in shells', 'receipts', { ...receipt('R-1', 1, 0, 0), payment_method: 'shells' }, /payment_method_known/],
  ['a tip that is taken away', 'receipts', receipt('R-1', 100, 0, -50), /receipts_not_negative/],
  ['a sample of nothing', 'nlp_training_samples', { raw_text: '', intent: 'order' }, /raw_text_not_empty/],
  ['entities that are no JSON', 'nlp_training_samples', { raw_text: 'two soups', intent: 'order', entities: 'soup' }, /entities_is_json/],
];

for (const [what, table, row, complaint] of refused) {
  test(`refuses ${what}`, () => {
    assert.throws(() => insert(open(), table, row), complaint);
  });
}

test('frees a table when its session is closed', () => {
  const database = open();
  database.run("UPDATE table_sessions SET status = 'closed', closed_at = opened_at, closed_by = 1 WHERE id = 1");
  insert(database, 'table_sessions', { table_number: 7 });
  database.run("INSERT INTO table_sessions (table_number, status, closed_at) VALUES (7, 'closed', '2099-01-01T00:00:00.000Z')");
  assert.is(value(database, 'SELECT count(*) FROM table_sessions WHERE table_number = 7'), 3);
});

test('keeps what a user did when the user is gone', () => {
  const database = open();
  database.run('UPDATE table_sessions SET closed_by = 1');
  database.run('DELETE FROM users');
  assert.is(value(database, 'SELECT count(*) FROM orders WHERE user_id IS NULL'), 1);
  assert.is(value(database, 'SELECT count(*) FROM table_sessions WHERE opened_by IS NULL AND closed_by IS NULL'), 1);
  assert.is(value(database, 'SELECT count(*) FROM menu_versions WHERE created_by IS NULL'), 1);
  assert.is(value(database, 'SELECT count(*) FROM order_items'), 1);
});

test('lets a session take its orders, their items and its receipts along', () => {
  const database = open();
  database.run('DELETE FROM table_sessions');
  for (const table of ['orders', 'order_items', 'receipts']) assert.is(value(database, `SELECT count(*) FROM ${table}`), 0);
});

test('lets a menu take its dishes along, unless one was sold', () => {
  const database = open();
  assert.throws(() => database.run('DELETE FROM menu_versions'), /FOREIGN KEY/);
  database.run('DELETE FROM order_items');
  database.run('DELETE FROM menu_versions');
  assert.is(value(database, 'SELECT count(*) FROM menu_items'), 0);
});

test('says for every foreign key what happens on delete', () => {
  const database = open();
  const silent = database.exec(`
    SELECT t.name, f."from" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' AND f.on_delete = 'NO ACTION'`);
  assert.equal(silent, []);
});

test('gives times and flags that pass its own checks', () => {
  const database = open();
  insert(database, 'nlp_training_samples', { raw_text: 'zwei Suppen, bitte', intent: 'order', language: 'de' });
  assert.is(value(database, 'SELECT entities FROM nlp_training_samples'), '[]');
  assert.match(String(value(database, 'SELECT created_at FROM users')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('answers the kitchen from its indexes', () => {
  const database = open();
  const plan = (query: string): string => JSON.stringify(database.exec(`EXPLAIN QUERY PLAN ${query}`));
  assert.match(plan("SELECT * FROM orders WHERE status IN ('pending', 'in_progress') ORDER BY created_at"), /orders_kitchen_idx/);
  assert.match(plan("SELECT * FROM orders WHERE status = 'ready' ORDER BY ready_at"), /orders_ready_idx/);
});

test('has the same tables and columns on both engines', () => {
  const shape = (sql: string): readonly string[] =>
    [...sql.matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)^\);/gm)].flatMap(([, table, body = '']) =>
      [...body.matchAll(/^ {2}(?!CONSTRAINT)(\w+)/gm)].map(([, column]) => `${table}.${column}`),
    );
  const sqlite = shape(models);
  assert.ok(sqlite.length > 50);
  assert.equal(shape(forEngine(text, 'postgres', 'schema/models.sql')), sqlite);
});

test.run();
