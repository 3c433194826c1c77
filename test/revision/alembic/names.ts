/** What a revision argument comes to: ids, `-` for the base, or an error's code and words; from tests/test_revision.py. */
export interface Name {
  readonly test: string;
  readonly graph: string;
  readonly text: string;
  readonly expected: string;
  readonly differs?: string;
}

const names = (graph: string, rows: readonly (readonly [string, string, string, string?])[]): readonly Name[] =>
  rows.map(([test, text, expected, differs]) => ({ test, graph, text, expected, ...(differs === undefined ? {} : { differs }) }));

const anyLength = 'the beginning of an id may be as short as it is of one revision alone; which of them are meant is told';
const unknown = 'one message for what no revision is called, with what may have been meant';
const symbols = 'an argument names as many revisions as it means; only a command that needs one refuses several';

export const resolved: readonly Name[] = [
  ...names('three', [
    ['get_revision_head_single', 'head', 'c'],
    ['get_revision_base_single', 'base', '-'],
    ['invalid_datatype: a name', 'a', 'a'],
  ]),
  ...names('twoHeads', [
    ['get_revision_head_multiple', 'head', 'multiple-heads Multiple head'],
    ['get_revision_heads_multiple', 'heads', 'c1 c2', symbols],
    ['get_revisions_head_multiple', 'head', 'multiple-heads Multiple head'],
    ['get_revisions_heads_multiple', 'heads', 'c1 c2'],
  ]),
  ...names('twoBases', [['get_revision_base_multiple', 'base', '-']]),
  ...names('labeled', [
    ['get_current_named_rev', 'ebranch@head', 'f'],
    ['partial_id_resolve', 'ebranch@some', 'someothername'],
    ['partial_id_resolve', 'abranch@some', 'somelongername'],
    [
      'partial_id_resolve: ambiguous without a branch',
      'some',
      "revision-ambiguous Multiple revisions start with 'some': somelongername, someothername",
    ],
    ['partial_id_resolve_too_short', 'ebranch@sos', "revision-unknown Can't locate revision identified by 'sos'", unknown],
    ['partial_id_resolve: three letters', 'ebranch@someo', 'someothername'],
    ['partial_id_resolve: short', 'ebranch@so', 'someothername', anyLength],
    ['branch_at_heads', 'abranch@heads', 'c'],
    ['branch_at_syntax', 'abranch@head', 'c'],
    ['branch_at_syntax', 'abranch@base', '-'],
    ['branch_at_syntax', 'ebranch@head', 'f'],
    ['branch_at_syntax', 'ebranch@d', 'd'],
    ['branch_at_self', 'ebranch@ebranch', 'e'],
    ['retrieve_branch_revision', 'abranch', 'a'],
    ['retrieve_branch_revision', 'ebranch', 'e'],
    ['rev_not_in_branch', 'ebranch@b', "revision-unknown Revision b is not a member of branch 'ebranch'"],
    ['rev_not_in_branch', 'abranch@d', "revision-unknown Revision d is not a member of branch 'abranch'"],
    ['actually_short_rev_name', 'e', 'e'],
    ['no_revision_exists', 'abranch@qprstuv', "revision-unknown Can't locate revision identified by 'qprstuv'", unknown],
    ['no_revision_exists: short', 'abranch@qpr', "revision-unknown Can't locate revision identified by 'qpr'", unknown],
    ['not_actually_a_branch', 'e@d', 'd'],
    ['not_actually_a_branch_partial_resolution', 'someoth@d', 'd'],
    ['no_such_branch', 'x@d', "revision-unknown Can't locate revision identified by 'x'", unknown],
    ['iterate_head_to_version_specific_base', 'e@base', '-'],
    ['branch_w_up_relative', 'ebranch@+2', 'e'],
    ['branch_w_down_relative', 'ebranch@-2', 'e'],
  ]),
  ...names('labeledMerge', [['filter_for_lineage_labeled_head_across_merge', 'c1branch@head', 'd']]),
  ...names('crossOne', [
    ['what_are_the_heads', 'heads', 'b1a b1b d2 b3'],
    ['a head of a branch that others depend on', 'b_3@head', 'b3'],
  ]),
  ...names('crossTwo', [['what_are_the_heads', 'heads', 'c1 d2 d3']]),
  ...names('effectiveHead', [['heads, x1 is needed by y2', 'heads', 'x2 y2']]),
  ...names('empty', [
    ['iterate: head', 'head', '-'],
    ['iterate: base', 'base', '-'],
  ]),
];

/** What an upgrade from nothing, or from what `from` needs, runs to reach all of `to`. */
export interface Iteration {
  readonly test: string;
  readonly graph: string;
  /** `a:b` as `history -r` reads it, or a target of an upgrade from nothing. */
  readonly range: string;
  readonly expected: string;
  readonly differs?: string;
}

const iterations = (graph: string, rows: readonly (readonly [string, string, string, string?])[]): readonly Iteration[] =>
  rows.map(([test, range, expected, differs]) => ({ test, graph, range, expected, ...(differs === undefined ? {} : { differs }) }));

const needed = 'a range holds all that its end needs beyond its start (what upgrade a:b runs), not the path alone';
const along = 'walk-failed does not refer to ancestor/descendant revisions along the same branch';
const wrongWay = 'a range whose ends are not of one line is refused for that, whichever way they stand';
const whole = 'the heads of a range without an end are those that follow its start';

export const iterated: readonly Iteration[] = [
  ...iterations('three', [['iterate_tolerates_dupe_targets', 'a:c', 'a b c']]),
  ...iterations('diamond', [['iterate_simple_diamond', 'a:d', 'd c b1 b2 a']]),
  ...iterations('empty', [['iterate', 'base:head', '']]),
  ...iterations('labeled', [
    ['iterate_named_head_to_base', 'base:ebranch@head', 'f someothername e d'],
    ['iterate_named_head_to_base', 'base:abranch@head', 'c somelongername b a'],
    ['iterate_named_head_to_heads', 'ebranch@head:', 'f'],
    ['iterate_named_rev_to_heads', 'ebranch@d:', 'f someothername e d', whole],
    ['iterate_head_to_named_base', 'ebranch@base:ebranch@head', 'f someothername e d'],
    ['iterate_head_to_version_specific_base', 'c@base:c@head', 'c somelongername b a'],
    ['branch_w_down_relative', 'ebranch@-2:ebranch@head', 'f someothername e'],
    ['branch_w_up_relative', 'base:ebranch@+2', 'e d'],
    ['get_base_revisions', 'base:heads', 'a b somelongername c d e someothername f'],
  ]),
  ...iterations('longShort', [['iterate_full', 'base:heads', 'b2 d11 d12 c1 b1 a']]),
  ...iterations('multipleBranch', [
    ['iterate_from_merge_point', 'a:d1d2cb2', 'd1d2cb2 d1cb2 d2cb2 cb2 b2 a'],
    ['iterate_single_branch', 'a:d3cb2', 'd3cb2 cb2 b2 a'],
    ['iterate_single_branch_to_base', 'base:d3cb2', 'd3cb2 cb2 b2 a'],
    ['iterate_multiple_heads_single_base', 'b2:', 'd1cb2 d2cb2 d3cb2 d1d2cb2 cb2 b2', whole],
    ['same_branch_wrong_direction', 'd1cb1:b1', along, wrongWay],
    ['distinct_branches', 'b1:d2cb2', along, wrongWay],
    ['wrong_direction_to_base_as_none', 'd1cb1:base', along, wrongWay],
  ]),
  ...iterations('travelling', [
    ['iterate_one_branch_both_to_merge', 'db1:merge', 'merge e2b1 db1 e2b2 db2 cb2 b2'],
    ['two_branches_to_root', 'a1:merge', 'merge e2b1 db1 cb1 b1 e2b2 db2 cb2 b2 a3 a2 a1'],
    ['two_branches_end_in_branch', 'b1:merge', 'merge e2b1 db1 cb1 b1 b2 cb2 db2 e2b2', needed],
    ['two_branches_end_behind_branch', 'a2:merge', 'merge e2b1 db1 cb1 b1 e2b2 db2 cb2 b2 a3 a2'],
    ['three_branches_end_in_single_branch', 'a3:heads', 'fe1b1 e1b1 merge e2b1 db1 cb1 b1 e2b2 db2 cb2 b2 a3'],
    ['three_branches_to_root', 'a1:heads', 'fe1b1 e1b1 merge e2b1 db1 cb1 b1 e2b2 db2 cb2 b2 a3 a2 a1'],
    ['iterate_to_symbolic_base', 'base:fe1b1', 'fe1b1 e1b1 db1 cb1 b1 a3 a2 a1'],
    ['ancestor_nodes', 'base:merge', 'a1 e2b2 e2b1 cb2 merge a3 a2 b1 b2 db1 db2 cb1'],
  ]),
  ...iterations('multipleBase', [
    ['heads_to_base', 'base:heads', 'b1a a1a b1b a1b base1 mergeb3d2 b3 a3 base3 d2 c2 b2 a2 base2'],
    ['heads_to_blank', ':', 'b1a a1a b1b a1b base1 mergeb3d2 b3 a3 base3 d2 c2 b2 a2 base2'],
    ['heads_to_revs_plus_implicit_base_inclusive', 'c2:heads', 'b1a a1a b1b a1b base1 mergeb3d2 b3 a3 base3 d2 c2'],
    ['heads_to_revs_base', 'c2:', 'mergeb3d2 d2 c2 base3 a3 b3', needed],
    ['specific_path_one', 'base3:b3', 'b3 a3 base3'],
  ]),
  ...iterations('crossOne', [
    ['heads_to_base', 'base:heads', 'b1a a1a b1b a1b base1 d2 c2 b2 a2 base2 b3 a3 base3'],
    ['same_branch_wrong_direction', 'd2:b2', along, wrongWay],
    ['different_branch_not_wrong_direction', 'd2:b3', along, wrongWay],
    ['we_need_head2_upgrade', 'base:b_2@head', 'd2 c2 b2 a2 base2 a3 base3'],
    ['we_need_head3_upgrade', 'base:b_3@head', 'b3 a3 base3'],
    ['we_need_head1_upgrade', 'base:b1b@head', 'b1b a1b base1 a3 base3'],
    ['we_need_base2_upgrade', 'b_2@base:b_2@head', 'd2 c2 b2 a2 base2 a3 base3'],
    ['we_need_base3_upgrade', 'b_3@base:b_3@head', 'b3 a3 base3'],
  ]),
  ...iterations('crossTwo', [
    ['heads_to_base', 'base:heads', 'c1 b1 a1 d2 c2 d3 c3 b3 a3 base3 b2 a2 base2 base1'],
    ['we_need_head2', 'base:b_2@head', 'd2 c2 b2 a2 base2 base1'],
    ['we_need_head3', 'base:b_3@head', 'd3 c3 b3 a3 base3 b2 a2 base2 base1'],
    ['we_need_head1', 'base:b_1@head', 'c1 b1 a1 base1'],
    ['we_need_base1', 'b_1@base:b_1@head', 'c1 b1 a1 base1'],
    ['we_need_base2', 'b_2@base:b_2@head', 'd2 c2 b2 a2 base2 base1'],
    ['we_need_base3', 'b_3@base:b_3@head', 'd3 c3 b3 a3 base3 b2 a2 base2 base1'],
  ]),
  ...iterations('crossThree', [['traverse_no_parent_but_a_dep', 'base:heads', 'b1 c3 c2 a1 base1']]),
  ...iterations('normalized', [
    ['partial_traversal_implicit_base_two', 'b1:b5', 'b5 b4 b3 b2 b1 a3 a2 a1'],
    ['dupe_dependency', 'b4:b5', 'b4 b5'],
  ]),
  ...iterations('normalizedThree', [['partial_traversal_implicit_base_three', 'b1:b5', 'b5 b4 b3 b2 b1 a3 a2 a1 c1']]),
];

/** Files that make no history: what is said of them. From tests/test_revision.py. */
export interface Broken {
  readonly test: string;
  readonly lines: readonly string[];
  readonly expected: string;
}

const own = (id: string): string => `revision-cycle Revision ${id} needs itself`;
const ring = 'revision-cycle Revisions need each other in a ring';

export const broken: readonly Broken[] = [
  { test: 'solitary_loop', lines: ['a: a'], expected: own('a') },
  { test: 'base_loop', lines: ['a: a', 'b: a', 'c: b'], expected: own('a') },
  { test: 'head_loop', lines: ['a:', 'b: a', 'c: b, c'], expected: own('c') },
  { test: 'branch_point_loop', lines: ['a:', 'b: a, b', 'c1: b', 'c2: b'], expected: own('b') },
  { test: 'merge_point_loop', lines: ['a:', 'b1: a', 'b2: a', 'c: b1, b2, c'], expected: own('c') },
  { test: 'solitary_dependency_loop', lines: ['a: / a'], expected: own('a') },
  { test: 'base_dependency_loop', lines: ['a: / a', 'b: a', 'c: b'], expected: own('a') },
  { test: 'head_dep_loop', lines: ['a:', 'b: a', 'c: b / c'], expected: own('c') },
  { test: 'branch_point_dep_loop', lines: ['a:', 'b: a / b', 'c1: b', 'c2: b'], expected: own('b') },
  { test: 'merge_point_dep_loop', lines: ['a:', 'b1: a', 'b2: a', 'c: b1, b2 / c'], expected: own('c') },
  { test: 'simple_cycle', lines: ['a: c', 'b: a', 'c: b'], expected: `${ring}: a needs c needs b needs a` },
  { test: 'extra_simple_cycle', lines: ['a: c', 'b: a', 'c: b', 'd:', 'e: d'], expected: `${ring}: a needs c needs b needs a` },
  { test: 'lower_simple_cycle', lines: ['a: c', 'b: a', 'c: b', 'd: c', 'e: d'], expected: `${ring}: a needs c needs b needs a` },
  { test: 'upper_simple_cycle', lines: ['a:', 'b: a', 'c: b, e', 'd: c', 'e: d'], expected: `${ring}: c needs e needs d needs c` },
  { test: 'simple_dep_cycle', lines: ['a: / c', 'b: a', 'c: b'], expected: `${ring}: a needs c needs b needs a` },
  { test: 'extra_simple_dep_cycle', lines: ['a: / c', 'b: a', 'c: b', 'd:', 'e: d'], expected: `${ring}: a needs c needs b needs a` },
  { test: 'lower_simple_dep_cycle', lines: ['a: / c', 'b: a', 'c: b', 'd: c', 'e: d'], expected: `${ring}: a needs c needs b needs a` },
  { test: 'upper_simple_dep_cycle', lines: ['a:', 'b: a', 'c: b / e', 'd: c', 'e: d'], expected: `${ring}: c needs e needs d needs c` },
  {
    test: 'dupe_branch_collection',
    lines: ['a:', 'b: a', 'c: b #xy1', 'd:', 'e: d #xy1', 'f: e'],
    expected: 'revision-duplicate Branch label xy1 in e already stands for revision c',
  },
];
