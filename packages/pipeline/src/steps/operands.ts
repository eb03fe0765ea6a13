/**
 * Operands: the second input of a step that joins two images.
 *
 * A plan names it; before a plan runs its operands are bound: to an image in the heap, which all images of a run share, or to encoded pixels of
 * one image's own. Without a name it is the image itself as it is before the step, with steps of its own.
 */
import type { ImageHandle } from '@sharena/imaging';
import type { Plan, Step } from '../plan.ts';
import type { EncodedInput } from '../tasks.ts';

/** The second input of a step. */
export interface Operand {
  /** Its name among the `inputs` of a run; without one, the image itself as it is before the step. */
  readonly input?: string;
  /** What is done to it first. */
  readonly steps: readonly Step[];
  /** Where it is, once it is bound. @internal */
  readonly bound?: { readonly image: ImageHandle } | { readonly encoded: EncodedInput };
}

/** The operand of a step that has one. */
export function operandOf(step: Step | 'copy'): Operand | undefined {
  return step !== 'copy' && 'with' in step ? step.with : undefined;
}

/** Whether the step needs the whole image as it was before it. */
export function joinsItself(step: Step): boolean {
  const operand = operandOf(step);
  return operand !== undefined && operand.input === undefined;
}

/** The operands of a plan that have a name, those of its branches and of operands included. */
export function namedOperands({ steps, output }: Plan): Operand[] {
  const branches = output.kind === 'branches' ? output.branches.flatMap(({ plan }) => namedOperands(plan)) : [];
  return [...inSteps(steps), ...branches];
}

function inSteps(steps: readonly Step[]): Operand[] {
  return steps.flatMap((step) => {
    const operand = operandOf(step);
    if (!operand) return [];
    return operand.input === undefined ? inSteps(operand.steps) : [operand, ...inSteps(operand.steps)];
  });
}

/** Binds an operand that has a name. @param steps - its steps, whose own operands are bound */
export type Bind = (operand: Operand, steps: readonly Step[]) => Operand;

/** The plan with its operands bound. */
export function bindOperands(plan: Plan, bind: Bind): Plan {
  const { output } = plan;
  const steps = bindSteps(plan.steps, bind);
  if (output.kind !== 'branches') return { ...plan, steps };
  const branches = output.branches.map((branch) => ({ ...branch, plan: bindOperands(branch.plan, bind) }));
  return { ...plan, steps, output: { ...output, branches } };
}

/** The steps with their operands bound. */
export function bindSteps(steps: readonly Step[], bind: Bind): readonly Step[] {
  return steps.map((step) => {
    if (!('with' in step)) return step;
    const inner = bindSteps(step.with.steps, bind);
    return { ...step, with: step.with.input === undefined ? { steps: inner } : bind(step.with, inner) };
  });
}
