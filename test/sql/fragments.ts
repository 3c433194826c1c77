/** Pieces of SQL text that hide semicolons, quotes and comments in each other. Some are broken on purpose. */
export const nasty: readonly [string, ...string[]] = [
  ';', ' ', '\n', '\r\n', '\t', "'", '"', '`', '[', ']', '$', '$$', '$a$', '$a', '/*', '*/', '--', '-', '/', '*', '\\', '(', ')', ',', '.', '..',
  "'it''s; '", "'\\'", "E'\\';'", "e'a\\\\'", "U&'\\0041;'", "N';'", "B'01'", "x'ab;'", '"a"";"', 'U&"a;"', '`a``;`', '[a;b]', '$$;$$', '$x$ $$;$$ $x$',
  '$1', '?1', ':name', '@a', '-- ; \'\n', '/* ; /* ; */ */', '/* \' */', 'SELECT 1;', 'CREATE ', 'OR REPLACE ', 'FUNCTION f() ', 'PROCEDURE p() ', 'TEMP ',
  'TRIGGER t ', 'RULE r AS ON INSERT TO t DO ALSO ', 'BEGIN ', 'ATOMIC ', 'CASE ', 'END', 'END;', '(SELECT 1; SELECT 2);', "'a'\n'b;'", "E'a'\n'\\';'", "'a' -- c\n 'b;'",
  'é', '漢字', '🍺', '\u00a0', '\ufeff', '1', '1.5e', '0x1F', '.5', '1..2', '1_000', '<>', '!=', '==', '->>', '||', '::', ':=', '@>', '+-', '*/-', 'COPY t FROM STDIN;\n', '\\d\n',
  'a$b$', 'x', 'e', 'u&', 'n', '\0', '\ud83c',
];
