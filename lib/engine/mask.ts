/**
 * The URL as it may be shown: passwords are `***`, in the user part and in parameters, also where the URL is odd (a
 * password with `/`, `@` or `:` in it, no `//`, libpq's `password=…` words). Where it cannot be told what is password and what is
 * not, too much is masked rather than too little.
 */
export const maskUrl = (url: string): string => maskWords(maskParameters(maskUser(url)));

const maskUser = (url: string): string => {
  const prefix = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0] ?? '';
  const rest = url.slice(prefix.length);
  if (rest.startsWith('/')) return url;
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (at < 0 || colon < 0 || colon > at) return url;
  return `${prefix}${rest.slice(0, colon)}:***${rest.slice(at)}`;
};

const maskParameters = (url: string): string => {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const pieces = url.slice(start + 1).split(/[&;](?=[^&;=]+=)/);
  const separators = url.slice(start + 1).match(/[&;](?=[^&;=]+=)/g) ?? [];
  const masked = pieces.map((piece, index) => `${maskParameter(piece)}${separators[index] ?? ''}`);
  return `${url.slice(0, start + 1)}${masked.join('')}`;
};

const maskParameter = (piece: string): string => {
  const equals = piece.indexOf('=');
  const name = piece.slice(0, equals < 0 ? 0 : equals);
  return secret.test(decoded(name)) ? `${name}=***` : piece;
};

const maskWords = (text: string): string =>
  text.replace(/(^|\s)([\w-]*(?:password|passwd|pwd)[\w-]*\s*=\s*)('(?:[^'\\]|\\.)*'?|\S+)/gi, '$1$2***');

const secret = /pass|pwd|secret|token|credential/i;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
