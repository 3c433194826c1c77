/** A result as one JSON document: every key is always there (`null` for what is not), milliseconds to the tenth. */
export const renderJson = (value: unknown): string => `${JSON.stringify(value, replace, 2)}\n`;

/** The same on one line. */
export const renderJsonLine = (value: unknown): string => `${JSON.stringify(value, replace)}\n`;

const replace = (key: string, value: unknown): unknown => {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return String(value);
  if (key === 'durationMs' && typeof value === 'number') return Math.round(value * 10) / 10;
  return value;
};
