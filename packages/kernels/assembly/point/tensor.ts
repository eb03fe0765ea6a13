/**
 * Pixels as numbers for a model: `value * factor + term` in 32-bit floats, for each band its own, as planes or side by side.
 *
 * `src` is a row of `width` pixels. `factors` holds three floats for the bands in the order in which they are written, and then three terms.
 */
import { kept, reordered, zeroOf } from '../shuffles';

/** Pixels of one byte to floats. */
export function floats1(src: usize, out: usize, width: i32, factor: f32, term: f32): void {
  const f = f32x4.splat(factor);
  const t = f32x4.splat(term);
  let p = src, q = out;
  for (; width >= 16; width -= 16, p += 16, q += 64) floats16(v128.load(p), q, f, t);
  for (; width > 0; width--, p++, q += 4) store<f32>(q, <f32>load<u8>(p) * factor + term);
}

/** Pixels of three bytes to three rows of floats. */
export function planes3(src: usize, red: usize, green: usize, blue: usize, width: i32, factors: usize): void {
  const zero = zeroOf(width);
  const r = kept(i8x16(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), zero);
  const g = kept(i8x16(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), zero);
  const b = kept(i8x16(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), zero);
  const r2 = kept(i8x16(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1), zero);
  const g2 = kept(i8x16(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1), zero);
  const b2 = kept(i8x16(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1), zero);
  const r3 = kept(i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13), zero);
  const g3 = kept(i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14), zero);
  const b3 = kept(i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15), zero);
  const fr = v128.load32_splat(factors), fg = v128.load32_splat(factors, 4), fb = v128.load32_splat(factors, 8);
  const tr = v128.load32_splat(factors, 12), tg = v128.load32_splat(factors, 16), tb = v128.load32_splat(factors, 20);
  let p = src, at: usize = 0;
  for (; width >= 16; width -= 16, p += 48, at += 64) {
    const x = v128.load(p), y = v128.load(p, 16), z = v128.load(p, 32);
    floats16(v128.or(v128.or(reordered(x, r), reordered(y, r2)), reordered(z, r3)), red + at, fr, tr);
    floats16(v128.or(v128.or(reordered(x, g), reordered(y, g2)), reordered(z, g3)), green + at, fg, tg);
    floats16(v128.or(v128.or(reordered(x, b), reordered(y, b2)), reordered(z, b3)), blue + at, fb, tb);
  }
  for (; width > 0; width--, p += 3, at += 4) {
    store<f32>(red + at, <f32>load<u8>(p) * load<f32>(factors) + load<f32>(factors, 12));
    store<f32>(green + at, <f32>load<u8>(p, 1) * load<f32>(factors, 4) + load<f32>(factors, 16));
    store<f32>(blue + at, <f32>load<u8>(p, 2) * load<f32>(factors, 8) + load<f32>(factors, 20));
  }
}

/** The first three of four bytes to three rows of floats. */
export function planes4(src: usize, red: usize, green: usize, blue: usize, width: i32, factors: usize): void {
  const byte = kept(i32x4.splat(255), zeroOf(width));
  const fr = v128.load32_splat(factors), fg = v128.load32_splat(factors, 4), fb = v128.load32_splat(factors, 8);
  const tr = v128.load32_splat(factors, 12), tg = v128.load32_splat(factors, 16), tb = v128.load32_splat(factors, 20);
  let p = src, at: usize = 0;
  for (; width >= 4; width -= 4, p += 16, at += 16) {
    const v = v128.load(p);
    v128.store(red + at, scaled(v128.and(v, byte), fr, tr));
    v128.store(green + at, scaled(v128.and(i32x4.shr_u(v, 8), byte), fg, tg));
    v128.store(blue + at, scaled(v128.and(i32x4.shr_u(v, 16), byte), fb, tb));
  }
  for (; width > 0; width--, p += 4, at += 4) {
    store<f32>(red + at, <f32>load<u8>(p) * load<f32>(factors) + load<f32>(factors, 12));
    store<f32>(green + at, <f32>load<u8>(p, 1) * load<f32>(factors, 4) + load<f32>(factors, 16));
    store<f32>(blue + at, <f32>load<u8>(p, 2) * load<f32>(factors, 8) + load<f32>(factors, 20));
  }
}

/**
 * Three bytes of each pixel to three floats side by side.
 *
 * @param size - bytes of a pixel: 3 or 4
 * @param reversed - whether the third byte comes first
 */
export function triples(src: usize, out: usize, width: i32, size: i32, reversed: i32, factors: usize): void {
  const zero = zeroOf(width);
  // Four pixels are twelve floats: three vectors, whose bands, factors and terms begin with another band each.
  const order = reversed ? i8x16(2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, -1, -1, -1, -1) : i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1, -1, -1, -1);
  const close = i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const pattern = kept(size == 3 ? order : i8x16.swizzle(close, order), zero);
  const f0 = lanes(factors, 0, 4, 8), f1 = lanes(factors, 4, 8, 0), f2 = lanes(factors, 8, 0, 4);
  const t0 = lanes(factors, 12, 16, 20), t1 = lanes(factors, 16, 20, 12), t2 = lanes(factors, 20, 12, 16);
  const step = 4 * size;
  const spare = size == 3 ? 6 : 4; // with three bytes, 16 are loaded where 12 are used
  let p = src, q = out;
  for (; width >= spare; width -= 4, p += step, q += 48) {
    const v = reordered(v128.load(p), pattern);
    const low = i16x8.extend_low_i8x16_u(v);
    v128.store(q, scaled(i32x4.extend_low_i16x8_u(low), f0, t0));
    v128.store(q, scaled(i32x4.extend_high_i16x8_u(low), f1, t1), 16);
    v128.store(q, scaled(i32x4.extend_low_i16x8_u(i16x8.extend_high_i8x16_u(v)), f2, t2), 32);
  }
  const last: usize = reversed ? 2 : 0;
  for (; width > 0; width--, p += size, q += 12) {
    store<f32>(q, <f32>load<u8>(p + last) * load<f32>(factors) + load<f32>(factors, 12));
    store<f32>(q, <f32>load<u8>(p, 1) * load<f32>(factors, 4) + load<f32>(factors, 16), 4);
    store<f32>(q, <f32>load<u8>(p + 2 - last) * load<f32>(factors, 8) + load<f32>(factors, 20), 8);
  }
}

/** Pixels of three or four bytes to three rows of bytes. */
export function bytePlanes(src: usize, red: usize, green: usize, blue: usize, width: i32, size: i32): void {
  for (let p = src; width > 0; width--, p += size, red++, green++, blue++) {
    store<u8>(red, load<u8>(p));
    store<u8>(green, load<u8>(p, 1));
    store<u8>(blue, load<u8>(p, 2));
  }
}

// @ts-ignore: decorator
@inline
function lanes(at: usize, a: usize, b: usize, c: usize): v128 {
  const v = f32x4.replace_lane(f32x4.splat(load<f32>(at + a)), 1, load<f32>(at + b));
  return f32x4.replace_lane(v, 2, load<f32>(at + c));
}

// @ts-ignore: decorator
@inline
function floats16(v: v128, out: usize, factor: v128, term: v128): void {
  const low = i16x8.extend_low_i8x16_u(v);
  const high = i16x8.extend_high_i8x16_u(v);
  v128.store(out, scaled(i32x4.extend_low_i16x8_u(low), factor, term));
  v128.store(out, scaled(i32x4.extend_high_i16x8_u(low), factor, term), 16);
  v128.store(out, scaled(i32x4.extend_low_i16x8_u(high), factor, term), 32);
  v128.store(out, scaled(i32x4.extend_high_i16x8_u(high), factor, term), 48);
}

// @ts-ignore: decorator
@inline
function scaled(v: v128, factor: v128, term: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(v), factor), term);
}
