import { maskUrl } from '../engine/mask.ts';

/** Text with the passwords of all URLs in it masked; `urls` are known ones, found even if they hold spaces or quotes. */
export const maskIn = (text: string, urls: readonly string[]): string => {
  const known = urls.reduce((masked, url) => masked.replaceAll(url, maskUrl(url)), text);
  return known.replace(/[a-z][a-z0-9+.-]*:\/\/(?:\S*@)?[^\s'"`<>]+/gi, (url) => maskUrl(url));
};

/** True for a URL that holds a password. */
export const holdsPassword = (url: string): boolean => maskUrl(url) !== url;
