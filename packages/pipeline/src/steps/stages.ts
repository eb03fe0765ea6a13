/**
 * Stages: the steps of a plan, grouped by where all rows must be there before the next can begin.
 *
 * A stage makes a new image with its first step, or none, and goes on in place over the same rows. Nothing in place looks at other rows,
 * so a thread takes a few rows through the whole stage while they are in its cache, and threads meet once for a stage. A step that must know
 * the whole image (`surveys.ts`) begins a stage, and threads meet once more before it.
 *
 *   resize  linear  composite | blur | convolve  map | tap | flip  flop
 *   '------- stage ---------'   '--'   '----------'   '-'   '--------'
 */
import type { MapStep, MapWasmStep, Step, TapStep } from '../plan.ts';
import { joinsItself } from './operands.ts';
import { isSurveyed } from './surveys.ts';

/** What computes rows: a step, or a plain copy. */
export type RowStep = Exclude<Step, TapStep> | 'copy';

/** A stage that computes rows. */
export interface RowStage {
  readonly kind: 'rows';
  /** What makes a new image of the one before; undefined where there is nothing but steps in place. */
  readonly first: RowStep | undefined;
  /** What then changes the rows in place. */
  readonly inPlace: readonly RowStep[];
}

/** A stage that looks at the whole image. */
export interface TapStage {
  readonly kind: 'tap';
  readonly step: TapStep;
}

/** What is done between two meetings of the threads. */
export type Stage = RowStage | TapStage;

/** Whether the step changes pixels in place, so that it needs no second image. */
export function isInPlace(step: Step): boolean {
  switch (step.op) {
    case 'map':
    case 'mapWasm':
      return haloOf(step) === 0;
    case 'flop':
    case 'linear':
    case 'threshold':
    case 'point':
    case 'recolour':
    case 'composite':
    case 'blend':
    case 'combine':
    case 'paint':
    case 'equalize':
    case 'autocontrast':
    case 'clahe':
      return true;
    default:
      return false;
  }
}

/** Whether a row of the step's result comes from one row of its source: then it can be made in bands as thin as one likes. */
export function isRowWise(step: Step | 'copy'): boolean {
  return (
    step === 'copy' ||
    step.op === 'grayscale' ||
    step.op === 'convert' ||
    step.op === 'flip' ||
    step.op === 'trim' ||
    step.op === 'crop' ||
    step.op === 'extend' ||
    step.op === 'flatten' ||
    step.op === 'toLinearLight' ||
    step.op === 'fromLinearLight' ||
    isInPlace(step)
  );
}

/** The rows above and below a strip that the step's function sees. */
export function haloOf({ halo = 0 }: MapStep | MapWasmStep): number {
  return halo;
}

/** The steps of a stage, in their order. */
export function stepsOf({ first, inPlace }: RowStage): readonly RowStep[] {
  return first === undefined ? inPlace : [first, ...inPlace];
}

/** The stage with a first step, for an image that must stay as it is: what mirrors it moves it as well, and else it is copied. */
export function apart(stage: RowStage): RowStage {
  const [step, ...rest] = stage.inPlace;
  if (stage.first !== undefined) return stage;
  if (step !== 'copy' && step?.op === 'flop') return { ...stage, first: step, inPlace: rest };
  return { ...stage, first: 'copy' };
}

/** Groups steps into stages. */
export function stagesOf(steps: readonly Step[]): Stage[] {
  const stages: Stage[] = [];
  for (const step of steps) {
    const last = stages.at(-1);
    if (step.op === 'tap') stages.push({ kind: 'tap', step });
    else if (!isInPlace(step)) stages.push({ kind: 'rows', first: step, inPlace: [] });
    else if (last?.kind !== 'rows' || joinsItself(step) || isSurveyed(step))
      stages.push({ kind: 'rows', first: undefined, inPlace: [step] });
    else stages[stages.length - 1] = { ...last, inPlace: [...last.inPlace, step] };
  }
  return stages;
}
