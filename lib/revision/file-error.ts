import { LimbeckError } from '../errors.ts';

/** Runs file work; what the system refuses becomes `file-unwritable`. */
export const guardWrites = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new LimbeckError('file-unwritable', `cannot write ${path}: ${reasons[code] ?? code}`, {
      hint:
        code === 'ENOSPC' || code === 'EDQUOT' ? 'make room and try again; nothing was left behind' : 'check the path and its permissions',
      where: { file: path },
      cause: error,
    });
  }
};

/** `file-unreadable` for what the system said. */
export const unreadable = (path: string, cause: unknown): LimbeckError => {
  const code = errnoOf(cause) ?? String(cause);
  return new LimbeckError('file-unreadable', `cannot read ${path}: ${reasons[code] ?? code}`, {
    hint: 'check the path and its permissions',
    where: { file: path },
    cause,
  });
};

/** The system's name for a failure (`ENOENT` …); undefined for an error of another kind. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error ? error.code : undefined;

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
};
