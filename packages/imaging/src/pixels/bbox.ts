/**
 * The smallest box that holds every pixel that is not 0: Pillow's getbbox.
 *
 * A pixel is 0 when all bits of its bands are; padding is not looked at. In modes with alpha only alpha counts, unless asked
 * otherwise. The scan reads what lies outside of the box, and no more of the rest than it must. Modes of four bytes are read as
 * words, which their rows are aligned to. Pillow 9.4 looks at half of each row in modes of two bytes; this does not.
 */
import type { ModeInfo } from '../modes.ts';
import type { Box } from './box.ts';
import { isEmpty, type Raster, rowAt } from './raster.ts';

/** How to read pixels for their box. */
export interface BboxOptions {
  /**
   * Whether only alpha counts, in the modes that have it (RGBA, RGBa, LA, La, PA).
   *
   * @defaultValue true
   */
  readonly alphaOnly?: boolean;
}

/** Finds the first unit of a row that is not 0, in units `from` to `to`, else `to`. Backwards: the last one, else `from - 1`. */
interface Scan {
  readonly first: (row: number, from: number, to: number) => number;
  readonly last: (row: number, from: number, to: number) => number;
}

/** The box, or undefined when all pixels are 0. */
export function bboxOf(raster: Raster, alphaOnly: boolean): Box | undefined {
  if (isEmpty(raster)) return undefined;
  const words = raster.info.pixelSize === 4;
  const scan = words ? wordScan(raster, maskOf(raster.info, alphaOnly)) : byteScan(raster.bytes);
  const shift = words ? 4 : 1; // bytes of a unit
  const perPixel = words ? 1 : raster.info.pixelSize; // units of a pixel
  const units = raster.width * perPixel;
  const rowUnit = (y: number) => rowAt(raster, y) / shift;

  let left = units;
  let upper = 0;
  for (; upper < raster.height && left === units; upper++) left = scan.first(rowUnit(upper), 0, units);
  if (left === units) return undefined;
  upper--;
  let right = -1;
  let lower = raster.height;
  for (; right < 0; lower--) right = scan.last(rowUnit(lower - 1), 0, units);
  lower++;
  for (let y = upper; y < lower; y++) {
    left = scan.first(rowUnit(y), 0, left);
    right = scan.last(rowUnit(y), right + 1, units);
  }
  return [Math.floor(left / perPixel), upper, Math.floor(right / perPixel) + 1, lower];
}

/** The bits of a word that count. */
function maskOf(info: ModeInfo, alphaOnly: boolean): number {
  if (info.type !== 'uint8') return -1;
  const alpha = info.bandNames[3].toUpperCase() === 'A';
  const bytes = new Uint8Array(4);
  for (const offset of alpha && alphaOnly ? [3] : info.bandOffsets) bytes[offset] = 255;
  return new Int32Array(bytes.buffer)[0];
}

function wordScan(raster: Raster, mask: number): Scan {
  const words = new Int32Array(raster.bytes.buffer, raster.bytes.byteOffset);
  return {
    first(row, from, to) {
      for (let x = from; x < to; x++) if ((words[row + x] & mask) !== 0) return x;
      return to;
    },
    last(row, from, to) {
      for (let x = to - 1; x >= from; x--) if ((words[row + x] & mask) !== 0) return x;
      return from - 1;
    },
  };
}

function byteScan(bytes: Uint8Array): Scan {
  return {
    first(row, from, to) {
      for (let x = from; x < to; x++) if (bytes[row + x] !== 0) return x;
      return to;
    },
    last(row, from, to) {
      for (let x = to - 1; x >= from; x--) if (bytes[row + x] !== 0) return x;
      return from - 1;
    },
  };
}
