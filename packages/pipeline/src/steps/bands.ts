/**
 * Bands: how a thread goes through its rows of a stage. Between two bands it asks whether it shall stop.
 *
 * Rows that are made from single rows, and what follows in place, go in thin bands, which stay in the cache from step to step. A step
 * that looks at neighbours reads rows around its band once more for the next one, so its bands are thick.
 */
import type { SharedImage } from '@sharena/imaging';
import { runStep } from './run.ts';
import { isRowWise, type RowStage, type RowStep, stepsOf } from './stages.ts';

/** Bytes of a thin band: half of a usual second-level cache. */
const THIN = 512 * 1024;
/** Bytes of source and target under a thick one: about 20 ms of work. */
const THICK = 32 * 2 ** 20;

/** What a stage works on. In place alone, `source` and `target` are one image. */
export interface StageImages {
  readonly source: SharedImage;
  readonly target: SharedImage;
  /** For each of the stage's steps its second input, or nothing. */
  readonly operands: readonly (SharedImage | undefined)[];
}

/**
 * Computes rows `top` to `bottom - 1` of a stage's target.
 *
 * @param check - called before each band; it throws when the work shall stop
 */
export async function runStage(
  stage: RowStage,
  images: StageImages,
  top: number,
  bottom: number,
  check: () => void,
): Promise<void> {
  const steps = stepsOf(stage);
  const thick = isRowWise(steps[0]) ? 0 : 1;
  if (thick > 0) await inBands(steps, 0, 1, images, top, bottom, thickRows(steps[0], images), check);
  if (steps.length > thick) {
    await inBands(steps, thick, steps.length, images, top, bottom, rowsIn(THIN, images.target.lineSize), check);
  }
}

/** Takes one band after the other through steps `from` to `to - 1`. */
async function inBands(
  steps: readonly RowStep[],
  from: number,
  to: number,
  { source, target, operands }: StageImages,
  top: number,
  bottom: number,
  rows: number,
  check: () => void,
): Promise<void> {
  for (let y = top; y < bottom; y += rows) {
    check();
    const end = Math.min(y + rows, bottom);
    for (let i = from; i < to; i++) {
      // Most steps are no promise, and a band is too short to give the turn away for nothing.
      const running = runStep(steps[i], i === 0 ? source : target, target, y, end, operands[i]);
      if (running) await running;
    }
  }
}

/** Rows of a band of a step with neighbours: so many that what is read twice is a small part. */
function thickRows(step: RowStep, { source, target }: StageImages): number {
  const bytes = (source.lineSize * source.height) / target.height + target.lineSize;
  return Math.max(rowsIn(THICK, bytes), 8 * reach(step));
}

/** Rows beside its own that a row of the result is made of, roughly. */
function reach(step: RowStep): number {
  if (step === 'copy') return 0;
  switch (step.op) {
    case 'blur':
    case 'sharpen':
      return Math.ceil(4 * step.sigma);
    case 'boxBlur':
      return Math.ceil(step.radius);
    case 'median':
    case 'minimum':
    case 'maximum':
      return step.size >> 1;
    default:
      return 8;
  }
}

function rowsIn(bytes: number, rowBytes: number): number {
  return Math.max(1, Math.floor(bytes / Math.max(1, rowBytes)));
}
