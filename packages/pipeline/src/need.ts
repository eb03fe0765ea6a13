/** Need: the bytes of pixels that a plan will hold at one time, known before the image is decoded. */
import { MODES } from '@sharena/imaging';
import type { Header } from './codec.ts';
import { withInput } from './metadata.ts';
import type { Plan, Step } from './plan.ts';
import { reducedPlan, reducedShape, reductionOf } from './reduce.ts';
import { onlyOutput, type Scaled, scaledBy } from './scaling.ts';
import { checkOutputMode, modeAfter } from './steps/modes.ts';
import { joinsItself, operandOf } from './steps/operands.ts';
import { reducing } from './steps/reducing.ts';
import { type Shape, shapeAfter } from './steps/run.ts';
import { type RowStage, stagesOf, stepsOf } from './steps/stages.ts';
import { tensorBytes } from './tensor.ts';

/** What a plan does with an image of a known header. */
export interface Forecast {
  /** How many times smaller than it is the image is decoded. */
  readonly reduction: number;
  /** What the codec makes of it as it decodes it. */
  readonly scaled?: Scaled;
  /** The plan for the image as it is decoded. */
  readonly plan: Plan;
  /** The shape as it is decoded. */
  readonly decoded: Shape;
  /** The most bytes of pixels at one time. */
  readonly bytes: number;
  /** For each output its shape. */
  readonly outputs: readonly NamedShape[];
}

/** The shape of an output. */
export interface NamedShape extends Shape {
  /** The names of the branches that lead there, with slashes between them; empty when there are none. */
  readonly name: string;
}

/** What the plan will do with an encoded image. */
export function forecast(asked: Plan, header: Header): Forecast {
  const plan = withInput(asked, header.metadata);
  const byCodec = scaledBy(plan, header);
  if (byCodec) return { reduction: 1, ...byCodec, ...followScaled(byCodec, header.mode) };
  const reduction = reductionOf(plan, header);
  const decoded = reducedShape(header, reduction);
  const reduced = reduction === 1 ? plan : reducedPlan(plan, header);
  return { reduction, plan: reduced, decoded, ...follow(reduced, decoded, true, '') };
}

/** What it will do with an image in the heap, which stays as it is. */
export function forecastImage(plan: Plan, shape: Shape): Forecast {
  return { reduction: 1, plan, decoded: shape, ...follow(plan, shape, false, '') };
}

function followScaled(
  { scaled, plan }: { scaled: Scaled; plan: Plan },
  mode: Shape['mode'],
): Followed & { decoded: Shape } {
  const decoded = { mode, width: scaled.width, height: scaled.height };
  const followed = follow(plan, decoded, true, '');
  return { decoded, ...followed, ...(onlyOutput(plan) && { bytes: 0 }) };
}

type Followed = Pick<Forecast, 'bytes' | 'outputs'>;

function follow({ steps, output }: Plan, shape: Shape, isMine: boolean, name: string): Followed {
  const { peak, kept, reached } = alongSteps(steps, shape, isMine);
  if (output.kind !== 'branches') {
    checkOutputMode(output, reached.mode);
    const tensor = output.kind === 'tensor' ? kept + tensorBytes(output, reached) : 0;
    return { bytes: Math.max(peak, tensor), outputs: [{ name, ...reached }] };
  }
  let [most, images] = [peak, 0];
  const outputs: Forecast['outputs'][number][] = [];
  for (const branch of output.branches) {
    const followed = follow(branch.plan, reached, false, name === '' ? branch.name : `${name}/${branch.name}`);
    most = Math.max(most, kept + images + followed.bytes);
    const { output: last } = branch.plan;
    if (last.kind === 'image') images += bytesOf(followed.outputs[0]);
    if (last.kind === 'tensor') images += tensorBytes(last, followed.outputs[0]);
    outputs.push(...followed.outputs);
  }
  return { bytes: most, outputs };
}

interface Along {
  /** The most bytes at one time. */
  readonly peak: number;
  /** Bytes at the end. */
  readonly kept: number;
  readonly reached: Shape;
}

function alongSteps(steps: readonly Step[], shape: Shape, isMine: boolean): Along {
  let reached = shape;
  let kept = isMine ? bytesOf(shape) : 0;
  let peak = kept;
  for (const planned of stagesOf(steps)) {
    for (const stage of reducing(planned, reached)) {
      if (stage.kind === 'tap') continue;
      checkModes(stage, reached);
      const { first } = stage;
      const beside = Math.max(0, ...stepsOf(stage).map((step) => besideOf(step, reached)));
      if (first === undefined && kept > 0) {
        peak = Math.max(peak, kept + beside);
        continue;
      }
      if (first !== undefined && first !== 'copy') reached = shapeAfter(first, reached);
      peak = Math.max(peak, kept + bytesOf(reached) + beside);
      kept = bytesOf(reached);
    }
  }
  return { peak, kept, reached };
}

/** Refuses steps that make no sense for the mode that images have when it is their turn. */
function checkModes(stage: RowStage, { mode }: Shape): void {
  stepsOf(stage).reduce((reached, step) => (step === 'copy' ? reached : modeAfter(step, reached)), mode);
}

/** Bytes of a second input that is made of the image itself. Others are not known before. */
function besideOf(step: Step | 'copy', shape: Shape): number {
  const operand = step === 'copy' || !joinsItself(step) ? undefined : operandOf(step);
  return operand ? alongSteps(operand.steps, shape, false).peak : 0;
}

function bytesOf({ mode, width, height }: Shape): number {
  const info = MODES.find((each) => each.mode === mode);
  return width * height * (info?.pixelSize ?? 4);
}
