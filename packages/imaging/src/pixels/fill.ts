/**
 * Fills a rectangle with one pixel. Its first row is written by doubling: a pixel, two, four; the other rows are copies of it.
 * When all bytes of the pixel are the same, bytes are filled instead, and whole rows up to the next border of a block at once.
 */
import { type Box, isVoid } from './box.ts';
import { linesFrom, type Raster, rowAt } from './raster.ts';

/** Fills `box`, which must lie in the image, with the pixel of these bytes. */
export function fillBox(raster: Raster, box: Box, pixel: Uint8Array): void {
  if (isVoid(box)) return;
  if (pixel.every((byte) => byte === pixel[0])) fillBytes(raster, box, pixel[0]);
  else fillPixels(raster, box, pixel);
}

function fillBytes(raster: Raster, [left, upper, right, lower]: Box, value: number): void {
  const size = raster.info.pixelSize;
  const length = (right - left) * size;
  const whole = length === raster.lineSize;
  for (let y = upper; y < lower; ) {
    const lines = whole ? Math.min(lower - y, linesFrom(raster, y)) : 1;
    raster.mover.fill(rowAt(raster, y) + left * size, value, (lines - 1) * raster.stride + length);
    y += lines;
  }
}

function fillPixels(raster: Raster, [left, upper, right, lower]: Box, pixel: Uint8Array): void {
  const { bytes, mover } = raster;
  const length = (right - left) * pixel.length;
  const first = rowAt(raster, upper) + left * pixel.length;
  bytes.set(pixel, first);
  for (let done = pixel.length; done < length; done *= 2)
    mover.copy(first + done, first, Math.min(done, length - done));
  for (let y = upper + 1; y < lower; y++) mover.copy(rowAt(raster, y) + left * pixel.length, first, length);
}
