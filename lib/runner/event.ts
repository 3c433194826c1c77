import type { Hazard } from '../model/change.ts';

/** What happened, as data: the CLI renders it, library users log it, tests assert it. */
export type RunEvent =
  | { readonly type: 'waiting-for-lock'; readonly holder: string | undefined }
  | { readonly type: 'waiting-for-database'; readonly location: string; readonly reason: string }
  | { readonly type: 'database-created'; readonly location: string; readonly source: string }
  | { readonly type: 'plan'; readonly direction: 'up' | 'down'; readonly revisions: readonly string[] }
  | {
      readonly type: 'start';
      readonly direction: 'up' | 'down';
      readonly revision: string;
      readonly slug: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | {
      readonly type: 'statement';
      readonly revision: string;
      readonly index: number;
      readonly count: number;
      readonly sql: string;
      /** False: it is over at once. */
      readonly mayTakeLong?: boolean;
      /** How far it is, asked while it runs. */ readonly watch?: (() => Promise<string | undefined>) | undefined;
    }
  | {
      readonly type: 'done';
      readonly direction: 'up' | 'down';
      readonly revision: string;
      readonly slug: string;
      readonly durationMs: number;
      readonly checked: boolean;
    }
  | { readonly type: 'hazard'; readonly revision: string; readonly hazard: Hazard }
  | { readonly type: 'warning'; readonly code: string; readonly message: string; readonly hint?: string };

export type OnEvent = (event: RunEvent) => void;
