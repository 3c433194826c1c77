import type { SchemaObject } from '../../model/schema.ts';
import { collationReader } from './inspect/collations.ts';
import { columnReader, defaultReader } from './inspect/columns.ts';
import { constraintReader } from './inspect/constraints.ts';
import { defaultPrivilegesReader } from './inspect/default-privileges.ts';
import { extensionReader } from './inspect/extensions.ts';
import { indexReader } from './inspect/indexes.ts';
import { attachmentReader } from './inspect/partitions.ts';
import { policyReader } from './inspect/policies.ts';
import { eventTriggerReader, publicationMemberReader, publicationReader } from './inspect/publications.ts';
import { aggregateReader, functionReader } from './inspect/routines.ts';
import { ruleReader } from './inspect/rules.ts';
import { schemaReader } from './inspect/schemas.ts';
import { sequenceReader } from './inspect/sequences.ts';
import { statisticsReader } from './inspect/statistics.ts';
import { tableReader } from './inspect/tables.ts';
import { triggerReader } from './inspect/triggers.ts';
import { compositeReader, domainConstraintReader, domainReader, enumReader, rangeReader } from './inspect/types.ts';
import { securityLabelReader, unmanagedReader } from './inspect/unmanaged.ts';
import { viewReader } from './inspect/views.ts';
import type { Kind, Kinds, LineReader, Reader } from './object/kind.ts';
import { collationKind } from './render/collations.ts';
import { columnKind, defaultKind } from './render/columns.ts';
import { constraintKind } from './render/constraints.ts';
import { defaultPrivilegesKind } from './render/default-privileges.ts';
import { domainConstraintKind } from './render/domain.ts';
import { extensionKind } from './render/extensions.ts';
import { indexKind } from './render/indexes.ts';
import { inheritanceKind, partitionKind } from './render/partitions.ts';
import { policyKind } from './render/policies.ts';
import { eventTriggerKind, publicationKind, publicationMemberKind } from './render/publications.ts';
import { aggregateKind, functionKind, procedureKind } from './render/routines.ts';
import { ruleKind } from './render/rules.ts';
import { schemaKind } from './render/schemas.ts';
import { sequenceKind, sequenceOwnerKind } from './render/sequences.ts';
import { statisticsKind } from './render/statistics.ts';
import { tableKind } from './render/tables.ts';
import { triggerKind } from './render/triggers.ts';
import { typeKind } from './render/types.ts';
import { materializedViewKind, viewKind } from './render/views.ts';

/** What reads what is not managed; nothing else does. */
export const unmanagedReaders: readonly Reader[] = [unmanagedReader, securityLabelReader];

/** What inspect reads, in the order in which objects are listed. */
export const readers: readonly (Reader | LineReader)[] = [
  schemaReader,
  extensionReader,
  collationReader,
  enumReader,
  domainReader,
  domainConstraintReader,
  compositeReader,
  rangeReader,
  sequenceReader,
  tableReader,
  columnReader,
  defaultReader,
  constraintReader,
  indexReader,
  statisticsReader,
  attachmentReader,
  functionReader,
  aggregateReader,
  viewReader,
  ruleReader,
  triggerReader,
  policyReader,
  publicationReader,
  publicationMemberReader,
  eventTriggerReader,
  defaultPrivilegesReader,
  ...unmanagedReaders,
];

const kinds: Kinds = {
  schema: schemaKind,
  extension: extensionKind,
  collation: collationKind,
  type: typeKind,
  'domain constraint': domainConstraintKind,
  sequence: sequenceKind,
  'sequence owner': sequenceOwnerKind,
  table: tableKind,
  column: columnKind,
  default: defaultKind,
  constraint: constraintKind,
  index: indexKind,
  statistics: statisticsKind,
  inheritance: inheritanceKind,
  partition: partitionKind,
  function: functionKind,
  procedure: procedureKind,
  aggregate: aggregateKind,
  view: viewKind,
  'materialized view': materializedViewKind,
  rule: ruleKind,
  trigger: triggerKind,
  policy: policyKind,
  publication: publicationKind,
  'publication member': publicationMemberKind,
  'event trigger': eventTriggerKind,
  'default privileges': defaultPrivilegesKind,
};

/** The rules of an object's kind. Throws for a kind that PostgreSQL has not: a defect of a reader. */
export const kindOf = (object: SchemaObject): Kind => {
  const kind = kinds[object.kind];
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  return kind;
};
