import type { AttributeValue, ObjectKind } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { commentSql, extensionsSql } from './parts.ts';
import { functionNameSql, operatorNameSql, placeOf, textsOf, tuplesOf } from './row.ts';
import { address, type Found, type InspectContext, type Reader } from '../object/kind.ts';
import { pathOf, routineKey } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { textOf } from '../query.ts';

/**
 * What every routine has. `inputs` are the names of the input arguments, `outputs` names and types of the others: what
 * decides whether CREATE OR REPLACE will do.
 */
const routineSql = (context: InspectContext, columns: string, rows: string): string =>
  `SELECT p.oid::text AS oid, n.nspname AS schema, p.proname AS name, pg_catalog.oidvectortypes(p.proargtypes) AS types,
      pg_catalog.pg_get_function_arguments(p.oid) AS arguments, pg_catalog.pg_get_function_result(p.oid) AS result, p.pronargdefaults AS defaults,
      (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(coalesce(p.proargmodes[a.n]::text, 'i'), coalesce(p.proargnames[a.n], ''),
                pg_catalog.format_type(a.type, NULL)) ORDER BY a.n)
         FROM pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[])) WITH ORDINALITY AS a(type, n)) AS every_argument,
      CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END AS parallel,
      ${commentSql('pg_proc', 'p.oid')} AS comment, ${extensionsSql('pg_proc', 'p.oid')} AS extensions, ${columns}
      ${context.privileges ? `, ${aclSql('p.proacl', 'f', 'p.proowner')} AS acl` : ''}
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace ${rows}
     AND p.pronamespace IN ${context.namespaces} ORDER BY p.oid`;

const routineFound = (row: Row, context: InspectContext, kind: ObjectKind, attributes: Readonly<Record<string, AttributeValue>>): Found => {
  const { schema, name, id, schemaAttribute } = placeOf(row, context);
  const types = textOf(row, 'types') ?? '';
  const every = tuplesOf(row, 'every_argument');
  const isInput = (mode: string | undefined): boolean => mode === 'i' || mode === 'b' || mode === 'v';
  return {
    object: {
      kind,
      key: routineKey(kind, pathOf(schema, name, context.schema), types),
      name,
      attributes: {
        id: `${id}(${kind === 'procedure' ? signatureOf(every) : types})`,
        schema: schemaAttribute,
        arguments: settledText(textOf(row, 'arguments') ?? ''),
        result: textOf(row, 'result'),
        inputs: every.flatMap(([mode, argument = '']) => (isInput(mode) ? [argument] : [])),
        outputs: every.flatMap(([mode, argument = '', type = '']) => (mode === 'i' || mode === 'v' ? [] : [`${argument} ${type}`])),
        defaults: Number(row['defaults']),
        parallel: textOf(row, 'parallel'),
        dependsOnExtensions: textsOf(row, 'extensions'),
        ...attributes,
        comment: textOf(row, 'comment'),
        acl: aclOf(row),
      },
      needs: [],
      sql: '',
      position: 0,
    },
    addresses: [address('pg_proc', row['oid'])],
  };
};

/** Types with modes: by the types alone, PostgreSQL does not tell `p(IN integer)` from `p(OUT integer)`. */
const signatureOf = (every: readonly (readonly (string | undefined)[])[]): string =>
  every.map(([mode = '', , type = '']) => `${modeWords[mode] ?? 'IN'} ${type}`).join(', ');

const modeWords: Readonly<Record<string, string>> = { o: 'OUT', b: 'INOUT', v: 'VARIADIC' };

/** Functions and procedures; `atomic` ones keep their body as parsed SQL, the others (`body`) as text. Not the constructors of ranges. */
export const functionReader: Reader = {
  sql: (context) =>
    routineSql(
      context,
      `p.prokind AS kind, l.lanname AS language, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) AS body, p.prosqlbody IS NOT NULL AS atomic,
      p.probin AS binary, CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility,
      p.proisstrict AS strict, p.prosecdef AS security_definer, p.proleakproof AS leakproof, p.procost::text AS cost, p.prorows::text AS rows,
      p.proretset AS returns_set, pg_catalog.to_jsonb(p.proconfig) AS config, ${functionNameSql('p.prosupport', context)} AS support,
      (SELECT pg_catalog.jsonb_agg(pg_catalog.format_type(x.type, NULL) ORDER BY x.n)
         FROM pg_catalog.unnest(p.protrftypes) WITH ORDINALITY AS x(type, n)) AS transforms`,
      `JOIN pg_catalog.pg_language l ON l.oid = p.prolang
       WHERE p.prokind IN ('f', 'w', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
             WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')`,
    ),
  found: (row, context) => [
    routineFound(row, context, row['kind'] === 'p' ? 'procedure' : 'function', {
      language: textOf(row, 'language'),
      body: row['atomic'] === true ? settledText(textOf(row, 'body') ?? '') : textOf(row, 'body'),
      atomic: row['atomic'] === true,
      binary: textOf(row, 'binary'),
      window: row['kind'] === 'w',
      volatility: textOf(row, 'volatility'),
      strict: row['strict'] === true,
      securityDefiner: row['security_definer'] === true,
      leakproof: row['leakproof'] === true,
      cost: Number(row['cost']),
      rows: row['returns_set'] === true ? Number(row['rows']) : undefined,
      config: textsOf(row, 'config').toSorted(),
      support: textOf(row, 'support'),
      transforms: textsOf(row, 'transforms'),
    }),
  ],
};

/** Aggregates, with everything of pg_aggregate. The functions that they call stand without arguments, as CREATE AGGREGATE names them. */
export const aggregateReader: Reader = {
  sql: (context) =>
    routineSql(
      context,
      `CASE a.aggkind WHEN 'o' THEN 'ordered-set' WHEN 'h' THEN 'hypothetical' ELSE 'normal' END AS form, a.aggnumdirectargs::text AS direct,
      ${functionNameSql('a.aggtransfn', context)} AS state_function, ${functionNameSql('a.aggfinalfn', context)} AS final_function,
      ${functionNameSql('a.aggcombinefn', context)} AS combine_function, ${functionNameSql('a.aggserialfn', context)} AS serial_function,
      ${functionNameSql('a.aggdeserialfn', context)} AS deserial_function, ${functionNameSql('a.aggmtransfn', context)} AS moving_state_function,
      ${functionNameSql('a.aggminvtransfn', context)} AS moving_inverse_function, ${functionNameSql('a.aggmfinalfn', context)} AS moving_final_function,
      a.aggfinalextra AS final_extra, a.aggmfinalextra AS moving_final_extra, a.aggfinalmodify AS final_modify, a.aggmfinalmodify AS moving_final_modify,
      ${operatorNameSql('a.aggsortop', context)} AS sort_operator, pg_catalog.format_type(a.aggtranstype, NULL) AS state_type,
      CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END AS moving_state_type,
      a.aggtransspace::text AS state_size, a.aggmtransspace::text AS moving_state_size,
      a.agginitval AS initial, a.aggminitval AS moving_initial`,
      'JOIN pg_catalog.pg_aggregate a ON a.aggfnoid::pg_catalog.oid = p.oid WHERE true',
    ),
  found: (row, context) => [
    routineFound(row, context, 'aggregate', {
      form: textOf(row, 'form'),
      directArguments: Number(row['direct']),
      stateFunction: textOf(row, 'state_function'),
      stateType: textOf(row, 'state_type'),
      stateSize: sizeOf(row, 'state_size'),
      finalFunction: textOf(row, 'final_function'),
      finalExtra: row['final_extra'] === true,
      finalModify: textOf(row, 'final_modify'),
      combineFunction: textOf(row, 'combine_function'),
      serialFunction: textOf(row, 'serial_function'),
      deserialFunction: textOf(row, 'deserial_function'),
      initial: textOf(row, 'initial'),
      movingStateFunction: textOf(row, 'moving_state_function'),
      movingInverseFunction: textOf(row, 'moving_inverse_function'),
      movingStateType: textOf(row, 'moving_state_type'),
      movingStateSize: sizeOf(row, 'moving_state_size'),
      movingFinalFunction: textOf(row, 'moving_final_function'),
      movingFinalExtra: row['moving_final_extra'] === true,
      movingFinalModify: textOf(row, 'moving_final_modify'),
      movingInitial: textOf(row, 'moving_initial'),
      sortOperator: textOf(row, 'sort_operator'),
    }),
  ],
};

const sizeOf = (row: Row, column: string): number | undefined => {
  const size = Number(row[column]);
  return size === 0 ? undefined : size;
};
