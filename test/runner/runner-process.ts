import type { Config } from '../../lib/config/config.ts';
import { upgrade } from '../../lib/api/upgrade.ts';

/** Runs `upgrade` in a process of its own: config as JSON, then the target. */
const [config = '{}', target = 'head'] = process.argv.slice(2);
const parsed: Config = JSON.parse(config);
await upgrade(parsed, {
  target,
  verify: true,
  onEvent: (event) => {
    if (event.type === 'done') process.stdout.write(`done ${event.revision}\n`);
  },
});
