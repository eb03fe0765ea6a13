/** The text of a failure: what is wrong, how it comes about, how to run it again. */
import type { Failure } from '../machine/failure.ts';
import type { Step } from './trace.ts';

const MOST_LINES = 120;

export interface FailureText {
  readonly scenario: string;
  readonly failure: Failure;
  readonly steps: readonly Step[];
  readonly replay: string;
  readonly seed?: number;
}

/** A failing run in lines that a person can read. */
export function formatFailure({ scenario, failure, steps, replay, seed }: FailureText): string {
  const who = failure.thread === undefined ? '' : ` in thread ${failure.thread}`;
  const lines = [`${scenario}: ${failure.kind}${who}`, `  ${failure.message}`, ''];
  lines.push(...table(steps), '');
  if (seed !== undefined) lines.push(`  seed    ${seed}`);
  lines.push(`  replay  ${replay}`);
  return lines.join('\n');
}

function table(steps: readonly Step[]): string[] {
  const shown = steps.length <= MOST_LINES ? steps : [...steps.slice(0, MOST_LINES / 2), ...steps.slice(-MOST_LINES / 2)];
  const width = (pick: (step: Step) => string): number => Math.max(0, ...shown.map((step) => pick(step).length));
  const [threads, operations, effects] = [width((s) => s.thread), width((s) => s.operation), width((s) => s.effect)];
  const lines: string[] = [];
  let last = '';
  for (const [i, step] of shown.entries()) {
    if (shown !== steps && i === MOST_LINES / 2) lines.push(`  … ${steps.length - MOST_LINES} steps more …`);
    const name = step.thread === last ? '' : step.thread;
    last = step.thread;
    const cells = [name.padEnd(threads), step.operation.padEnd(operations), step.effect.padEnd(effects), step.where];
    lines.push(`  ${cells.join('   ')}`.trimEnd());
  }
  return lines;
}
