/**
 * The way from the bands that the passes sum to pixels: padding put back, alpha divided out.
 *
 * Reads up to 16 bytes behind the source (a line in scratch memory). Writes the pixels of `width` at `out` and no byte behind them.
 */
import { straight } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';

/** R G B to R G B 255. `line` may be read 16 bytes past its end. */
export function unpackRGB(line: usize, out: usize, width: i32): void {
  const zero = zeroOf(width);
  const opaque = kept(i32x4.splat(0xff000000), zero);
  const order = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  for (; width >= 4; width -= 4) {
    const v = v128.load(line);
    v128.store(out, v128.or(reordered(v, order), opaque));
    line += 12;
    out += 16;
  }
  for (; width > 0; width--) {
    store<u32>(out, load<u32>(line) | 0xff000000);
    line += 3;
    out += 4;
  }
}

/** Premultiplied R G B A to straight R G B A. `out` may be `line`. */
export function unpackRGBA(line: usize, out: usize, width: i32): void {
  const zero = zeroOf(width);
  const byte = kept(i32x4.splat(255), zero);
  const whole = kept(f32x4.splat(255), zero);
  const below = kept(f32x4.splat(1.0 / 1024.0 - 0.5), zero);
  const magic = kept(f32x4.splat(12582912), zero);
  for (; width >= 4; width -= 4) {
    v128.store(out, straight(v128.load(line), byte, whole, below, magic));
    line += 16;
    out += 16;
  }
  for (; width > 0; width--) {
    v128.store32_lane(out, straight(v128.load32_zero(line), byte, whole, below, magic), 0);
    line += 4;
    out += 4;
  }
}

/** Premultiplied L A to straight L L L A. */
export function unpackLA(line: usize, out: usize, width: i32): void {
  const zero = zeroOf(width);
  const order = kept(i8x16(0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7), zero);
  const byte = kept(i32x4.splat(255), zero);
  const whole = kept(f32x4.splat(255), zero);
  const below = kept(f32x4.splat(1.0 / 1024.0 - 0.5), zero);
  const magic = kept(f32x4.splat(12582912), zero);
  for (; width >= 4; width -= 4) {
    v128.store(out, straight(reordered(v128.load64_zero(line), order), byte, whole, below, magic));
    line += 8;
    out += 16;
  }
  for (; width > 0; width--) {
    v128.store32_lane(out, straight(reordered(v128.load32_zero(line), order), byte, whole, below, magic), 0);
    line += 2;
    out += 4;
  }
}
