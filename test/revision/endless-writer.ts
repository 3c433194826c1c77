import { writeMigration } from '../../lib/revision/directory.ts';
import { emptyHeader } from '../../lib/sql/header.ts';

const [folder = '', prefix = ''] = process.argv.slice(2);
const body = `${'SELECT 1; -- and so on\n'.repeat(4000)}-- end\n`;

for (let index = 0; ; index++) {
  const id = `${prefix}${String(index).padStart(6, '0')}`;
  const text = { header: { ...emptyHeader, message: 'endless', revision: id }, body };
  await writeMigration(folder, { id, slug: 'x', up: text, down: text });
  if (index === 0) process.stdout.write('started\n');
}
