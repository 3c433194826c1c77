import * as assert from 'uvu/assert';
import { isLimbeckError, type ErrorCode, type LimbeckError } from '../../../lib/errors.ts';

/** Waits for a rejection with `code`, within `withinMs`, and returns the error. */
export const rejection = async (promise: Promise<unknown>, code: ErrorCode, withinMs = 5000): Promise<LimbeckError> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${withinMs} ms; expected ${code}`)), withinMs);
  });
  try {
    const value = await Promise.race([promise, late]);
    throw new Error(`resolved with ${JSON.stringify(value)}; expected ${code}`);
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    assert.is(error.code, code, `${error.code}: ${error.message}`);
    return error;
  } finally {
    clearTimeout(timer);
  }
};
