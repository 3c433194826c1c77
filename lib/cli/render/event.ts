import type { RunEvent } from '../../runner/event.ts';
import type { Streams } from '../streams.ts';
import { masked } from './error.ts';
import { renderJsonLine } from './json.ts';
import { openLiveLine } from './live.ts';
import type { LiveLine, Screen } from './live.ts';
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
  /** With `json`: everything that happens, on stdout. */
  readonly events?: boolean;
  /** Asked when the first step begins; without one, lines are written once and for all. */
  readonly screen?: () => Screen | undefined;
}

/** Tells of events on stderr as they come. */
export const openProgress = (streams: Streams, options: ProgressOptions): Progress => {
  if (options.json && options.events === true) return eventLines(streams, options.verbose);
  let live: LiveLine | undefined;
  let isOpen = false;
  const closeLine = (): void => {
    if (isOpen) live?.close();
    isOpen = false;
  };
  const endLine = (): void => {
    if (!isOpen) return;
    closeLine();
    streams.err('\n');
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
        live ??= lineOn(options.screen?.());
        (live?.open ?? streams.err)(runningLine(event));
        isOpen = true;
        return;
      case 'statement':
        live?.watch(event.watch);
        return options.verbose ? say(`  [${event.index + 1}/${event.count}] ${shortened(event.sql)}`) : undefined;
      case 'done':
        if (!isOpen) streams.err(`  ${event.revision}`);
        closeLine();
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

const lineOn = (screen: Screen | undefined): LiveLine | undefined => screen && openLiveLine(screen);

/** Everything that happens, as it happens: an object a line on stdout. A statement is told with `--verbose` alone. */
const eventLines = (streams: Streams, verbose: boolean): Progress => {
  const tell = (line: Readonly<Record<string, unknown>>): void => streams.out(renderJsonLine(masked(line, streams)));
  return {
    onEvent: (event) => {
      if (event.type !== 'statement' || verbose) tell(eventLine(event));
    },
    warn: (message, hint) => tell({ type: 'warning', code: 'notice', message, hint }),
    endLine: () => undefined,
  };
};

/** An event as `--json` tells it. These keys are public: only add to them. */
const eventLine = (event: RunEvent): Readonly<Record<string, unknown>> => {
  switch (event.type) {
    case 'start':
      return { ...event, type: 'step-start' };
    case 'done':
      return { ...event, type: 'step-done' };
    case 'statement': {
      const { type, revision, index, count, sql } = event;
      return { type, revision, index, count, sql };
    }
    case 'hazard':
      return { type: 'warning', code: event.hazard.kind, message: `${event.revision}: ${event.hazard.text}`, hint: undefined };
    case 'warning':
      return { type: 'warning', code: event.code, message: event.message, hint: event.hint };
    default:
      return event;
  }
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
