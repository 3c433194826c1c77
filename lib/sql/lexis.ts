/** Which words and quotes a dialect has; the rest of lexing is shared. */
export interface Lexis {
  readonly dialect: 'sqlite' | 'postgres';
}

export const sqliteLexis: Lexis = { dialect: 'sqlite' };
export const postgresLexis: Lexis = { dialect: 'postgres' };
