import type { Dialect, Scope, ServerInfo } from '../engine/engine.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import { checksum, emptyHeader, type MigrationHeader } from '../sql/header.ts';
import type { Touch } from '../sql/header-values.ts';
import type { Body } from './body.ts';

/** What a proof found, as both headers of a pair record it. */
export interface ProofRecord {
  readonly before: Fingerprint;
  readonly after: Fingerprint;
  readonly touches: readonly Touch[];
  /** What was looked at: the hashes mean nothing elsewhere. */
  readonly scope: Scope;
  readonly server: ServerInfo;
  readonly dialect: Dialect;
  /** Hash of the models text that it was generated from. */
  readonly models: string | undefined;
  /** Heads of other branches that stood in it. Default: none. */
  readonly beside?: readonly string[];
}

/** The up header with the proof written in; everything else stays. */
export const upHeader = (header: MigrationHeader, body: Body, record: ProofRecord): MigrationHeader => ({
  ...header,
  proof: proofOf(body, record, record.before, record.after),
  touches: record.touches,
  ...lookedAt(record),
});

/** The down header: the same proof, the other way round. */
export const downHeader = (header: MigrationHeader, body: Body, record: ProofRecord): MigrationHeader => ({
  ...header,
  proof: proofOf(body, record, record.after, record.before),
  touches: record.touches.map(({ key, before, after }) => ({ key, before: after, after: before })),
  ...lookedAt(record),
});

const lookedAt = ({ scope }: ProofRecord): Pick<MigrationHeader, 'schemas' | 'privileges'> => ({
  schemas: scope.schemas ?? [],
  privileges: scope.privileges === true,
});

const proofOf = (body: Body, record: ProofRecord, before: Fingerprint, after: Fingerprint): MigrationHeader['proof'] => ({
  engine: record.dialect.name,
  major: record.server.major,
  body: checksum(body.text),
  models: record.models,
  before: before.whole,
  after: after.whole,
  ...(record.beside === undefined || record.beside.length === 0 ? {} : { beside: record.beside }),
});

/** A header without a proof, for a body that stands in `path`. */
export const plainHeader = (
  identity: { readonly message: string; readonly revision: string; readonly parents: readonly string[]; readonly path: string },
  body: Body,
  dialect: Dialect | undefined,
): MigrationHeader => ({
  ...emptyHeader,
  message: identity.message,
  revision: identity.revision,
  parents: identity.parents,
  transactional: body.transactional,
  foreignKeys: body.foreignKeys,
  allow: body.allow ?? [],
  byHand: dialect?.byHand(identity.path, body.foreignKeys, body.transactional),
});
