/**
 * Reduction: how much smaller than it is an input may be decoded, since the plan makes it smaller anyway.
 *
 * It may when on every path through the plan the first step that looks at more than single places is a resize, and only steps come
 * before it that do the same to a smaller image: turns, mirrors, grey levels. The sizes of results are those of the whole image.
 */
import { fitBox } from '@sharena/kernels';
import { type Header, REDUCTIONS } from './codec.ts';
import type { Plan, ResizeStep, Step } from './plan.ts';
import { type Shape, shapeAfter } from './steps/run.ts';

/** The largest of {@link REDUCTIONS} that leaves enough pixels for the plan's targets. */
export function reductionOf(plan: Plan, { reducible, ...shape }: Header): number {
  const gap = plan.decode?.reducingGap === undefined ? 1 : (plan.decode.reducingGap ?? Infinity);
  if (reducible === undefined || gap === Infinity) return 1;
  const scale = scaleOf(plan, shape) * gap;
  const least = Math.min(shape.width, shape.height);
  return REDUCTIONS.find((reduction) => scale * reduction <= 1 && least >= reduction) ?? 1;
}

/** How large the plan's largest target is beside the image: infinite when it needs every pixel. */
function scaleOf({ steps, output }: Plan, shape: Shape): number {
  let current = shape;
  for (const step of steps) {
    if (step.op === 'resize') return scaleOfResize(step, current);
    if (!commutes(step)) return Infinity;
    current = shapeAfter(step, current);
  }
  if (output.kind !== 'branches') return Infinity;
  return Math.max(...output.branches.map(({ plan }) => scaleOf(plan, current)));
}

function scaleOfResize(step: ResizeStep, shape: Shape): number {
  if (step.filter === 'nearest') return Infinity; // it picks pixels, and these must be there
  const { box, dstBox } = fitBox(shape, step, step.fit);
  return Math.max(dstBox[2] / (box[2] - box[0]), dstBox[3] / (box[3] - box[1]));
}

/** Whether it does not matter if the step or a reduction comes first. */
function commutes({ op }: Step): boolean {
  return op === 'grayscale' || op === 'convert' || op === 'flip' || op === 'flop' || op === 'rotate90';
}

/** The plan for an image that was decoded smaller: its first resizes take it for one of the whole size. */
export function reducedPlan(plan: Plan, shape: Shape): Plan {
  let current = shape;
  for (const [i, step] of plan.steps.entries()) {
    if (step.op === 'resize') {
      const { width, height } = current;
      return { ...plan, steps: plan.steps.with(i, { ...step, of: { width, height } }) };
    }
    current = shapeAfter(step, current);
  }
  const { output } = plan;
  if (output.kind !== 'branches') return plan;
  const branches = output.branches.map((branch) => ({ ...branch, plan: reducedPlan(branch.plan, current) }));
  return { ...plan, output: { ...output, branches } };
}

/** The shape of an image that is decoded smaller, as far as it can be known before. */
export function reducedShape({ mode, width, height }: Shape, reduction: number): Shape {
  return { mode, width: Math.ceil(width / reduction), height: Math.ceil(height / reduction) };
}
