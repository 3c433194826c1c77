import { isLimbeckError, LimbeckError } from '../../errors.ts';
import type { ErrorCode, Where } from '../../errors.ts';
import type { Streams } from '../streams.ts';
import { renderJsonLine } from './json.ts';

/** What is told of an error: what, where, and what to do. */
export interface Told {
  readonly code: ErrorCode;
  readonly message: string;
  readonly where: Where | undefined;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** Any error as one that can be told; one that limbeck did not throw on purpose is `internal`. */
export const tellError = (error: unknown): Told => {
  if (isLimbeckError(error)) {
    const { code, message, where, hint, data } = error;
    return { code, message, where, hint, data };
  }
  const message = error instanceof Error ? firstLine(error.message) || error.name : firstLine(String(error));
  return {
    code: 'internal',
    message: `unexpected: ${message}`,
    where: undefined,
    hint: 'please report this, with what the same command prints under --debug',
    data: undefined,
  };
};

/** Prints an error in its three parts; the stack only with `debug`. */
export const printError = (streams: Streams, error: unknown, options: { readonly debug: boolean; readonly json: boolean }): void => {
  const { code, message, where, hint, data } = tellError(error);
  if (options.json) {
    streams.err(renderJsonLine({ error: masked({ code, message, where, hint, data }, streams) }));
  } else {
    streams.err(`${streams.paint('red', `error[${code}]:`)} ${message}\n`);
    streams.err(
      place(where)
        .map((line) => `  ${line}\n`)
        .join(''),
    );
    if (hint !== undefined) streams.err(`${streams.paint('cyan', 'hint:')} ${hint}\n`);
  }
  if (options.debug) streams.err(stackOf(error));
};

const place = (where: Where | undefined): readonly string[] => {
  if (where === undefined) return [];
  const spot = [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
  return [...(spot === '' ? [] : [spot]), ...(where.frame?.split('\n') ?? [])];
};

/** Masks before quoting: JSON would escape what a password has to be found by. */
export const masked = (value: unknown, streams: Streams): unknown => {
  if (typeof value === 'string') return streams.mask(value);
  if (Array.isArray(value)) return value.map((each) => masked(each, streams));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, streams)]));
};

const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return '';
  const cause =
    error.cause === undefined ? '' : `caused by: ${error.cause instanceof Error ? '' : `${String(error.cause)}\n`}${stackOf(error.cause)}`;
  const name = error instanceof LimbeckError ? `${error.name} ${error.code}` : error.name;
  return `${error.stack ?? name}\n${cause}`;
};

const firstLine = (text: string): string => text.split('\n')[0]?.trim() ?? '';
