// A fault, loaded with --import before limbeck: the process kills itself at the n-th event of a phase.
//
//   LIMBECK_TEST_KILL='in SQL:17:0.5'   the phase, the number of the event (from 1), where in it (0 to 1)
//   LIMBECK_TEST_KILL=count             kills nothing; LIMBECK_TEST_KILL_LOG gets the number of events by phase
//
// LIMBECK_TEST_KILL_LOG also gets the phase in which it was killed, written just before.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Worker } from 'node:worker_threads';
import initSqlJs from 'sql.js';

const asked = process.env.LIMBECK_TEST_KILL ?? 'count';
const log = process.env.LIMBECK_TEST_KILL_LOG ?? '/dev/null';
const [phase, number = '0', part = '0'] = asked.split(':');
const fraction = Number(part);
const { appendFileSync, fsyncSync, openSync, renameSync, writeSync } = fs;

const counts = {};
const durations = [];
if (asked === 'count') process.on('exit', () => appendFileSync(log, JSON.stringify({ counts, commitMs: Math.max(0, ...durations) })));

const forever = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const die = () => {
  appendFileSync(log, phase);
  process.kill(process.pid, 'SIGKILL');
  forever();
};

/** True when this is the event to die in. */
const isIt = (name) => {
  counts[name] = (counts[name] ?? 0) + 1;
  return name === phase && counts[name] === Number(number);
};

/** Dies before or after the work. */
const around = (name, work) => {
  const isNow = isIt(name);
  if (isNow && fraction < 0.5) die();
  const result = work();
  if (isNow) die();
  return result;
};

const isTemporary = (path) => /\.limbeck-\d+-[0-9a-f]{8}\.tmp$/.test(String(path));
let temporary;

fs.openSync = (path, ...rest) => {
  if (!isTemporary(path)) return openSync(path, ...rest);
  if (isIt('before the write')) die();
  temporary = openSync(path, ...rest);
  return temporary;
};
fs.writeSync = (descriptor, buffer, offset, length, position) => {
  if (descriptor === temporary && isIt('in the write')) {
    writeSync(descriptor, buffer, offset, Math.floor(length * fraction), position);
    die();
  }
  return writeSync(descriptor, buffer, offset, length, position);
};
fs.fsyncSync = (descriptor) => (descriptor === temporary ? around('in the write', () => fsyncSync(descriptor)) : fsyncSync(descriptor));
fs.renameSync = (from, to) => (isTemporary(from) ? around('in the rename', () => renameSync(from, to)) : renameSync(from, to));
syncBuiltinESMExports();

const run = (statement, work, commit) => {
  if (/^\s*(PRAGMA|SELECT)\b/.test(statement)) return work();
  if (statement.startsWith('BEGIN IMMEDIATE')) return around(commit === undefined ? 'in SQL' : 'before the write', work);
  if (statement !== 'COMMIT') return around('in SQL', work);
  if (isIt('before commit')) die();
  return commit === undefined ? work() : commit(work);
};

const { Database } = await initSqlJs();
const plain = { run: Database.prototype.run, prepare: Database.prototype.prepare };
Database.prototype.run = function (statement, ...rest) {
  return run(statement, () => plain.run.call(this, statement, ...rest));
};
Database.prototype.prepare = function (statement, ...rest) {
  return run(statement, () => plain.prepare.call(this, statement, ...rest));
};

// node:sqlite writes in C, out of reach; a second thread kills the process somewhere in the COMMIT.
const sqlite = process.getBuiltinModule('node:sqlite');
if (sqlite !== undefined) {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const delay = fraction * Number(process.env.LIMBECK_TEST_COMMIT_MS ?? 0);
  if (phase === 'in the commit') {
    const script = `
      const { workerData } = require('node:worker_threads');
      Atomics.wait(workerData.shared, 0, 0);
      const end = performance.now() + workerData.delay;
      while (performance.now() < end);
      process.kill(process.pid, 'SIGKILL');`;
    new Worker(script, { eval: true, workerData: { shared, delay } }).unref();
  }
  const commit = (work) => {
    if (isIt('in the commit')) {
      appendFileSync(log, phase);
      Atomics.store(shared, 0, 1);
      Atomics.notify(shared, 0);
      work();
      forever();
    }
    const began = performance.now();
    const result = work();
    durations.push(performance.now() - began);
    return result;
  };
  const { exec, prepare } = sqlite.DatabaseSync.prototype;
  sqlite.DatabaseSync.prototype.exec = function (statement) {
    return run(statement, () => exec.call(this, statement), commit);
  };
  sqlite.DatabaseSync.prototype.prepare = function (statement, ...rest) {
    return run(statement, () => prepare.call(this, statement, ...rest), commit);
  };
}
