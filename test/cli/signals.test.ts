import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listenToSignals } from '../../lib/cli/signals.ts';
import type { Signals } from '../../lib/cli/signals.ts';

const listening = (work: (signals: Signals, log: readonly string[]) => Promise<void> | void) => async (): Promise<void> => {
  const log: string[] = [];
  const before = process.listenerCount('SIGINT');
  const signals = listenToSignals(
    () => log.push('first'),
    (exit) => log.push(`exit ${exit}`),
  );
  try {
    await work(signals, log);
  } finally {
    signals.close();
  }
  assert.is(process.listenerCount('SIGINT'), before);
};

test(
  'the first signal aborts and is told of, the second ends at once',
  listening((signals, log) => {
    assert.is(signals.exit(), undefined);
    process.emit('SIGINT');
    assert.ok(signals.signal.aborted);
    assert.is(signals.exit(), 130);
    assert.equal(log, ['first']);
    process.emit('SIGINT');
    assert.equal(log, ['first', 'exit 130']);
  }),
);

test(
  'SIGTERM has a status of its own',
  listening((signals, log) => {
    process.emit('SIGTERM');
    assert.is(signals.exit(), 143);
    process.emit('SIGINT');
    assert.equal(log, ['first', 'exit 130']);
  }),
);

test(
  'Ctrl-C at a question counts as the signal',
  listening((signals, log) => {
    signals.interrupt();
    assert.is(signals.exit(), 130);
    assert.equal(log, ['first']);
  }),
);

test(
  'while a statement keeps the thread, signals are left to the system; then they are heard again',
  listening(async (signals) => {
    const count = process.listenerCount('SIGINT');
    signals.yieldToSystem();
    signals.yieldToSystem();
    assert.is(process.listenerCount('SIGINT'), count - 1);
    await Promise.resolve();
    assert.is(process.listenerCount('SIGINT'), count - 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.is(process.listenerCount('SIGINT'), count);
  }),
);

test(
  'what was closed stays closed',
  listening(async (signals) => {
    const count = process.listenerCount('SIGINT');
    signals.yieldToSystem();
    signals.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.is(process.listenerCount('SIGINT'), count - 1);
  }),
);

test.run();
