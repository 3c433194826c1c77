/** What a grantee may do: the privileges, each with whether they may be granted on. */
export type Privileges = ReadonlyMap<string, boolean>;

/** Who may do what, by grantee: `owner`, `public` or a role as SQL names it. */
export type Acl = ReadonlyMap<string, Privileges>;

/** Takes the normal form of privileges.ts apart. */
export const parseAcl = (entries: readonly string[]): Acl =>
  new Map(
    entries.map((entry) => {
      const cut = entry.lastIndexOf('=');
      const privileges = entry.slice(cut + 1).split(',');
      return [entry.slice(0, cut), new Map(privileges.map((each) => [each.replace('*', ''), each.endsWith('*')]))];
    }),
  );

/** The normal form of what `parseAcl` took apart; who has nothing left is left out. */
export const entriesOf = (acl: Acl): readonly string[] =>
  [...acl].flatMap(([grantee, privileges]) => {
    const each = [...privileges].map(([privilege, isGrantable]) => `${privilege}${isGrantable ? '*' : ''}`);
    return each.length === 0 ? [] : [`${grantee}=${each.join()}`];
  });

/** Everything that is in any of the lists. */
export const unite = (acls: readonly Acl[]): Acl => {
  const all = new Map<string, Map<string, boolean>>();
  for (const acl of acls) {
    for (const [grantee, privileges] of acl) {
      const known = all.get(grantee) ?? new Map<string, boolean>();
      for (const [privilege, isGrantable] of privileges) known.set(privilege, known.get(privilege) === true || isGrantable);
      all.set(grantee, known);
    }
  }
  return all;
};

/** What is in both lists. */
export const intersect = (a: Acl, b: Acl): Acl =>
  new Map(
    [...a].map(([grantee, privileges]) => {
      const other = b.get(grantee);
      const both = [...privileges].filter(([privilege]) => other?.has(privilege) === true);
      return [grantee, new Map(both.map(([privilege, isGrantable]) => [privilege, isGrantable && other?.get(privilege) === true]))];
    }),
  );

/** One GRANT or REVOKE, without what it is on. */
export interface Grant {
  readonly verb: 'GRANT' | 'REVOKE' | 'REVOKE GRANT OPTION FOR';
  /** Sorted; empty means all. */
  readonly privileges: readonly string[];
  readonly grantees: readonly string[];
  readonly isGrantable: boolean;
}

export interface Wish {
  /** What is there in any case, and what may be there. */
  readonly surely: Acl;
  readonly perhaps: Acl;
  readonly wanted: Acl;
  /** All that there is to grant: written ALL, unless it is only one. */
  readonly all: readonly string[];
}

/** The fewest GRANTs and REVOKEs that make the wanted privileges, what is taken away first. */
export const grantsFor = ({ surely, perhaps, wanted, all }: Wish): readonly Grant[] => {
  const grants: Grant[] = [];
  const add = (verb: Grant['verb'], grantee: string, privileges: readonly string[], isGrantable: boolean): void => {
    if (privileges.length === 0) return;
    const isAll = privileges.length === all.length && (all.length > 1 || verb === 'REVOKE');
    const sorted = isAll ? [] : [...privileges].sort();
    const place = grants.findIndex(
      (grant) => grant.verb === verb && grant.isGrantable === isGrantable && grant.privileges.join() === sorted.join(),
    );
    const known = grants[place];
    if (known === undefined) grants.push({ verb, privileges: sorted, grantees: [grantee], isGrantable });
    else grants[place] = { ...known, grantees: [...known.grantees, grantee] };
  };
  for (const [grantee, privileges] of perhaps) {
    const kept = wanted.get(grantee) ?? none;
    const gone = [...privileges.keys()].filter((privilege) => !kept.has(privilege));
    add('REVOKE', grantee, kept.size === 0 ? all : gone, false);
    const bound = [...privileges].filter(([privilege, isGrantable]) => isGrantable && kept.get(privilege) === false);
    add(
      'REVOKE GRANT OPTION FOR',
      grantee,
      bound.map(([privilege]) => privilege),
      false,
    );
  }
  for (const [grantee, privileges] of wanted) {
    const had = surely.get(grantee) ?? none;
    for (const isGrantable of [false, true]) {
      const missing = [...privileges].filter(
        ([privilege, wish]) => wish === isGrantable && !(isGrantable ? had.get(privilege) === true : had.has(privilege)),
      );
      add(
        'GRANT',
        grantee,
        missing.map(([privilege]) => privilege),
        isGrantable,
      );
    }
  }
  return grants;
};

const none: Privileges = new Map();

/** A grant as SQL; `on` is what stands behind ON, `owner` the name of the owner, `columns` those that it is about. */
export const grantSql = (grant: Grant, on: string, owner = 'CURRENT_USER', columns = ''): string => {
  const { verb, privileges, grantees, isGrantable } = grant;
  const what = privileges.length === 0 ? [`ALL${columns}`] : privileges.map((privilege) => `${privilege}${columns}`);
  const who = grantees.map((grantee) => (grantee === 'owner' ? owner : grantee === 'public' ? 'PUBLIC' : grantee));
  const names = who.join(', ');
  return `${verb} ${what.join(', ')} ON ${on} ${verb === 'GRANT' ? 'TO' : 'FROM'} ${names}${isGrantable ? ' WITH GRANT OPTION' : ''}`;
};
