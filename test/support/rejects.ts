import assert from 'node:assert/strict';
import type { ErrorCode, LimbeckError } from '../../lib/errors.ts';
import { isLimbeckError } from '../../lib/errors.ts';

/** The LimbeckError that `work` rejects with or throws; fails unless it has this code, a message and no other kind. */
export const rejects = async (code: ErrorCode, work: () => unknown): Promise<LimbeckError> => {
  try {
    await work();
  } catch (error) {
    assert.ok(isLimbeckError(error), `not a LimbeckError: ${error instanceof Error ? error.stack : String(error)}`);
    assert.equal(error.code, code, `${error.code}: ${error.message}`);
    return error;
  }
  throw new assert.AssertionError({ message: `nothing was thrown; expected ${code}` });
};
