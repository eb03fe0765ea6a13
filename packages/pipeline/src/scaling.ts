/**
 * Scaling by the codec: the resize that a plan begins with, done by libvips as it decodes, a few rows at a time, so that the pixels of the whole
 * image are nowhere. Only for plans that ask for it: a libvips pixel is near a pixel of the kernels, not the same.
 *
 * A plan of nothing but such a resize and an output that is encoded goes from bytes to bytes within libvips.
 */
import { type Filter, fitBox } from '@sharena/kernels';
import { hasMetadata } from './metadata.ts';
import type { EncodedOutput } from './outputs.ts';
import type { Plan } from './plan.ts';
import type { Shape } from './steps/run.ts';

/** What the codec makes of an image as it decodes it. */
export interface Scaled {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Whether the image is stretched, or cropped around its middle. */
  readonly fit: 'fill' | 'cover';
  /** The filter, as sharp calls it. */
  readonly kernel: 'linear' | 'cubic' | 'lanczos3';
}

/** The filters that libvips has as well. Whatever resizes by another, or leaves room at the sides, is done in the heap. */
const KERNELS: Partial<Record<Filter, Scaled['kernel']>> = {
  bilinear: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
};

/** What the codec may do of the plan, and the plan that is left; nothing where the plan does not want it or libvips cannot. */
export function scaledBy(plan: Plan, shape: Shape): { readonly scaled: Scaled; readonly plan: Plan } | undefined {
  const [step, ...steps] = plan.steps;
  if (plan.decode?.scaling !== 'codec' || step?.op !== 'resize') return undefined;
  const kernel = KERNELS[step.filter];
  const { width, height, box, dstBox } = fitBox(shape, step, step.fit);
  if (kernel === undefined || dstBox[2] !== width || dstBox[3] !== height) return undefined;
  const isCropped = box[2] - box[0] < shape.width || box[3] - box[1] < shape.height;
  return { scaled: { width, height, fit: isCropped ? 'cover' : 'fill', kernel }, plan: { ...plan, steps } };
}

/** The output of a plan that leaves nothing to do between decoding and encoding. Metadata are written with pixels from the heap. */
export function onlyOutput({ steps, output }: Plan): EncodedOutput | undefined {
  return steps.length === 0 && output.kind === 'encode' && !hasMetadata(output) ? output : undefined;
}
