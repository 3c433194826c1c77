/** What a schema of the benchmark has; every fiftieth table of the other side differs in something. */
export interface SchemaSize {
  readonly tables: number;
  /** How many tables differ from those of the same size with 0. */
  readonly changed: number;
}

/**
 * A schema as an application grows one: each table with seven columns, a primary key, a check, a foreign key to another, and two
 * indexes; a view, a function, a trigger, a policy, a comment for every tenth; an enum for every hundredth.
 */
export const schemaStatements = ({ tables, changed }: SchemaSize): readonly string[] => {
  const all = Array.from({ length: tables }, (_, index) => index);
  const step = changed === 0 ? Infinity : Math.floor(tables / changed);
  const tenths = all.filter((index) => index % 10 === 0);
  return [
    ...tenths.filter((index) => index % 100 === 0).map((index) => `CREATE TYPE mood_${index} AS ENUM ('calm', 'merry', 'rowdy')`),
    ...all.map((index) => tableSql(index, index % step === 1)),
    ...all.flatMap(indexesSql),
    ...tenths.flatMap((index) => extrasSql(index, index % (step * 5) === 0 && step !== Infinity)),
  ];
};

const tableSql = (index: number, isChanged: boolean): string =>
  [
    `CREATE TABLE t${index} (`,
    '  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,',
    index === 0 ? '  parent_id bigint,' : `  parent_id bigint REFERENCES t${Math.floor(index / 2)} (id) ON DELETE CASCADE,`,
    "  name text NOT NULL DEFAULT '',",
    '  amount integer NOT NULL DEFAULT 0,',
    ...(isChanged ? ['  remark text,'] : []),
    index % 100 === 0 ? `  mood mood_${index} NOT NULL DEFAULT 'calm',` : '  price numeric(10, 2),',
    "  details jsonb NOT NULL DEFAULT '{}',",
    '  created_at timestamptz NOT NULL DEFAULT now(),',
    `  CONSTRAINT t${index}_amount CHECK (amount >= 0)`,
    ')',
  ].join('\n');

const indexesSql = (index: number): readonly string[] => [
  `CREATE INDEX t${index}_name_idx ON t${index} (lower(name))`,
  `CREATE INDEX t${index}_parent_idx ON t${index} (parent_id) WHERE amount > 0`,
];

const extrasSql = (index: number, isChanged: boolean): readonly string[] => [
  `CREATE VIEW v${index} AS SELECT t.id, t.name, p.name AS parent FROM t${index} t JOIN t${Math.floor(index / 2)} p ON p.id = t.parent_id`,
  `CREATE FUNCTION f${index}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.amount := NEW.amount + ${isChanged ? 2 : 1};\n  RETURN NEW;\nEND\n$$`,
  `CREATE TRIGGER t${index}_touch BEFORE UPDATE ON t${index} FOR EACH ROW EXECUTE FUNCTION f${index}()`,
  `ALTER TABLE t${index} ENABLE ROW LEVEL SECURITY`,
  `CREATE POLICY t${index}_own ON t${index} FOR SELECT USING (amount > ${isChanged ? 1 : 0})`,
  `COMMENT ON TABLE t${index} IS 'The table number ${index}.'`,
];
