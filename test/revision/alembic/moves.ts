/**
 * `up` and `down` from a database at these heads, with what runs and where it stands then; `stamp`, with where it stands.
 * An expectation is that of Alembic's test of the name; where ours is another on purpose, `differs` says why, and
 * `expected` is ours. What runs is compared as a set: the order of branches among each other is ours (by file).
 */
export interface Move {
  readonly test: string;
  readonly graph: string;
  readonly way: 'up' | 'down' | 'stamp';
  readonly target: string;
  readonly at: string;
  /** Ids, then `=>`, then the heads afterwards; or an error's code and words. */
  readonly expected: string;
  readonly differs?: string;
}

const moves = (graph: string, way: Move['way'], rows: readonly (readonly [string, string, string, string, string?])[]): readonly Move[] =>
  rows.map(([test, target, at, expected, differs]) => ({
    test,
    graph,
    way,
    target,
    at,
    expected,
    ...(differs === undefined ? {} : { differs }),
  }));

const [A, B, C, D, E] = ['e6239818bb3a', '548bbb905360', 'b7ea43dc85e4', '1bbe33445780', '3975fb1a0125'];

const ambiguous = 'with several heads -1 names none of them: Alembic warns and takes one';

/** tests/test_version_traversal.py */
export const traversal: readonly Move[] = [
  ...moves('line', 'down', [
    ['downgrade_base_no_version', 'base', '', '=> '],
    ['downgrade_to_existing', `${A}`, `${A}`, `=> ${A}`],
    ['downgrade_to_existing_head', `${E}`, `${E}`, `=> ${E}`],
    ['downgrade_path', `${C}`, `${E}`, `${E} ${D} => ${C}`],
    ['downgrade_path to base', 'base', `${C}`, `${C} ${B} ${A} => `],
    ['relative_downgrade_path -1', '-1', `${C}`, `${C} => ${B}`],
    ['relative_downgrade_path -3', '-3', `${E}`, `${E} ${D} ${C} => ${B}`],
    ['relative_downgrade_path a+2', `${A}+2`, `${D}`, `${D} => ${C}`],
    ['relative_downgrade_path c-2', `${C}-2`, `${D}`, `${D} ${C} ${B} => ${A}`],
    ['invalid_relative_downgrade_path -5', '-5', `${B}`, "walk-failed Relative revision -5 didn't produce 5 migrations"],
    ['invalid_relative_downgrade_path +2', '+2', `${B}`, "walk-failed Relative revision +2 didn't produce 2 migrations"],
    ['invalid_move_rev_to_none', '548', '', 'walk-failed is not a valid downgrade target from current head(s)'],
    ['invalid_move_higher_to_lower', 'b7ea', `${B}`, 'walk-failed is not a valid downgrade target from current head(s)'],
  ]),
  ...moves('line', 'up', [
    ['upgrade_path', `${E}`, `${C}`, `${D} ${E} => ${E}`],
    ['upgrade_path from nothing', `${C}`, '', `${A} ${B} ${C} => ${C}`],
    ['relative_upgrade_path +2', '+2', `${A}`, `${B} ${C} => ${C}`],
    ['relative_upgrade_path +1', '+1', `${A}`, `${B} => ${B}`],
    ['relative_upgrade_path +3', '+3', `${B}`, `${C} ${D} ${E} => ${E}`],
    ['relative_upgrade_path b+2', `${B}+2`, `${A}`, `${B} ${C} ${D} => ${D}`],
    ['relative_upgrade_path d-2', `${D}-2`, `${A}`, `${B} => ${B}`],
    ['invalid_relative_upgrade_path -2', '-2', `${B}`, "walk-failed Relative revision -2 didn't produce 2 migrations"],
    ['invalid_relative_upgrade_path +5', '+5', `${B}`, "walk-failed Relative revision +5 didn't produce 5 migrations"],
  ]),
  ...moves('line', 'stamp', [['stamp_to_base', 'base', `${D}`, '=> ']]),
  ...moves('branched', 'stamp', [
    ['stamp_down_across_multiple_branch_to_branchpoint', 'b', 'd1 c2', '=> b'],
    ['stamp_to_labeled_base_multiple_heads', 'c1branch@base', 'd1 c2', '=> c2'],
    ['stamp_to_labeled_head_multiple_heads', 'c2branch@head', 'd1 c2', '=> d1 d2'],
  ]),
  ...moves('branched', 'up', [
    ['upgrade_single_branch', 'd1', 'b', 'c1 d1 => d1'],
    ['upgrade_multiple_branch', 'd1 d2', 'a', 'b c2 d2 c1 d1 => d1 d2'],
    ['relative_upgrade', 'c2branch@head-1', 'b', 'c2 => c2'],
    ['upgrade_other_branch_from_mergepoint', 'c2branch@+1', 'c1', 'c2 => c1 c2'],
    ['upgrade_one_branch_of_heads', 'c2branch@+1', 'c1 c2', 'd2 => c1 d2'],
    ['ambiguous_upgrade', '+1', 'c1 c2', 'walk-failed Ambiguous upgrade from multiple current revisions'],
    ['upgrade_from_base', 'base+1', '', 'a => a'],
    ['upgrade_from_base_implicit', '+1', '', 'a => a'],
  ]),
  ...moves('branched', 'down', [
    ['downgrade_multiple_branch', 'a', 'd1 d2', 'd1 c1 d2 c2 b => a'],
    ['relative_downgrade_baseplus2', 'base+2', 'd2 d1', 'd1 c1 d2 c2 => b'],
    ['relative_downgrade_branchplus2', 'c2branch@base+2', 'd2 d1', 'd2 c2 => d1'],
    ['relative_downgrade_branchplus3', 'c2', 'd2 d1', 'd2 => d1 c2'],
    ['relative_downgrade_branchplus3 relative', 'c2branch@base+3', 'd2 d1', 'd2 => d1 c2'],
    ['downgrade_once_order_right', '-1', 'd2 d1', 'walk-failed downgrade -1 from multiple heads is ambiguous', ambiguous],
    ['downgrade_once_order_right_unbalanced', '-1', 'c2 d1', 'walk-failed downgrade -1 from multiple heads is ambiguous', ambiguous],
    ['downgrade_once_order_left', '-1', 'd1 d2', 'walk-failed downgrade -1 from multiple heads is ambiguous', ambiguous],
    ['downgrade_once_order_left_unbalanced', '-1', 'c1 d2', 'walk-failed downgrade -1 from multiple heads is ambiguous', ambiguous],
    ['downgrade_once_order_left_unbalanced_labelled', 'c1branch@-1', 'd1 d2', 'd1 => c1 d2'],
    ['downgrade_relative_order_right', 'd2-1', 'd2 c1', 'd2 => c1 c2'],
    ['downgrade_relative_order_left', 'd2-1', 'c1 d2', 'd2 => c1 c2'],
    ['downgrade_single_branch_c1branch', 'c1branch@b', 'c1 d2', 'c1 => d2'],
    ['downgrade_single_branch_c1branch_from_d1_head', 'c2branch@b', 'c1 d2', 'd2 c2 => c1'],
    ['downgrade_single_branch_c2', 'c2@b', 'd1 d2', 'd2 c2 => d1'],
    ['downgrade_single_branch_d1', 'd1@b', 'd1 d2', 'd1 c1 => d2'],
    ['downgrade_relative_to_branch_head', 'c1branch@head-1', 'd1 d2', 'd1 => c1 d2'],
    ['downgrade_minus1_to_base', '-1', 'a', 'a => '],
    ['downgrade_minus1_from_base', '-1', '', "walk-failed Relative revision -1 didn't produce 1 migrations"],
    ['downgrade_no_effect_branched c2', 'c2', 'd1 c2', '=> d1 c2'],
    ['downgrade_no_effect_branched d1', 'd1', 'd1 c2', '=> d1 c2'],
  ]),
  ...moves('fromMerge', 'up', [['mergepoint_to_only_one_side_upgrade', 'd1', 'd2 b1', 'c1 d1 => d2 d1']]),
  ...moves('fromMerge', 'down', [['mergepoint_to_only_one_side_downgrade', 'b1', 'd2 d1', 'd1 c1 => d2 b1']]),
  ...moves('fromThreeWayMerge', 'up', [
    ['mergepoint_to_only_one_side_upgrade', 'd1', 'd3 d2 b1', 'c1 d1 => d3 d2 d1'],
    ['mergepoint_to_two_sides_upgrade', 'd1', 'd3 b2 b1', 'c2 c1 d1 => d3 d1'],
    ['mergepoint_to_two_sides_upgrade further', 'd2', 'd3 d1', 'd2 => d3 d2 d1'],
  ]),
  ...moves('fromThreeWayMerge', 'down', [['mergepoint_to_only_one_side_downgrade', 'b1', 'd3 d2 d1', 'd1 c1 => d3 d2 b1']]),
  ...moves('twinMerge', 'up', [
    ['upgrade b3', 'b3', 'a', 'b3 => b3'],
    ['upgrade b1', 'b1', 'b3', 'b1 => b1 b3'],
    ['upgrade b2', 'b2', 'b1 b3', 'b2 => b1 b2 b3'],
    ['upgrade c2', 'c2', 'b1 b2 b3', 'c2 => c2'],
    ['upgrade d2', 'd2', 'c2', 'd2 => d2'],
    ['upgrade c1', 'c1', 'd2', 'c1 => c1 d2'],
    ['upgrade d1', 'd1', 'c1 d2', 'd1 => d1 d2'],
    ['upgrade at once', 'heads', 'a', 'b1 b2 b3 c1 c2 d1 d2 => d1 d2'],
  ]),
  ...moves('notQuiteTwinMerge', 'up', [
    ['upgrade b2', 'b2', 'a', 'b2 => b2'],
    ['upgrade b3', 'b3', 'b2', 'b3 => b2 b3'],
    ['upgrade c2', 'c2', 'b2 b3', 'c2 => c2'],
    ['upgrade d2', 'd2', 'c2', 'd2 => d2'],
    ['upgrade b1', 'b1', 'd2', 'b1 => b1 d2'],
    ['upgrade c1', 'c1', 'b1 d2', 'c1 => c1 d2'],
    ['upgrade d1', 'd1', 'c1 d2', 'd1 => d1 d2'],
  ]),
  ...moves('dependsOne', 'down', [['downgrade_to_dependency', 'c1', 'c2 d1', 'd1 => c2']]),
  ...moves('dependsOne', 'stamp', [['stamp_across_dependency', 'b1', 'e1 c2', '=> b1']]),
  ...moves('dependsTwo', 'down', [
    ['kaboom b2', 'b2', 'amerge bmerge cmerge d1', 'bmerge => amerge b1 cmerge d1'],
    ['kaboom d1', 'd1@base', 'amerge d1 b1 cmerge', 'd1 => amerge b1 b2 cmerge'],
    ['kaboom base', 'base', 'amerge b1 b2 cmerge', 'amerge a1 b1 b2 cmerge c1 a2 a3 c2 c3 => '],
  ]),
  ...moves('dependsThree', 'down', [['downgrade_over_crisscross', 'b1', 'a3 b2', 'b2 => a3']]),
  ...moves('dependsOwnParent', 'up', [['traverse', 'a2', '', 'a1 a2 => a2']]),
  ...moves('dependsOwnParent', 'down', [['traverse_down', 'a1', 'a2', 'a2 => a1']]),
  ...moves('dependsFour', 'down', [['dependencies_are_normalized', 'b3', 'b4', 'b4 => b3']]),
  ...moves('dependsFive', 'up', [
    ['downgrade_to_depends_on: up to b1', 'b1', 'a1', 'b1 => b1'],
    ['downgrade_to_depends_on: up to bmerge', 'bmerge', 'b1', 'bmerge => bmerge'],
  ]),
  ...moves('dependsFive', 'down', [
    ['downgrade_to_depends_on: to a1', 'a1', 'bmerge', 'bmerge => b1'],
    ['downgrade_to_depends_on: to b1', 'b1', 'bmerge', 'bmerge => b1'],
  ]),
  ...moves('dependsOne', 'up', [['(labels) upgrade_path', 'c2', 'a2', 'a1 b1 c1 b2 c2 => c2']]),
  ...moves('forest', 'up', [['base_to_heads', 'heads', '', 'a2 b2 a1 b1 => b1 b2']]),
  ...moves('forest', 'stamp', [
    ['stamp_to_heads', 'heads', '', '=> b1 b2'],
    ['stamp_to_heads_no_moves_needed', 'heads', 'b1 b2', '=> b1 b2'],
  ]),
  ...moves('mergedPath', 'stamp', [
    ['stamp_down_across_merge_point_branch', 'c2', 'e', '=> c2'],
    ['stamp_down_across_merge_prior_branching', 'a', 'e', '=> a'],
    ['stamp_up_across_merge_from_single_branch', 'e', 'c2', '=> e'],
    ['stamp_labeled_head_across_merge_from_multiple_branch', 'c2branch@head', 'd1 c2', '=> f'],
    ['stamp_up_across_merge_from_multiple_branch', 'e', 'd1 c2', '=> e'],
    ['stamp_up_across_merge_prior_branching', 'e', 'b', '=> e'],
  ]),
  ...moves('mergedPath', 'up', [['upgrade_across_merge_point', 'f', 'b', 'c2 d2 c1 d1 e f => f']]),
  ...moves('mergedPath', 'down', [['downgrade_across_merge_point', 'b', 'f', 'f e d1 c1 d2 c2 => b']]),
  ...moves('crossBranches', 'down', [
    ['downgrade_independent_branch', 'c2branch@b', 'd1 d2', 'd2 c2 => d1'],
    ['downgrade_branch_dependency', 'c1branch@b', 'd1 d2', 'c1 d1 d2 => c2'],
  ]),
];

/** tests/test_revision.py, what it selects for a downgrade. */
export const selectedForDowngrade: readonly Move[] = [
  ...moves('crossOne', 'down', [
    ['heads_to_base_downgrade', 'base', 'b1a b1b d2 b3', 'b1a a1a b1b a1b base1 d2 c2 b2 a2 base2 b3 a3 base3 => '],
    ['we_need_head2_downgrade', 'b_2@base', 'd2', 'd2 c2 b2 a2 base2 => a3'],
    ['we_need_head3_downgrade', 'base', 'b3', 'b3 a3 base3 => '],
    ['we_need_head1_downgrade', 'b1b@base', 'b1b', 'b1b a1b base1 => a3'],
    ['we_need_base2_downgrade', 'b_2@base', 'b1a b1b d2 b3', 'd2 c2 b2 a2 base2 => b1a b1b b3'],
    ['we_need_base3_downgrade', 'b_3@base', 'b1a b1b d2 b3', 'b1b d2 c2 b3 a3 base3 => b1a a1b b2'],
  ]),
  ...moves('effectiveHead', 'down', [
    ['other_downgrade', 'x@-1', 'x2 y2', 'x2 => y2'],
    ['use_all_current', 'x@-1', 'x1 y2', 'y2 x1 => y1'],
    ['effective_head', 'x@-1', 'y2', 'y2 x1 => y1'],
  ]),
  ...moves('normalized', 'down', [
    ['branch_traversal', 'b1@base', 'b4', 'b4 b3 b2 b1 => a3'],
    ['all_traversal', 'base', 'b5', 'b5 b4 b3 b2 b1 a3 a2 a1 => '],
    ['partial_traversal', 'a2', 'b5', 'b5 b4 b3 b2 a3 => a2 b1'],
  ]),
];

/** tests/test_version_table.py: which rows stand for where a database is, step by step. */
export const versionTable: readonly Move[] = [
  ...moves('three', 'up', [
    ['update_none_to_single', 'a', '', 'a => a'],
    ['update_single_to_single', 'b', 'a', 'b => b'],
  ]),
  ...moves('three', 'down', [['update_single_to_none', 'base', 'a', 'a => ']]),
  ...moves('forest', 'up', [
    ['add_branches: another base', 'a2', 'b1', 'a2 => b1 a2'],
    ['add_branches: on', 'b2', 'b1 a2', 'b2 => b1 b2'],
  ]),
  ...moves('branched', 'up', [['add_branches: a second head', 'c2', 'd1', 'c2 => d1 c2']]),
  ...moves('branched', 'down', [
    ['teardown_branches: one', 'c1branch@-1', 'd1 d2', 'd1 => c1 d2'],
    ['teardown_branches: the other', 'b', 'd1 c2', 'd1 c1 c2 => b'],
    ['teardown_branches: below', '-1', 'b', 'b => a'],
  ]),
  ...moves('mergedPath', 'up', [['resolve_merges', 'e', 'd1 d2', 'e => e']]),
  ...moves('mergedPath', 'down', [
    ['unresolve_merges', '-1', 'e', 'e => d1 d2'],
    ['unresolve_merges: on', 'd2@-1', 'd1 d2', 'd2 => d1 c2'],
  ]),
];
