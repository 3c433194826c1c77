/** Where limbeck answers otherwise than Alembic, and why. */
export interface Purpose {
  readonly why: string;
  /** What brings its database to where Alembic's is. */
  readonly afterwards?: readonly string[];
}

const toMerge = 'one back from a merge is the merge taken back: Alembic does not say which parent is meant, and both are';
const pastMerge = 'the same, from the head';

/** By line; one that comes again has `#` and its number in the list where it is another. */
export const onPurpose: Readonly<Record<string, Purpose>> = {
  'history -r a1aa': { why: 'one revision is a range, too' },
  'upgrade +1 #34': {
    why: 'only one revision comes next, the one that merges both heads: nothing is ambiguous',
    afterwards: ['downgrade d1dd'],
  },
  'downgrade -1': { why: toMerge, afterwards: ['upgrade e1ee'] },
  'current --check-heads #48': { why: 'Alembic 1.8 has no such option, later ones have; the database is at its heads' },
  'downgrade -1 #55': {
    why: 'from two heads -1 is ambiguous: limbeck asks which is meant, Alembic takes one',
    afterwards: ['downgrade f1ff-1'],
  },
  'downgrade m1mm-1': { why: toMerge, afterwards: ['upgrade head'] },
  'stamp head-1': { why: 'every command takes every form of a revision; here it is what the merge joins', afterwards: ['stamp head'] },
  'show -1': { why: pastMerge },
  list_templates: { why: 'there is one layout, and no templates' },
  'history -r -1:current': { why: 'a value that begins with - needs no =, and one back from a merge is what it joins' },
  'history --rev-range=-1:current': { why: pastMerge },
  'merge m1mm -m alone --rev-id aone': { why: 'one head leaves nothing to merge; Alembic writes an empty revision' },
  'heads #117': { why: 'after the line before' },
  'heads #119': {
    why: 'the second label of that name was refused before a file was written; Alembic wrote it, and no command works any more',
  },
};
