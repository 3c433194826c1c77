/** The system's name for a failure to read (`ENOENT` …), or the error's text. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
