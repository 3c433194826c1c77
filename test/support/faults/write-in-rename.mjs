// A fault: in the moment when a database is renamed into place, someone else writes to the old one.
import fs, { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const rename = fs.renameSync;
fs.renameSync = (from, to) => {
  if (String(from).endsWith('.tmp') && String(to).endsWith('.db')) appendFileSync(to, 'theirs');
  rename(from, to);
};
syncBuiltinESMExports();
