/**
 * Tables that stretch the contrast of an image, from its histogram: those of Pillow's `ImageOps.equalize` and `autocontrast`.
 *
 * Reads counts, no pixels. A table is 256 values; a histogram of several bands gives one for each.
 */
import { checkCounts } from './statistics.ts';

/** What {@link autocontrast} leaves out of the histogram. */
export interface AutocontrastOptions {
  /** Percent of the pixels that are cut off at the dark and at the bright end: one number for both, or two. @defaultValue 0 */
  readonly cutoff?: number | readonly [dark: number, bright: number];
  /** Values that are not counted: one, or a list. */
  readonly ignore?: number | readonly number[];
}

/** For each band the table that makes its values as frequent as each other. */
export function equalizeTables(counts: ArrayLike<number>): Uint8Array[] {
  return bandsOf(counts).map(equalizeTable);
}

function equalizeTable(counts: readonly number[]): Uint8Array {
  const last = counts.findLastIndex((times) => times > 0);
  const below = counts.slice(0, Math.max(last, 0)).reduce((sum, times) => sum + times, 0);
  const step = Math.floor(below / 255);
  if (step === 0) return identity();
  let sum = Math.floor(step / 2);
  return Uint8Array.from(counts, (times) => {
    const value = Math.floor(sum / step);
    sum += times;
    return Math.min(value, 255);
  });
}

/** For each band the table that stretches what is left of its values from 0 to 255. */
export function autocontrastTables(counts: ArrayLike<number>, options: AutocontrastOptions = {}): Uint8Array[] {
  return bandsOf(counts).map((band) => autocontrastTable(band, options));
}

function autocontrastTable(counts: number[], { cutoff = 0, ignore = [] }: AutocontrastOptions): Uint8Array {
  for (const value of typeof ignore === 'number' ? [ignore] : ignore) counts[value] = 0;
  const [dark, bright] = typeof cutoff === 'number' ? [cutoff, cutoff] : cutoff;
  const whole = counts.reduce((sum, times) => sum + times, 0);
  const up = Array.from(counts, (_, value) => value);
  cutOff(counts, up, percent(whole, dark));
  cutOff(counts, up.toReversed(), percent(whole, bright));
  const least = counts.findIndex((times) => times > 0);
  const most = counts.findLastIndex((times) => times > 0);
  return stretchTable(least, most);
}

/** The table that stretches values from `least` to `most` from 0 to 255. */
export function stretchTable(least: number, most: number): Uint8Array {
  if (most <= least) return identity();
  const scale = 255 / (most - least);
  const offset = -least * scale;
  return Uint8Array.from({ length: 256 }, (_, value) => Math.min(Math.max(Math.trunc(value * scale + offset), 0), 255));
}

/** So many hundredths, rounded down, without an error of division. */
function percent(whole: number, hundredths: number): number {
  const product = whole * hundredths;
  return Math.round((product - (product % 100)) / 100);
}

/** Takes `cut` pixels from the values in this order. */
function cutOff(counts: number[], order: readonly number[], cut: number): void {
  for (const value of order) {
    const taken = Math.min(cut, counts[value]!);
    counts[value]! -= taken;
    cut -= taken;
    if (cut <= 0) return;
  }
}

function bandsOf(counts: ArrayLike<number>): number[][] {
  checkCounts(counts);
  const list = Array.from(counts);
  return Array.from({ length: list.length / 256 }, (_, band) => list.slice(256 * band, 256 * (band + 1)));
}

function identity(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => value);
}
