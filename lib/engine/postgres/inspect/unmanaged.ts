import { objectKey } from '../../../model/schema.ts';
import { functionNameSql, operatorNameSql, visibleSql } from './row.ts';
import { address, catalogOids, type Address, type InspectContext, type Reader } from '../object/kind.ts';
import { nameSql, pathOf } from '../object/naming.ts';
import { textOf } from '../query.ts';

/** A kind of object that is named and left alone: SQL of what tells it from another, as arguments of jsonb_build_object. */
interface Branch {
  readonly kind: string;
  readonly catalog: string;
  readonly from: string;
  readonly where: string;
  readonly namespace?: string;
  readonly name: string;
  readonly suffix?: string;
  readonly facts: string;
}

const inSchema = (
  kind: string,
  catalog: string,
  prefix: string,
  context: InspectContext,
): Pick<Branch, 'kind' | 'catalog' | 'from' | 'where' | 'namespace' | 'name'> => ({
  kind,
  catalog,
  from: '',
  where: `x.${prefix}namespace IN ${context.namespaces}`,
  namespace: `x.${prefix}namespace`,
  name: `x.${prefix}name`,
});

/** What belongs to the database: all but what initdb made. */
const inDatabase = (kind: string, catalog: string, name: string): Pick<Branch, 'kind' | 'catalog' | 'from' | 'where' | 'name'> => ({
  kind,
  catalog,
  from: '',
  where: 'x.oid >= 16384',
  name,
});

const typeName = (column: string): string => `nullif(x.${column}, 0)::pg_catalog.regtype::text`;
const using = (method: string): string => `' USING ' || (SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = ${method})`;

const operatorBranches = (context: InspectContext): readonly Branch[] => {
  const call = (column: string): string => functionNameSql(`x.${column}`, context);
  const operator = (column: string): string => operatorNameSql(column, context);
  const family = (column: string): string =>
    `(SELECT ${visibleSql('f.opfnamespace', 'f.opfname', context)} FROM pg_catalog.pg_opfamily f WHERE f.oid = ${column})`;
  return [
    {
      ...inSchema('operator', 'pg_operator', 'opr', context),
      suffix: `pg_catalog.format('(%s, %s)', coalesce(${typeName('oprleft')}, 'NONE'), coalesce(${typeName('oprright')}, 'NONE'))`,
      facts: `'result', ${typeName('oprresult')}, 'function', ${call('oprcode')}, 'commutator', ${operator('x.oprcom')}, 'negator', ${operator('x.oprnegate')},
        'restrict', ${call('oprrest')}, 'join', ${call('oprjoin')}, 'merges', x.oprcanmerge, 'hashes', x.oprcanhash`,
    },
    {
      ...inSchema('operator class', 'pg_opclass', 'opc', context),
      suffix: using('x.opcmethod'),
      facts: `'family', ${family('x.opcfamily')}, 'type', ${typeName('opcintype')}, 'default', x.opcdefault, 'storage', ${typeName('opckeytype')}`,
    },
    {
      ...inSchema('operator family', 'pg_opfamily', 'opf', context),
      suffix: using('x.opfmethod'),
      facts: `'operators', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(o.amopstrategy, o.amoplefttype::pg_catalog.regtype::text,
            o.amoprighttype::pg_catalog.regtype::text, o.amoppurpose, ${operator('o.amopopr')}, ${family('o.amopsortfamily')})
            ORDER BY o.amopstrategy, o.amoplefttype::pg_catalog.regtype::text COLLATE "C", o.amoprighttype::pg_catalog.regtype::text COLLATE "C", o.amoppurpose)
          FROM pg_catalog.pg_amop o WHERE o.amopfamily = x.oid),
        'functions', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(p.amprocnum, p.amproclefttype::pg_catalog.regtype::text,
            p.amprocrighttype::pg_catalog.regtype::text, ${functionNameSql('p.amproc', context)})
            ORDER BY p.amprocnum, p.amproclefttype::pg_catalog.regtype::text COLLATE "C", p.amprocrighttype::pg_catalog.regtype::text COLLATE "C")
          FROM pg_catalog.pg_amproc p WHERE p.amprocfamily = x.oid)`,
    },
    {
      ...inDatabase(
        'cast',
        'pg_cast',
        `pg_catalog.format('(%s AS %s)', x.castsource::pg_catalog.regtype, x.casttarget::pg_catalog.regtype)`,
      ),
      where: `x.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i
         WHERE i.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND i.objid = x.oid AND i.deptype = 'i')`,
      facts: `'function', ${call('castfunc')}, 'context', x.castcontext, 'method', x.castmethod`,
    },
    {
      ...inSchema('conversion', 'pg_conversion', 'con', context),
      facts: `'from', pg_catalog.pg_encoding_to_char(x.conforencoding), 'to', pg_catalog.pg_encoding_to_char(x.contoencoding),
        'function', ${call('conproc')}, 'default', x.condefault`,
    },
  ];
};

const searchBranches = (context: InspectContext): readonly Branch[] => {
  const call = (column: string): string => functionNameSql(`x.${column}`, context);
  return [
    {
      ...inSchema('text search configuration', 'pg_ts_config', 'cfg', context),
      facts: `'parser', (SELECT ${visibleSql('r.prsnamespace', 'r.prsname', context)} FROM pg_catalog.pg_ts_parser r WHERE r.oid = x.cfgparser),
        'mappings', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(m.maptokentype, m.mapdict::pg_catalog.regdictionary::text)
            ORDER BY m.maptokentype, m.mapseqno) FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = x.oid)`,
    },
    {
      ...inSchema('text search dictionary', 'pg_ts_dict', 'dict', context),
      facts: `'template', (SELECT ${visibleSql('t.tmplnamespace', 't.tmplname', context)} FROM pg_catalog.pg_ts_template t WHERE t.oid = x.dicttemplate),
        'options', x.dictinitoption`,
    },
    {
      ...inSchema('text search parser', 'pg_ts_parser', 'prs', context),
      facts: `'functions', pg_catalog.jsonb_build_array(${['prsstart', 'prstoken', 'prsend', 'prsheadline', 'prslextype'].map(call).join(', ')})`,
    },
    {
      ...inSchema('text search template', 'pg_ts_template', 'tmpl', context),
      facts: `'init', ${call('tmplinit')}, 'lexize', ${call('tmpllexize')}`,
    },
  ];
};

const languageBranches = (context: InspectContext): readonly Branch[] => {
  const call = (column: string): string => functionNameSql(`x.${column}`, context);
  const language = '(SELECT l.lanname FROM pg_catalog.pg_language l WHERE l.oid = x.trflang)';
  return [
    {
      ...inDatabase('language', 'pg_language', 'x.lanname'),
      facts: `'trusted', x.lanpltrusted, 'handler', ${call('lanplcallfoid')}, 'inline', ${call('laninline')}, 'validator', ${call('lanvalidator')}`,
    },
    {
      ...inDatabase('transform', 'pg_transform', `pg_catalog.format('FOR %s LANGUAGE %I', x.trftype::pg_catalog.regtype, ${language})`),
      facts: `'from', ${call('trffromsql')}, 'to', ${call('trftosql')}`,
    },
    { ...inDatabase('access method', 'pg_am', 'x.amname'), facts: `'type', x.amtype, 'handler', ${call('amhandler')}` },
  ];
};

const foreignBranches = (context: InspectContext): readonly Branch[] => {
  const call = (column: string): string => functionNameSql(`x.${column}`, context);
  const sorted = (array: string): string =>
    `(SELECT pg_catalog.jsonb_agg(u.option ORDER BY u.option COLLATE "C") FROM pg_catalog.unnest(${array}) AS u(option))`;
  return [
    {
      ...inDatabase('foreign data wrapper', 'pg_foreign_data_wrapper', 'x.fdwname'),
      facts: `'handler', ${call('fdwhandler')}, 'validator', ${call('fdwvalidator')}, 'options', ${sorted('x.fdwoptions')}`,
    },
    {
      ...inDatabase('server', 'pg_foreign_server', 'x.srvname'),
      facts: `'wrapper', (SELECT w.fdwname FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.oid = x.srvfdw), 'type', x.srvtype,
        'version', x.srvversion, 'options', ${sorted('x.srvoptions')}`,
    },
    {
      ...inSchema('foreign table', 'pg_class', 'rel', context),
      from: `JOIN pg_catalog.pg_foreign_table y ON y.ftrelid = x.oid JOIN pg_catalog.pg_foreign_server s ON s.oid = y.ftserver`,
      facts: `'server', s.srvname, 'options', ${sorted('y.ftoptions')},
        'columns', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
            nullif(a.attcollation, 0)::pg_catalog.regcollation::text, a.attnotnull, ${sorted('a.attfdwoptions')}, a.attgenerated,
            pg_catalog.pg_get_expr(d.adbin, d.adrelid), pg_catalog.col_description(x.oid, a.attnum)) ORDER BY a.attname COLLATE "C")
          FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = x.oid AND a.attnum > 0 AND NOT a.attisdropped),
        'constraints', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(k.conname, pg_catalog.pg_get_constraintdef(k.oid)) ORDER BY k.conname COLLATE "C")
          FROM pg_catalog.pg_constraint k WHERE k.conrelid = x.oid),
        'triggers', (SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_triggerdef(g.oid) ORDER BY g.tgname COLLATE "C")
          FROM pg_catalog.pg_trigger g WHERE g.tgrelid = x.oid AND NOT g.tgisinternal),
        'parents', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(h.inhparent::pg_catalog.regclass::text, pg_catalog.pg_get_expr(x.relpartbound, x.oid))
            ORDER BY h.inhseqno) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = x.oid)`,
    },
    {
      ...inDatabase('subscription', 'pg_subscription', 'x.subname'),
      where: `x.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
      facts: `'publications', ${sorted('x.subpublications')}, 'slot', x.subslotname`,
    },
  ];
};

/** Base types, shells, and ranges whose canonical function has to be made before them, and after a shell of them. */
const baseTypeBranch = (context: InspectContext): Branch => {
  const call = (column: string): string => functionNameSql(`x.${column}`, context);
  const functions = ['typinput', 'typoutput', 'typreceive', 'typsend', 'typmodin', 'typmodout', 'typanalyze', 'typsubscript'];
  return {
    ...inSchema('type', 'pg_type', 'typ', context),
    from: 'LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = x.oid',
    where: `x.typnamespace IN ${context.namespaces} AND (x.typtype IN ('b', 'p') OR (x.typtype = 'r' AND r.rngcanonical <> 0))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = x.typelem AND e.typarray = x.oid)`,
    facts: `'defined', x.typisdefined, 'functions', pg_catalog.jsonb_build_array(${functions.map(call).join(', ')}), 'length', x.typlen, 'by value', x.typbyval,
      'category', x.typcategory, 'preferred', x.typispreferred, 'delimiter', x.typdelim, 'element', ${typeName('typelem')}, 'alignment', x.typalign,
      'storage', x.typstorage, 'default', x.typdefault, 'collatable', x.typcollation <> 0, 'subtype', nullif(r.rngsubtype, 0)::pg_catalog.regtype::text,
      'canonical', ${functionNameSql('r.rngcanonical', context)}, 'difference', ${functionNameSql('r.rngsubdiff', context)}`,
  };
};

const branchesOf = (context: InspectContext): readonly Branch[] => [
  baseTypeBranch(context),
  ...operatorBranches(context),
  ...searchBranches(context),
  ...languageBranches(context),
  ...foreignBranches(context),
];

const branchSql = ({ kind, catalog, from, where, namespace, name, suffix, facts }: Branch): string => {
  const schema = namespace === undefined ? 'NULL' : `(SELECT q.nspname::text FROM pg_catalog.pg_namespace q WHERE q.oid = ${namespace})`;
  const comment = catalog === 'pg_subscription' ? 'pg_catalog.shobj_description' : 'pg_catalog.obj_description';
  return `SELECT '${kind}' AS kind, '${catalog}' AS catalog, x.oid::text AS oid, ${schema} AS schema, (${name})::text AS name, ${suffix ?? "''"} AS suffix,
    pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(${facts}, 'comment', ${comment}(x.oid, '${catalog}')))::text AS definition
    FROM pg_catalog.${catalog} x ${from} WHERE ${where}`;
};

/** Kinds of object that limbeck names and leaves alone. */
export const unmanagedReader: Reader = {
  sql: (context) => `${branchesOf(context).map(branchSql).join('\nUNION ALL\n')}\nORDER BY kind, schema, name, suffix`,
  found: (row, context) => {
    const kind = textOf(row, 'kind') ?? '';
    return [
      {
        unmanaged: {
          key: unmanagedKey(kind, textOf(row, 'schema'), textOf(row, 'name') ?? '', context) + (textOf(row, 'suffix') ?? ''),
          reason: reasons[kind] ?? `${kind.replace(/y$/, 'ie').replace(/s$/, 'se')}s are not managed`,
          definition: textOf(row, 'definition') ?? '',
        },
        addresses: addressesOf(textOf(row, 'catalog') ?? '', row['oid']),
      },
    ];
  },
};

const reasons: Readonly<Record<string, string>> = {
  type: 'base types, and ranges with a canonical function, are not managed',
};

const freeForm: ReadonlySet<string> = new Set(['cast', 'transform']);

/** As `objectKey` writes keys; the names of casts and transforms are SQL already. */
const unmanagedKey = (kind: string, schema: string | undefined, name: string, context: InspectContext): string => {
  if (freeForm.has(kind)) return `${kind} ${name}`;
  const path = schema === undefined ? [name] : pathOf(schema, name, context.schema);
  return `${kind}${objectKey('type', ...path).slice('type'.length)}`;
};

const addressesOf = (catalog: string, oid: unknown): readonly Address[] => (isKnown(catalog) ? [address(catalog, oid)] : []);

const isKnown = (catalog: string): catalog is keyof typeof catalogOids => Object.hasOwn(catalogOids, catalog);

/** Security labels on objects of the managed schemas. */
export const securityLabelReader: Reader = {
  sql: ({ namespaces }) => `SELECT l.provider, l.label, i.type AS kind, i.identity, n.nspname AS schema FROM pg_catalog.pg_seclabel l
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
    JOIN pg_catalog.pg_namespace n ON pg_catalog.quote_ident(n.nspname) = CASE i.type WHEN 'schema' THEN i.name ELSE i.schema END
   WHERE n.oid IN ${namespaces} ORDER BY i.type, i.identity, l.provider`,
  found: (row, context) => {
    const identity = textOf(row, 'identity') ?? '';
    const prefix = `${nameSql(context.schema)}.`;
    const name = identity.startsWith(prefix) ? identity.slice(prefix.length) : identity;
    return [
      {
        unmanaged: {
          key: `security label ${textOf(row, 'provider')} on ${textOf(row, 'kind')} ${name}`,
          reason: 'security labels are not managed',
          definition: textOf(row, 'label') ?? '',
        },
        addresses: [],
      },
    ];
  },
};
