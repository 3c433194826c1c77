import type { RunEvent } from '../../runner/event.ts';
import type { Streams } from '../streams.ts';
import { renderJsonLine } from './json.ts';
import { idsOrBase } from './revision.ts';

export interface Progress {
  readonly onEvent: (event: RunEvent) => void;
  /** A warning of the command line itself. */
  readonly warn: (message: string, hint?: string) => void;
  /** Ends a line that is still open, before anything else is printed. */
  readonly endLine: () => void;
}

export interface ProgressOptions {
  /** Only warnings and hazards. */
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Only warnings and hazards, each one JSON object on a line. */
  readonly json: boolean;
}

/** Tells of events on stderr as they come. */
export const openProgress = (streams: Streams, options: ProgressOptions): Progress => {
  let isOpen = false;
  const endLine = (): void => {
    if (isOpen) streams.err('\n');
    isOpen = false;
  };
  const say = (text: string): void => {
    endLine();
    streams.err(`${text}\n`);
  };
  const warn = (message: string, hint?: string): void => {
    if (options.json) return streams.err(renderJsonLine({ warning: { message: streams.mask(message), hint } }));
    say(`${streams.paint('yellow', 'warning:')} ${message}`);
    if (hint !== undefined) streams.err(`${streams.paint('cyan', 'hint:')} ${hint}\n`);
  };
  const announce = (text: string): void => (options.json ? warn(text) : say(text));
  const talk = (event: RunEvent): void => {
    switch (event.type) {
      case 'waiting-for-lock':
        return say(`Waiting for another run${event.holder === undefined ? '' : ` (${event.holder})`} to end`);
      case 'waiting-for-database':
        return say(`Waiting for ${event.location}: ${event.reason}`);
      case 'plan':
        return options.verbose && event.revisions.length > 0 ? say(`Plan: ${event.direction} ${event.revisions.join(', ')}`) : undefined;
      case 'start':
        endLine();
        streams.err(runningLine(event));
        isOpen = true;
        return;
      case 'statement':
        return options.verbose ? say(`  [${event.index + 1}/${event.count}] ${shortened(event.sql)}`) : undefined;
      case 'done':
        if (!isOpen) streams.err(`  ${event.revision}`);
        isOpen = false;
        streams.err(` ... done in ${duration(event.durationMs)}${event.checked ? '' : ' (not checked)'}\n`);
        return;
      case 'hazard':
      case 'warning':
      case 'database-created':
        return;
    }
  };
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'warning') return warn(event.message, event.hint);
    if (event.type === 'hazard') return warn(`${event.revision}: ${event.hazard.kind}: ${event.hazard.text}`);
    if (event.type === 'database-created') return announce(`Creating database ${event.location} (its URL is from ${event.source})`);
    if (!options.quiet && !options.json) talk(event);
  };
  return { onEvent, warn, endLine };
};

/** `84 ms`, `2.5 s`, `3 min 5 s` */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

const runningLine = ({ direction, from, to, slug }: RunEvent & { readonly type: 'start' }): string =>
  `Running ${direction === 'up' ? 'upgrade' : 'downgrade'} ${idsOrBase(from)} -> ${idsOrBase(to)}${slug === '' ? '' : `, ${slug.replaceAll('_', ' ')}`}`;

const shortened = (sql: string): string => {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
};
