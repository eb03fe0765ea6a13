/** What the steps of a plan may say, for plans that come as JSON. What a run writes into steps is not for plans to say. */
import { expectNames, type Names } from '../names.ts';
import type { Step } from './steps.ts';

/** The step of an operation. */
type StepOf<Op, S = Step> = S extends { readonly op: infer Ops } ? (Op extends Ops ? S : never) : never;
/** What a run writes into steps. */
type SetByRun = 'of' | 'box' | 'area' | 'survey';

const around = { filter: true, precision: true, background: true } as const;
const matrix = { matrix: true, width: true, height: true, ...around } as const;
const size = { size: true } as const;

/** What each step says beside its `op`. */
const STEPS: { readonly [Op in Step['op']]: Names<Omit<StepOf<Op>, SetByRun | 'op'>> } = {
  resize: { width: true, height: true, fit: true, filter: true, precision: true, reducingGap: true, background: true },
  grayscale: {},
  flip: {},
  flop: {},
  convert: { mode: true },
  toLinearLight: { mode: true },
  fromLinearLight: {},
  rotate90: { turns: true },
  crop: { x: true, y: true, width: true, height: true },
  extend: { top: true, right: true, bottom: true, left: true, background: true },
  rotate: { angle: true, expand: true, centre: true, translate: true, ...around },
  affine: matrix,
  perspective: matrix,
  orient: { orientation: true },
  reduce: { across: true, down: true },
  median: size,
  minimum: size,
  maximum: size,
  blur: { sigma: true, precision: true },
  boxBlur: { radius: true },
  flatten: { background: true },
  sharpen: { sigma: true, percent: true, threshold: true },
  convolve: { weights: true, scale: true, offset: true },
  linear: { scale: true, offset: true },
  threshold: { least: true },
  point: { table: true },
  recolour: { matrix: true },
  composite: { with: true, mode: true, position: true, x: true, y: true },
  blend: { with: true, amount: true },
  combine: { with: true, operation: true },
  paint: { with: true, colour: true, x: true, y: true },
  equalize: {},
  autocontrast: { cutoff: true, ignore: true, preserveTone: true },
  clahe: { tiles: true, limit: true },
  trim: { background: true, threshold: true },
  map: { module: true, params: true, halo: true },
  mapWasm: { module: true, function: true, params: true, halo: true },
  tap: { name: true, module: true, params: true },
};

/** Refuses a step that says what it has no name for. @param index - its place in the plan @throws {PlanError} naming both */
export function expectStepNames(step: Step, index: number): void {
  const names: object | undefined = STEPS[step?.op];
  if (!names) return; // no such step: whoever looks at what it says will tell
  const { op, ...said } = step;
  expectNames(`step ${index + 1}, ${op}`, said, names);
}
