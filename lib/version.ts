/** The version of limbeck, as package.json says it; the journal and `--version` tell it. */
export const version: string = '0.1.0';
