/**
 * Moves rectangles of pixels between images of one mode, whole rows at a time.
 *
 * Where both images have the same stride and whole rows are moved, all rows up to the next border of a block go in one copy,
 * the gaps between them included.
 */
import { clip, isVoid } from './box.ts';
import { linesFrom, type Raster, rowAt, samePixels } from './raster.ts';

/** A rectangle of one image and its place in another; it lies inside both, and has a pixel. */
interface Move {
  /** Column and row in the source. */
  readonly sx: number;
  readonly sy: number;
  /** Column and row in the target. */
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Copies all of `source` to column `x` and row `y` of `target`; what falls outside is left out, as in Pillow's paste and crop.
 * The modes must be the same. An image may be moved within itself.
 */
export function place(source: Raster, target: Raster, x: number, y: number): void {
  const box = clip([x, y, x + source.width, y + source.height], target.width, target.height);
  if (isVoid(box)) return;
  const [left, upper, right, lower] = box;
  move(source, target, {
    sx: left - x,
    sy: upper - y,
    dx: left,
    dy: upper,
    width: right - left,
    height: lower - upper,
  });
}

function move(source: Raster, target: Raster, rectangle: Move): void {
  if (source.bytes.buffer !== target.bytes.buffer) return moveAcross(source, target, rectangle);
  // Within one image rows must be read before they are overwritten: downwards means from the last row to the first.
  if (samePixels(source, target)) return moveWithin(source, target, rectangle);
  const { sx, sy, dx, dy, width, height } = rectangle;
  const size = source.info.pixelSize;
  const length = width * size;
  const whole = source.stride === target.stride && length === source.lineSize && length === target.lineSize;
  for (let done = 0; done < height; ) {
    const lines = whole ? Math.min(height - done, linesFrom(source, sy + done), linesFrom(target, dy + done)) : 1;
    const from = rowAt(source, sy + done) + sx * size;
    const to = rowAt(target, dy + done) + dx * size;
    source.mover.copy(to, from, (lines - 1) * source.stride + length);
    done += lines;
  }
}

function moveWithin(source: Raster, target: Raster, { sx, sy, dx, dy, width, height }: Move): void {
  const size = source.info.pixelSize;
  const [first, step] = sy < dy ? [height - 1, -1] : [0, 1];
  for (let i = 0, y = first; i < height; i++, y += step) {
    source.mover.copy(rowAt(target, dy + y) + dx * size, rowAt(source, sy + y) + sx * size, width * size);
  }
}

/** From one heap to another. */
function moveAcross(source: Raster, target: Raster, { sx, sy, dx, dy, width, height }: Move): void {
  const size = source.info.pixelSize;
  for (let y = 0; y < height; y++) {
    const from = rowAt(source, sy + y) + sx * size;
    target.bytes.set(source.bytes.subarray(from, from + width * size), rowAt(target, dy + y) + dx * size);
  }
}
