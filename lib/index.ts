export type { MergeOptions, MergeResult, RebaseOptions, RebaseResult, SingleHeadResult } from './api/branch-types.ts';
export { branches } from './api/branches.ts';
export { check, checkSingleHead } from './api/check.ts';
export { adopt } from './api/adopt.ts';
export type { AdoptOptions } from './api/adopt.ts';
export { completeRevision } from './api/complete.ts';
export { create } from './api/create.ts';
export { current } from './api/current.ts';
export { diff } from './api/diff.ts';
export type { DiffOptions } from './api/diff.ts';
export { downgrade } from './api/downgrade.ts';
export { dump } from './api/dump.ts';
export type { DumpOptions } from './api/dump.ts';
export { drop } from './api/drop.ts';
export type { DropOptions } from './api/drop.ts';
export { edit } from './api/edit.ts';
export type { EditOptions, EditResult } from './api/edit.ts';
export { ensureVersion } from './api/ensure-version.ts';
export type { EnsureVersionResult } from './api/ensure-version.ts';
export { heads } from './api/heads.ts';
export { history } from './api/history.ts';
export type { HistoryOptions } from './api/history.ts';
export { init } from './api/init.ts';
export type { InitOptions } from './api/init.ts';
export { mergeRevisions } from './api/merge.ts';
export { load } from './api/load.ts';
export type { LoadOptions } from './api/load.ts';
export { models } from './api/models.ts';
export { prove } from './api/prove.ts';
export { pull } from './api/pull.ts';
export type { PullOptions } from './api/pull.ts';
export { rebase } from './api/rebase.ts';
export { createRevision } from './api/revision.ts';
export { downgradeSql, ensureVersionSql, stampSql, upgradeSql } from './api/script.ts';
export type { ScriptOptions, StampScriptOptions } from './api/script.ts';
export { show } from './api/show.ts';
export type { ShownRevision } from './api/show.ts';
export { squash } from './api/squash.ts';
export type { SquashOptions } from './api/squash.ts';
export { stamp } from './api/stamp.ts';
export type { StampOptions } from './api/stamp.ts';
export { status } from './api/status.ts';
export type {
  BranchPoint,
  AdoptResult,
  CheckResult,
  CompleteOptions,
  CreateResult,
  CurrentResult,
  DiffResult,
  DropResult,
  DumpResult,
  InitResult,
  LoadResult,
  ModelsResult,
  ProveResult,
  PullResult,
  RenameQuestion,
  RevisionOptions,
  RevisionResult,
  RevisionSummary,
  RunOptions,
  RunResult,
  ScriptResult,
  SquashResult,
  StampResult,
  StatusResult,
  StoppedRevision,
  WaitResult,
} from './api/types.ts';
export { migrate, up } from './api/up.ts';
export type { MigrateOptions } from './api/up.ts';
export { upgrade } from './api/upgrade.ts';
export { wait } from './api/wait.ts';
export type { WaitOptions } from './api/wait.ts';
export { doctor } from './api/doctor.ts';
export type { DoctorOptions, DoctorResult } from './api/doctor.ts';
export type { Finding } from './engine/engine.ts';
export type { Config } from './config/config.ts';
export { loadConfig } from './config/load.ts';
export type { EngineName } from './engine/engine.ts';
export { isLimbeckError, LimbeckError } from './errors.ts';
export type { ErrorCode, ErrorDetails, Where } from './errors.ts';
export type { Hazard } from './model/change.ts';
export type { OnEvent, RunEvent } from './runner/event.ts';
export { version } from './version.ts';
