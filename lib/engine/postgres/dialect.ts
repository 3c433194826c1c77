import { postgresLexis } from '../../sql/lexis.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import type { Step } from '../../model/change.ts';
import { schemaOf, soundSchema, type Schema } from '../../model/schema.ts';
import type { Dialect } from '../engine.ts';
import { dumpRules } from './dump.ts';
import { layOut } from './layout.ts';
import { loadRules } from './loading.ts';
import { keptName } from './object/made-name.ts';
import { planWith } from './plan/plan.ts';
import { planAhead } from './plan/ahead.ts';
import { reachBeyond } from './reach.ts';
import { kindOf } from './registry.ts';
import { innerNames, renamable, renderRename } from './rename.ts';

const stepsOf = (whole: Schema, major: number | undefined): readonly Step[] => {
  const schema = soundSchema(whole);
  const changes = [...schema.objects.values()].map((object) => ({ type: 'create', object }) as const);
  return planWith(kindOf, changes, schemaOf([]), schema, major === undefined ? {} : { major }).steps;
};

/** The pure half of the PostgreSQL engine. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  lexis: postgresLexis,
  capabilities: { transactionalDdl: true, foreignKeySwitch: false, onlineForms: true },
  quoteName: (name) => quoteName(name, 'postgres'),
  quoteText: (text) => quoteText(text, 'postgres'),
  plan: (changes, from, to, options) => planWith(kindOf, changes, from, to, options),
  planAhead,
  renderRename,
  renderSchema: (schema, major) => stepsOf(schema, major).map(({ sql }) => sql),
  renderGroups: (schema, major) => layOut(stepsOf(schema, major), schema),
  byHand: (file, _foreignKeys, transactional) => `psql -X${transactional ? ' -1' : ''} -v ON_ERROR_STOP=1 -f '${file}' DATABASE`,
  refuseInScratch: reachBeyond,
  foldName: keptName,
  renamable,
  innerNames,
  loading: loadRules,
  dump: dumpRules,
};
