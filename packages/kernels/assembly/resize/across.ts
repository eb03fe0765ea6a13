/**
 * The horizontal pass: weighted sums along four rows at once.
 *
 * Source: a tile (see `tiles.ts`), in which 8 bytes are two neighbouring pixels of four rows in one band. One of them with a pair of
 * weights makes four products and four sums in one instruction, `i32x4.dot_i16x8_s`, and no lane is idle.
 *
 * Target: a group of four rows. Value `i` of row `r` (its bands interleaved) is byte `4 * i + r`, which is how `down.ts` wants it.
 *
 * Weights: for each output pixel `pairs` pairs.
 * - fast: a pair is two 16-bit integers in units of `2^-shift`.
 * - exact: a weight `k` of 22 fraction bits is `(hi << 16) + lo`; a pair is lo, lo, hi, hi. A sum of 32 bits is the same, modulo 2^32,
 *   however it is split.
 *
 * Reads the tile, and 4 bytes of `starts` and `pairs` pairs of `weights` for each pixel. Writes `4 * bands * width` bytes at `out`, and
 * for three bands 4 more.
 */

/** @param starts - for each output pixel its first pair in the tile, as 32-bit integers */
export function across1(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32, shift: i32): void {
  sums(1, false, tile, starts, weights, pairs, out, width, shift);
}

/** As {@link across1}, for two bands. */
export function across2(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32, shift: i32): void {
  sums(2, false, tile, starts, weights, pairs, out, width, shift);
}

/** As {@link across1}, for three bands. */
export function across3(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32, shift: i32): void {
  sums(3, false, tile, starts, weights, pairs, out, width, shift);
}

/** As {@link across1}, for four bands. */
export function across4(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32, shift: i32): void {
  sums(4, false, tile, starts, weights, pairs, out, width, shift);
}

/** As {@link across1}, with exact weights. */
export function acrossExact1(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32): void {
  sums(1, true, tile, starts, weights, pairs, out, width, 22);
}

/** As {@link acrossExact1}, for two bands. */
export function acrossExact2(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32): void {
  sums(2, true, tile, starts, weights, pairs, out, width, 22);
}

/** As {@link acrossExact1}, for three bands. */
export function acrossExact3(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32): void {
  sums(3, true, tile, starts, weights, pairs, out, width, 22);
}

/** As {@link acrossExact1}, for four bands. */
export function acrossExact4(tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32): void {
  sums(4, true, tile, starts, weights, pairs, out, width, 22);
}

/** `bands` and `exact` are constants wherever this is inlined, so that what they exclude is not compiled. */
// @ts-ignore: decorator
@inline
function sums(bands: i32, exact: bool, tile: usize, starts: usize, weights: usize, pairs: i32, out: usize, width: i32, shift: i32): void {
  const half = i32x4.splat(1 << (shift - 1));
  const zero = i32x4.splat(0);
  const step: usize = bands << 3;
  const bytes: usize = pairs << (exact ? 3 : 2);
  let w = weights;
  const last = starts + (<usize>width << 2);
  for (; starts < last; starts += 4) {
    let p = tile + <usize>load<u32>(starts) * step;
    let a = half, b = half, c = half, d = half;
    let ah = zero, bh = zero, ch = zero, dh = zero;
    const end = w + bytes;
    if (exact) {
      // One pair at a time: two need more registers than there are.
      do {
        const lo = v128.load32_splat(w);
        const hi = v128.load32_splat(w, 4);
        const v = v128.load8x8_u(p);
        a = i32x4.add(a, i32x4.dot_i16x8_s(v, lo));
        ah = i32x4.add(ah, i32x4.dot_i16x8_s(v, hi));
        if (bands > 1) {
          const v = v128.load8x8_u(p, 8);
          b = i32x4.add(b, i32x4.dot_i16x8_s(v, lo));
          bh = i32x4.add(bh, i32x4.dot_i16x8_s(v, hi));
        }
        if (bands > 2) {
          const v = v128.load8x8_u(p, 16);
          c = i32x4.add(c, i32x4.dot_i16x8_s(v, lo));
          ch = i32x4.add(ch, i32x4.dot_i16x8_s(v, hi));
        }
        if (bands > 3) {
          const v = v128.load8x8_u(p, 24);
          d = i32x4.add(d, i32x4.dot_i16x8_s(v, lo));
          dh = i32x4.add(dh, i32x4.dot_i16x8_s(v, hi));
        }
        p += step;
        w += 8;
      } while (w < end);
    } else {
      for (; w + 4 < end; w += 8) {
        const q = p + step;
        const k = v128.load32_splat(w);
        const l = v128.load32_splat(w, 4);
        a = i32x4.add(a, i32x4.add(i32x4.dot_i16x8_s(v128.load8x8_u(p), k), i32x4.dot_i16x8_s(v128.load8x8_u(q), l)));
        if (bands > 1) b = i32x4.add(b, i32x4.add(i32x4.dot_i16x8_s(v128.load8x8_u(p, 8), k), i32x4.dot_i16x8_s(v128.load8x8_u(q, 8), l)));
        if (bands > 2) c = i32x4.add(c, i32x4.add(i32x4.dot_i16x8_s(v128.load8x8_u(p, 16), k), i32x4.dot_i16x8_s(v128.load8x8_u(q, 16), l)));
        if (bands > 3) d = i32x4.add(d, i32x4.add(i32x4.dot_i16x8_s(v128.load8x8_u(p, 24), k), i32x4.dot_i16x8_s(v128.load8x8_u(q, 24), l)));
        p = q + step;
      }
      if (w < end) {
        const k = v128.load32_splat(w);
        a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_u(p), k));
        if (bands > 1) b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_u(p, 8), k));
        if (bands > 2) c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_u(p, 16), k));
        if (bands > 3) d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_u(p, 24), k));
        w += 4;
      }
    }
    if (exact) {
      a = i32x4.add(a, i32x4.shl(ah, 16));
      b = i32x4.add(b, i32x4.shl(bh, 16));
      c = i32x4.add(c, i32x4.shl(ch, 16));
      d = i32x4.add(d, i32x4.shl(dh, 16));
    }
    a = i32x4.shr_s(a, shift);
    if (bands > 1) b = i32x4.shr_s(b, shift);
    if (bands > 2) c = i32x4.shr_s(c, shift);
    if (bands > 3) d = i32x4.shr_s(d, shift);
    const ab = i16x8.narrow_i32x4_s(a, bands > 1 ? b : a);
    const cd = bands > 2 ? i16x8.narrow_i32x4_s(c, bands > 3 ? d : c) : ab;
    const bytesOut = i8x16.narrow_i16x8_u(ab, cd);
    if (bands == 1) v128.store32_lane(out, bytesOut, 0);
    else if (bands == 2) v128.store64_lane(out, bytesOut, 0);
    else v128.store(out, bytesOut);
    out += bands << 2;
  }
}
