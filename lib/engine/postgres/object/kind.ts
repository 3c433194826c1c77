import type { Hazard, Step } from '../../../model/change.ts';
import type { ObjectKey, ObjectKind, Schema, SchemaObject, UnmanagedObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';

/*
 * What the engine must know of one kind of object: how it is read from the catalog (a Reader) and how it is made, changed
 * and dropped (a Kind). `inspect.ts` runs the readers and `plan.ts` puts the statements in order; neither knows the kinds.
 *
 * Attributes that every kind uses in the same way:
 *   id       the object as SQL names it: quoted where needed, qualified unless it is in the default schema
 *            (`users`, `app."Odd Name"`, `f(integer, text)`, for a column `users.email`)
 *   on       the relation that it is on, in the same way (triggers, rules, policies, constraints)
 *   comment  the text of COMMENT ON; undefined when there is none
 *   acl      privileges in the normal form of privileges.ts; undefined where they are not managed
 * `name` is the bare, unquoted name. Objects of the default schema carry no schema in key or id.
 */

/** A row of a catalog: `<OID of the catalog>:<OID of the object>:<sub-object, 0 for none>`. */
export type Address = string;

/** An object that a reader found, with the catalog rows that stand for it: what depends on one of these needs the object. */
export interface Found {
  /** `needs` holds only what pg_depend does not say, or says otherwise; the parent need not be in it. */
  readonly object: SchemaObject;
  readonly addresses: readonly Address[];
}

/** Something that is there and that limbeck does not manage. */
export interface FoundUnmanaged {
  readonly unmanaged: UnmanagedObject;
  readonly addresses: readonly Address[];
}

export interface InspectContext {
  /** The default schema: its objects go unqualified (search_path is pinned to it, so deparsed texts agree). */
  readonly schema: string;
  /** SQL list of the OIDs of the managed schemas, e.g. `(2200, 16403)`: `WHERE c.relnamespace IN ${namespaces}`. */
  readonly namespaces: string;
  readonly major: number;
  /** OIDs of materialized views that have no rows only because this is a scratch database. */
  readonly meantFull: ReadonlySet<string>;
  /** False: readers leave `acl` undefined. */
  readonly privileges: boolean;
}

/** One query over the catalog and what its rows mean. Rows of extensions' own objects are left out afterwards, by pg_depend. */
export interface Reader {
  readonly sql: (context: InspectContext) => string;
  readonly found: (row: Row, context: InspectContext) => readonly (Found | FoundUnmanaged)[];
}

/** A reader of what there are thousands of; see `inspect/lines.ts`. */
export interface LineReader {
  readonly kind: 'table' | 'column' | 'default' | 'constraint' | 'index';
  /**
   * A query with the addresses of each object in its first column, `at` (`atSql`), then the names of its schema, its relation and, for
   * what is a part of that, its own; no other column has an OID.
   */
  readonly lines: (context: InspectContext) => string;
  /**
   * The object of a row, which nothing but that row and the context without its OIDs decides, its position aside. `at` is not in the
   * row; `place` is the row's among those of its relation, from 1 on.
   */
  readonly object: (row: Row, context: InspectContext, place: number) => SchemaObject;
}

/** What rendering may look at. */
export interface Room {
  readonly from: Schema;
  readonly to: Schema;
  /** The server's major; the newest that is known when it was not told. */
  readonly major: number;
  /** True for a plan that must not block a busy table: an index that is there is kept at any price. */
  readonly online: boolean;
  /** The objects that are made inside the CREATE statement of this one (columns of a new table…), by position. */
  readonly inside: (key: ObjectKey) => readonly SchemaObject[];
  readonly isCreated: (key: ObjectKey) => boolean;
  readonly isDropped: (key: ObjectKey) => boolean;
}

export interface Alteration {
  readonly steps: readonly Step[];
  /** The dependents (by pg_depend, in the schema before) that are in the way: dropped before it and put back complete after it. */
  readonly displaces?: (dependent: SchemaObject) => boolean;
  /** What does not depend on it and is in the way all the same. */
  readonly renews?: readonly ObjectKey[];
}

/** An alter of one object; `attributes` never holds `comment` or `acl`, which plan.ts looks after. */
export interface AlterInput {
  readonly from: SchemaObject;
  readonly to: SchemaObject;
  readonly attributes: readonly string[];
  /** True when an object that this one needs is being replaced under the same name (a type, for a column). */
  readonly isForced: boolean;
}

export interface Kind {
  /** As in DROP, COMMENT ON and GRANT: `TABLE`, `MATERIALIZED VIEW`. */
  readonly word: string;
  /** Where it goes when nothing else decides, lower first; see `ranks`. */
  readonly rank: number;
  /** True when it is an object of the fingerprint by itself, not a part of its parent. */
  readonly isTop: boolean;
  /** Statements that create it with what is `inside` it; comment and privileges are added by plan.ts. */
  readonly create: (object: SchemaObject, room: Room) => readonly Step[];
  /** Statements that drop it; what goes with its parent's DROP is not asked. Never CASCADE. */
  readonly drop: (object: SchemaObject, room: Room) => readonly Step[];
  /** Statements that change it in place, or `replace`: it is dropped and created, and so is what depends on it. */
  readonly alter: (input: AlterInput, room: Room) => Alteration | 'replace';
  /** The objects that it is made after, in a plan that makes them, too. Default: what it needs. */
  readonly follows?: (object: SchemaObject, room: Room) => readonly ObjectKey[];
  /** What an alter of it comes after, besides what it needs: the drop of these objects in a plan that drops them, else their making. */
  readonly awaits?: (input: AlterInput, room: Room) => readonly ObjectKey[];
  /** The objects that go before it, in a plan that drops them, besides those that need it. */
  readonly outlives?: (object: SchemaObject, room: Room) => readonly ObjectKey[];
  /** New objects that a statement for this one makes, too. */
  readonly brings?: (object: SchemaObject, room: Room) => readonly SchemaObject[];
  /** What is there and would be taken for a part of a new one: dropped before, and made again. Default: nothing. */
  readonly renews?: (object: SchemaObject, room: Room) => readonly ObjectKey[];
  /** True when it can be made inside its parent's CREATE statement. Default: never. */
  readonly joins?: (object: SchemaObject, room: Room) => boolean;
  /**
   * For a type that cannot be dropped while columns use it: renamed out of the way (`retire`), made anew, its users moved
   * over (each an alter that `isForced`), then dropped (`discard`).
   */
  readonly retire?: (object: SchemaObject, room: Room) => readonly Step[];
  readonly discard?: (object: SchemaObject, room: Room) => readonly Step[];
  /** It holds rows or values that are lost with it: never replaced on behalf of another object. */
  readonly holdsData?: (object: SchemaObject) => boolean;
  /** What lets it be dropped only with itself, so that it is dropped and made again, too. Default: nothing. */
  readonly heldBy?: (object: SchemaObject, room: Room) => readonly ObjectKey[];
  /** What stands behind COMMENT ON; default: `<word> <id>`, with ` ON <on>` where there is one. */
  readonly target?: (object: SchemaObject) => string;
  /** Names that no two objects may have at once, e.g. `relation app.users`; default: none. */
  readonly occupies?: (object: SchemaObject) => readonly string[];
}

/** Ranks, so that a file reads from the ground up. What belongs to one table stands together. */
export const ranks = {
  schema: 0,
  extension: 10,
  collation: 15,
  type: 20,
  sequence: 30,
  table: 40,
  column: 41,
  default: 42,
  constraint: 43,
  index: 45,
  statistics: 46,
  partition: 47,
  sequenceOwner: 48,
  function: 60,
  view: 70,
  rule: 75,
  trigger: 76,
  policy: 77,
  publication: 80,
  eventTrigger: 85,
  privileges: 90,
} as const;

/** A statement of a plan; what it touches is filled in by plan.ts. */
export const step = (sql: string, hazards: readonly Hazard[] = [], notes: readonly string[] = []): Step => ({
  sql,
  hazards,
  notes,
  touches: [],
});

/** The text attribute of an object; `''` when it has none. */
export const text = (object: SchemaObject, attribute: string): string => {
  const value = object.attributes[attribute];
  return value === undefined ? '' : String(value);
};

/** The list attribute of an object; empty when it has none. */
export const list = (object: SchemaObject, attribute: string): readonly string[] => {
  const value = object.attributes[attribute];
  return typeof value === 'object' ? value : [];
};

/** The attribute as a flag. */
export const flag = (object: SchemaObject, attribute: string): boolean => object.attributes[attribute] === true;

/** Objects of one kind that the engine manages, by the kind's name. */
export type Kinds = Readonly<Partial<Record<ObjectKind, Kind>>>;

/** OIDs of the system catalogs, the same on every server (`src/include/catalog/pg_*.h`). */
export const catalogOids = {
  pg_type: 1247,
  pg_proc: 1255,
  pg_class: 1259,
  pg_foreign_server: 1417,
  pg_default_acl: 826,
  pg_foreign_data_wrapper: 2328,
  pg_am: 2601,
  pg_attrdef: 2604,
  pg_cast: 2605,
  pg_constraint: 2606,
  pg_conversion: 2607,
  pg_language: 2612,
  pg_namespace: 2615,
  pg_opclass: 2616,
  pg_operator: 2617,
  pg_rewrite: 2618,
  pg_trigger: 2620,
  pg_opfamily: 2753,
  pg_extension: 3079,
  pg_policy: 3256,
  pg_statistic_ext: 3381,
  pg_collation: 3456,
  pg_event_trigger: 3466,
  pg_transform: 3576,
  pg_ts_dict: 3600,
  pg_ts_parser: 3601,
  pg_ts_config: 3602,
  pg_ts_template: 3764,
  pg_publication: 6104,
  pg_publication_rel: 6106,
  pg_publication_namespace: 6237,
} as const;

/** The address of a catalog row. */
export const address = (catalog: keyof typeof catalogOids, oid: unknown, sub: unknown = 0): Address =>
  `${catalogOids[catalog]}:${String(oid)}:${String(sub)}`;
