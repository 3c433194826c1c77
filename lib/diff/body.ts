import type { Plan, Step } from '../model/change.ts';

/** The SQL of one direction, and what the session must know to run it. */
export interface Body {
  readonly text: string;
  readonly transactional: boolean;
  readonly foreignKeys: 'on' | 'off';
  /** True: made of a plan, so that no row is needed to try it. */
  readonly isGenerated?: true;
  /** Hazards that would stop the session, and are accepted. */
  readonly allow?: readonly string[];
}

/** The text of a plan: hazards and notes stand as comments above their statement. The same plan gives the same bytes. */
export const renderBody = (plan: Plan): Body => ({
  text: plan.steps.length === 0 ? '-- nothing to do here\n' : plan.steps.map(renderStep).join('\n'),
  isGenerated: true,
  transactional: plan.transactional,
  foreignKeys: plan.foreignKeys,
  ...(plan.steps.some(({ hazards }) => hazards.some(({ kind }) => kind === 'foreign key mismatch'))
    ? { allow: ['foreign key mismatch'] }
    : {}),
});

const renderStep = (step: Step): string => {
  const hazards = step.hazards.map((hazard) => `-- ! ${hazard.kind}: ${oneLine(hazard.text)}\n`);
  const notes = step.notes.map((note) => `-- ${oneLine(note)}\n`);
  return `${[...hazards, ...notes].join('')}${step.sql};\n`;
};

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
