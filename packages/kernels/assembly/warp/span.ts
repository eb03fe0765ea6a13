/**
 * Which pixels of a row are taken from places well within a source, and what becomes of the others.
 *
 * A place is `(a0 px + c) / z`: that it is at least some number is a condition that is linear in the column, so one division says from which
 * column on it holds. What is computed so is off by far less than {@link margin}, by which the borders are moved: the columns found are
 * certain, and of those beside them each place is computed as Pillow does it.
 */

/** In pixels. */
const margin: f64 = 1.0 / 16.0;

/** What numbers of a place may be, at most, so that rounding moves it by less than 2^-22 pixels; and the least divisor. */
const largest: f64 = 4194304, least: f64 = 1.0 / 64.0;
/** The size of a source that has places below 2^19. */
const longest: i32 = 1 << 18;

/**
 * Columns from `begin` to `end` - 1 whose places have `before` pixels to the left and above and `behind` to the right of theirs, `below`
 * below, where theirs is the upper left one of the two by two around it. The first of them is the lower half of the answer, the one
 * behind the last the upper. There are either none or four at least.
 */
export function insideOf(
  matrix: usize, y: i32, begin: i32, end: i32, width: i32, height: i32, before: i32, behind: i32, below: i32,
): i64 {
  if (!isPlain(matrix, y, end, width, height)) return pair(end, end);
  const low = <f64>before + 0.5 + margin;
  const found = columns(
    matrix, y, begin, end, low, <f64>(width - behind) + 0.5 - margin, low, <f64>(height - below) + 0.5 - margin,
  );
  return <i32>(found >> 32) - <i32>found < 4 ? pair(end, end) : found;
}

/**
 * Fills the pixels of columns from `begin` to `end` - 1 whose places are outside the source, and appends the others to the list, whose
 * new end is the answer. `out` is the address of pixel `begin`.
 */
export function outsideOf(
  size: i32, matrix: usize, y: i32, begin: i32, end: i32, width: i32, height: i32, out: usize, fill: u32, list: usize,
): usize {
  if (begin >= end) return list;
  const a0 = load<f64>(matrix), a2 = load<f64>(matrix, 16), a3 = load<f64>(matrix, 24), a5 = load<f64>(matrix, 40);
  const a6 = load<f64>(matrix, 48);
  const py = <f64>y + 0.5;
  const u0 = load<f64>(matrix, 8) * py, v0 = load<f64>(matrix, 32) * py, z0 = load<f64>(matrix, 56) * py;
  let first = begin, last = end;
  if (a6 == 0 && z0 == 0 && isPlain(matrix, y, end, width, height)) {
    const found = columns(matrix, y, begin, end, -margin, <f64>width + margin, -margin, <f64>height + margin);
    first = <i32>found;
    last = <i32>(found >> 32);
  }
  out = filled(size, out, first - begin, fill);
  for (let x = first; x < last; x++, out += size) {
    const px = <f64>x + 0.5;
    const z = a6 * px + z0 + 1;
    const u = (a0 * px + u0 + a2) / z, v = (a3 * px + v0 + a5) / z;
    if (u >= 0 && u < <f64>width && v >= 0 && v < <f64>height) {
      store<u32>(list, x);
      list += 4;
    } else filled(size, out, 1, fill);
  }
  filled(size, out, end - last, fill);
  return list;
}

/** Writes `count` pixels, and answers where they end. */
function filled(size: i32, out: usize, count: i32, fill: u32): usize {
  if (size == 4) for (; count > 0; count--, out += 4) store<u32>(out, fill);
  else if (size == 1) for (; count > 0; count--, out++) store<u8>(out, <u8>fill);
  else {
    for (; count > 0; count--, out += 3) {
      store<u16>(out, <u16>fill);
      store<u8>(out, <u8>(fill >> 16), 2);
    }
  }
  return out;
}

/** Whether places can be computed in steps: see {@link largest}. */
function isPlain(matrix: usize, y: i32, end: i32, width: i32, height: i32): bool {
  if (max(width, height) >= longest) return false;
  const px = <f64>end, py = <f64>y + 0.5;
  const u = abs(load<f64>(matrix)) * px + abs(load<f64>(matrix, 8)) * py + abs(load<f64>(matrix, 16));
  const v = abs(load<f64>(matrix, 24)) * px + abs(load<f64>(matrix, 32)) * py + abs(load<f64>(matrix, 40));
  const z = abs(load<f64>(matrix, 48)) * px + abs(load<f64>(matrix, 56)) * py + 1;
  return u < largest && v < largest && z * <f64>max(width, height) < largest;
}

/** Columns whose places are from `left` to `right` and from `above` to `below`, and whose divisor is not too small. */
function columns(
  matrix: usize, y: i32, begin: i32, end: i32, left: f64, right: f64, above: f64, below: f64,
): i64 {
  const py = <f64>y + 0.5;
  const a0 = load<f64>(matrix), a3 = load<f64>(matrix, 24), a6 = load<f64>(matrix, 48);
  const u = 0.5 * a0 + load<f64>(matrix, 8) * py + load<f64>(matrix, 16);
  const v = 0.5 * a3 + load<f64>(matrix, 32) * py + load<f64>(matrix, 40);
  const z = 0.5 * a6 + load<f64>(matrix, 56) * py + 1;
  let found = pair(begin, end);
  found = narrowed(found, a6, z - least);
  found = narrowed(found, a0 - left * a6, u - left * z);
  found = narrowed(found, right * a6 - a0, right * z - u);
  found = narrowed(found, a3 - above * a6, v - above * z);
  return narrowed(found, below * a6 - a3, below * z - v);
}

/** Those of the columns of which `step x + start` is at least 0. */
function narrowed(found: i64, step: f64, start: f64): i64 {
  const first = <i32>found, last = <i32>(found >> 32);
  if (step == 0) return start >= 0 ? found : pair(last, last);
  const border = -start / step;
  if (step > 0) return pair(<i32>max(<f64>first, min(<f64>last, ceil(border))), last);
  return pair(first, <i32>min(<f64>last, max(<f64>first, floor(border) + 1)));
}

/** Columns from `first` to `last` - 1. */
export function pair(first: i32, last: i32): i64 {
  return <i64>first | (<i64>last << 32);
}
