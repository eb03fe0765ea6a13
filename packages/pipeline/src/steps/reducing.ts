/**
 * Reducing before resizing: a resize with a `reducingGap` is two stages, a `reduce` by whole numbers and the resize of what is left, as in Pillow's
 * `Image.resize` with `reducing_gap`. By which numbers is known once the size of the image is.
 *
 *   [resize gap 2, linear]  ->  [reduce]  [resize, linear]
 */
import { fitBox, hasAlpha, reduction } from '@sharena/kernels';
import type { ResizeStep } from '../plan.ts';
import type { ReduceStep } from './places.ts';
import { boxOf, type Shape } from './run.ts';
import type { RowStage, Stage } from './stages.ts';

/** The stages that a stage becomes for an image of that shape: itself, or two. */
export function reducing(stage: Stage, shape: Shape): readonly Stage[] {
  if (stage.kind !== 'rows' || stage.first === undefined || stage.first === 'copy') return [stage];
  const { first } = stage;
  const steps = first.op === 'resize' ? reducedSteps(first, shape) : undefined;
  if (!steps) return [stage];
  const [reduce, resize] = steps;
  return [{ kind: 'rows', first: reduce, inPlace: [] }, { ...stage, first: resize } satisfies RowStage];
}

function reducedSteps(step: ResizeStep, { mode, width, height }: Shape): [ReduceStep, ResizeStep] | undefined {
  const { reducingGap: gap, filter, ...rest } = step;
  // Pillow premultiplies images with alpha, and then resizes them without a gap.
  if (gap === undefined || hasAlpha(mode)) return undefined;
  const size = step.of ?? { width, height };
  const { dstBox } = fitBox(size, step, step.fit);
  const box = boxOf(step, { width, height });
  const made = reduction({ width, height }, { width: dstBox[2], height: dstBox[3] }, { filter, gap, box });
  if (!made) return undefined;
  const [across, down] = made.factor;
  return [
    { op: 'reduce', across, down, area: made.area },
    { ...rest, filter, of: size, box: made.box },
  ];
}
