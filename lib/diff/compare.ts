import type { Change } from '../model/change.ts';
import type { AttributeValue, Schema, SchemaObject } from '../model/schema.ts';

/**
 * What must change to make `to` of `from`: every object of either, attribute by attribute, in a fixed order (drops,
 * alters and creates, each in the order of its schema). Knows no kinds: an engine's inspector decides what is compared.
 */
export const compare = (from: Schema, to: Schema): readonly Change[] => {
  const [before, after] = from.objects.apart?.(to.objects) ?? [[...from.objects.values()], [...to.objects.values()]];
  const drops = before.filter((object) => !to.objects.has(object.key)).map((object): Change => ({ type: 'drop', object }));
  const rest = after.flatMap((object): readonly Change[] => {
    const old = from.objects.get(object.key);
    if (old === undefined) return [{ type: 'create', object }];
    const attributes = differingAttributes(old, object);
    return attributes.length === 0 ? noChange : [{ type: 'alter', from: old, to: object, attributes }];
  });
  return [...drops, ...rest];
};

const noChange: readonly Change[] = [];

/** Most objects are the same, so nothing is made before something differs. */
const differingAttributes = ({ attributes: before }: SchemaObject, { attributes: after }: SchemaObject): readonly string[] => {
  let names = none;
  for (const name in before) if (!isSameValue(before[name], after[name])) names = [...names, name];
  for (const name in after) if (!(name in before) && after[name] !== undefined) names = [...names, name];
  return names;
};

const none: readonly string[] = [];

const isSameValue = (a: AttributeValue, b: AttributeValue): boolean =>
  a === b || (isList(a) && isList(b) && a.length === b.length && a.every((item, index) => item === b[index]));

const isList = (value: AttributeValue): value is readonly string[] => Array.isArray(value);

/** One line a change, e.g. `alter column users.role: type text → varchar(10)`. */
export const describeChange = (change: Change): string => {
  switch (change.type) {
    case 'create':
      return `create ${change.object.key}`;
    case 'drop':
      return `drop ${change.object.key}`;
    case 'alter': {
      const { from, to } = change;
      const details = change.attributes.map((name) => `${name} ${shown(from.attributes[name])} → ${shown(to.attributes[name])}`);
      return `alter ${to.key}: ${details.join(', ')}`;
    }
  }
};

/** The changes that a person must see: not the parts of a table that is created or dropped as a whole. */
export const topChanges = (changes: readonly Change[]): readonly Change[] => {
  const whole = new Set(changes.flatMap((change) => (change.type === 'alter' ? [] : [`${change.type} ${change.object.key}`])));
  return changes.filter(
    (change) => change.type === 'alter' || change.object.parent === undefined || !whole.has(`${change.type} ${change.object.parent}`),
  );
};

const shown = (value: AttributeValue): string =>
  value === undefined || value === '' ? 'none' : typeof value === 'object' ? `(${value.join(', ')})` : String(value);
