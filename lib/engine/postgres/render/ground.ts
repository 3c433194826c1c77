import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { grantSql, grantsFor, parseAcl, type Acl, type Grant } from '../object/grants.ts';
import { flag, list, step, type AlterInput } from '../object/kind.ts';
import { allPrivileges } from '../object/privileges.ts';
import { quoteBody } from './routine-body.ts';

/*
 * The default schema and `public`: never created or dropped, only their comment and privileges change. A migration does not
 * name the default schema, so there a DO block asks for it; a whole schema, which is written for one database, names it.
 */

/** Statements that give a schema of a new database what this one has, by name. `public` is born otherwise on PostgreSQL 14 and on 15. */
export const groundCreate = (schema: SchemaObject): readonly Step[] => {
  const { description, grants } = schema.attributes;
  const isPublic = schema.sql === 'public';
  const wanted = parseAcl(list(schema, 'grants'));
  const all = allPrivileges('n', false);
  return [
    ...(description === undefined ? [] : [step(`COMMENT ON SCHEMA ${schema.sql} IS ${commentText(description)}`)]),
    ...(grants === undefined ? [] : grantsFor({ ...bornWith(isPublic), wanted, all }).map((grant) => step(byName(grant, schema)))),
  ];
};

/** Statements that change comment and privileges in place. */
export const groundAlter = ({ from, to, attributes }: AlterInput): readonly Step[] => {
  const steps: Step[] = [];
  if (attributes.includes('description')) {
    const value = commentText(to.attributes['description']);
    const sql = `COMMENT ON SCHEMA ${place} IS ${value}`;
    steps.push(step(flag(to, 'isDefault') ? inDefault(sql) : sql.replace(place, () => to.sql)));
  }
  if (attributes.includes('grants') && from.attributes['grants'] !== undefined && to.attributes['grants'] !== undefined) {
    const had = parseAcl(list(from, 'grants'));
    const grants = grantsFor({ surely: had, perhaps: had, wanted: parseAcl(list(to, 'grants')), all: allPrivileges('n', false) });
    steps.push(
      ...grants.map((grant) => step(flag(to, 'isDefault') ? inDefault(grantSql(grant, `SCHEMA ${place}`, owner)) : byName(grant, to))),
    );
  }
  return steps;
};

/** What stands for the schema, and for its owner, until it is known how they are written: in no SQL there is such a character. */
const place = '\u0001';
const owner = '\u0002';

/** The owner of `public` is seldom who migrates, so the catalog is asked. */
const byName = (grant: Grant, schema: SchemaObject): string =>
  grant.grantees.includes('owner')
    ? block(grantSql(grant, `SCHEMA ${place}`, owner), quoteText(schema.sql, 'postgres'), '%1$s')
    : grantSql(grant, `SCHEMA ${schema.sql}`);

const inDefault = (sql: string): string => block(sql, 'current_schema()', '%1$I');

const block = (sql: string, schema: string, spelling: string): string => {
  const format = sql
    .replaceAll('%', '%%')
    .replaceAll(place, () => spelling)
    .replaceAll(owner, () => '%2$s');
  const oid = schema === 'current_schema()' ? 'pg_catalog.quote_ident(current_schema())' : schema;
  const who = sql.includes(owner)
    ? `, (SELECT n.nspowner::pg_catalog.regrole FROM pg_catalog.pg_namespace n WHERE n.oid = ${oid}::pg_catalog.regnamespace)`
    : '';
  return `DO ${quoteBody(`BEGIN EXECUTE pg_catalog.format(${quoteText(format, 'postgres')}, ${schema}${who}); END`)}`;
};

const commentText = (comment: unknown): string => (comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres'));

const bornWith = (isPublic: boolean): { readonly surely: Acl; readonly perhaps: Acl } => {
  const own = 'owner=CREATE,USAGE';
  return isPublic
    ? { surely: parseAcl([own, 'public=USAGE']), perhaps: parseAcl([own, 'public=CREATE,USAGE']) }
    : { surely: parseAcl([own]), perhaps: parseAcl([own]) };
};
