/**
 * Surveys: what a step must know of the whole image before it can make a row. Each thread reads its rows, what they found is put together,
 * and only then rows are made: between the two all threads meet.
 *
 *   strip 0   counts --.              .-- rows
 *   strip 1   counts ---> sum, step --+-- rows
 *   strip 2   counts --'              '-- rows
 *
 * A survey is numbers, a few kilobytes, and goes through messages. Reads pixels, writes none.
 */
import type { SharedImage } from '@sharena/imaging';
import {
  type AutocontrastOptions,
  type ClaheOptions,
  extrema,
  histogram,
  type PixelBox,
  type Raster,
  type TrimOptions,
  tileHistograms,
  trimBox,
  unionBox,
} from '@sharena/kernels';
import { bytesRasterOf, colourFor } from './raster.ts';

/** What strips found: counts that add up, or boxes that are put together. */
export interface Survey {
  /** Counts. */
  readonly counts?: Uint32Array;
  /** A box; undefined when there is nothing. */
  readonly box?: PixelBox | undefined;
}

/** Makes the values of each colour as frequent as each other. */
export interface EqualizeStep {
  /** What the step is. */
  readonly op: 'equalize';
  /** What is known of the image. Set by a run. */
  readonly survey?: Survey;
}

/** Stretches the values of each colour from 0 to 255. */
export interface AutocontrastStep extends Pick<AutocontrastOptions, 'ignore'> {
  /** What the step is. */
  readonly op: 'autocontrast';
  /** Percent of the pixels that are cut off at the dark and at the bright end. */
  readonly cutoff: readonly [number, number];
  /** Whether all colours go through one table. */
  readonly preserveTone: boolean;
  /** What is known of the image. Set by a run. */
  readonly survey?: Survey;
}

/** Stretches the contrast of every region by itself. */
export interface ClaheStep extends Required<Pick<ClaheOptions, 'tiles' | 'limit'>> {
  /** What the step is. */
  readonly op: 'clahe';
  /** What is known of the image. Set by a run. */
  readonly survey?: Survey;
}

/** Cuts a border of one colour off. */
export interface TrimStep extends Pick<TrimOptions, 'threshold'> {
  /** What the step is. */
  readonly op: 'trim';
  /** Red, green, blue and alpha of the background; without it, the colour of the first pixel. */
  readonly background?: readonly [number, number, number, number];
  /** What is known of the image. Set by a run. */
  readonly survey?: Survey;
}

/** A step that must know the whole image. */
export type SurveyedStep = EqualizeStep | AutocontrastStep | ClaheStep | TrimStep;

/** Whether the step must know the whole image first. */
export function isSurveyed(step: { readonly op: string }): step is SurveyedStep {
  return step.op === 'equalize' || step.op === 'autocontrast' || step.op === 'clahe' || step.op === 'trim';
}

/** Reads what the step must know off rows `top` to `bottom - 1`. */
export function survey(step: SurveyedStep, image: SharedImage, top: number, bottom: number): Survey {
  const src = bytesRasterOf(image);
  switch (step.op) {
    case 'equalize':
      return { counts: histogram(src, top, bottom) as Uint32Array };
    case 'autocontrast':
      return { counts: contrastCounts(step, src, top, bottom) };
    case 'clahe':
      return { counts: tileHistograms(src, top, bottom, step) as Uint32Array };
    case 'trim': {
      const { threshold, background } = step;
      const colour = background && { background: colourFor(src.layout, background) };
      return { box: trimBox(src, top, bottom, { ...(threshold !== undefined && { threshold }), ...colour }) };
    }
  }
}

/** A histogram; where nothing is cut off, only the least and the greatest value of each band, which are found in a fifth of the time. */
function contrastCounts(step: AutocontrastStep, src: Raster, top: number, bottom: number): Uint32Array {
  const { cutoff, ignore = [], preserveTone } = step;
  const isWhole = cutoff.every((percent) => percent === 0) && [ignore].flat().length === 0;
  if (preserveTone || !isWhole) return histogram(src, top, bottom, { luma: preserveTone }) as Uint32Array;
  const ends = extrema(src, top, bottom);
  const counts = new Uint32Array(256 * ends.length);
  for (const [band, [least, most]] of ends.entries()) {
    counts[256 * band + least] = 1;
    counts[256 * band + most] = 1;
  }
  return counts;
}

/** What two strips found, as one. */
export function join(a: Survey, b: Survey): Survey {
  if (!a.counts || !b.counts) return { box: unionBox(a.box, b.box) };
  const { counts } = b;
  return { counts: a.counts.map((count, i) => count + counts[i]) };
}
