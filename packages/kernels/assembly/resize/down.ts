/**
 * The vertical pass: weighted sums of groups of four rows, into one row.
 *
 * Source: a ring of groups as `across.ts` writes them, so that 8 bytes are two values of four rows. With four weights, twice, they make
 * eight products and four sums of two in one instruction.
 *
 * Weights: for each group four, one for each of its rows.
 * - fast: 16-bit integers in units of `2^-shift`.
 * - exact: lo, lo, lo, lo, hi, hi, hi, hi, where a weight of 22 fraction bits is `(hi << 16) + lo`.
 *
 * Reads of each group the `4 * length` bytes of its values and up to 60 behind them (the groups lie in scratch memory), and the weights.
 * Writes `length` bytes at `out` and none behind them; `4 * groups` bytes at `list`, and up to 16 at `pad`.
 */

/**
 * @param ring - address of the ring's first group
 * @param stride - bytes from one group to the next
 * @param capacity - groups in the ring: group `g` is at place `g % capacity`
 * @param first - first group to sum
 * @param groups - groups to sum, from 1, at most `capacity`
 * @param weights - 8 bytes for each group
 * @param out - where the row goes
 * @param length - bytes of the row
 * @param shift - fraction bits of the weights
 * @param list - scratch for addresses
 * @param pad - scratch for the row's last bytes
 */
export function down(
  ring: usize, stride: usize, capacity: u32, first: u32, groups: u32, weights: usize,
  out: usize, length: i32, shift: i32, list: usize, pad: usize,
): void {
  listGroups(ring, stride, capacity, first, groups, list);
  const half = i32x4.splat(1 << (shift - 1));
  const end = list + (<usize>groups << 2);
  const zero = i32x4.splat(0);
  for (let x: i32 = 0; x < length; x += 16) {
    let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
    let w = weights;
    for (let at = list; at < end; at += 4) {
      const p = load<u32>(at) + (x << 2);
      const k = v128.load64_splat(w);
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_u(p), k));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_u(p, 8), k));
      c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_u(p, 16), k));
      d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_u(p, 24), k));
      e = i32x4.add(e, i32x4.dot_i16x8_s(v128.load8x8_u(p, 32), k));
      f = i32x4.add(f, i32x4.dot_i16x8_s(v128.load8x8_u(p, 40), k));
      g = i32x4.add(g, i32x4.dot_i16x8_s(v128.load8x8_u(p, 48), k));
      h = i32x4.add(h, i32x4.dot_i16x8_s(v128.load8x8_u(p, 56), k));
      w += 8;
    }
    const ab = i16x8.narrow_i32x4_s(rounded(a, b, half, shift), rounded(c, d, half, shift));
    const cd = i16x8.narrow_i32x4_s(rounded(e, f, half, shift), rounded(g, h, half, shift));
    put(i8x16.narrow_i16x8_u(ab, cd), out + x, length - x, pad);
  }
}

/** As {@link down}, with exact weights: 16 bytes for each group. */
export function downExact(
  ring: usize, stride: usize, capacity: u32, first: u32, groups: u32, weights: usize,
  out: usize, length: i32, list: usize, pad: usize,
): void {
  listGroups(ring, stride, capacity, first, groups, list);
  const half = i32x4.splat(1 << 21);
  const end = list + (<usize>groups << 2);
  const zero = i32x4.splat(0);
  for (let x: i32 = 0; x < length; x += 16) {
    let low = zero;
    for (let part: i32 = 0; part < 2; part++) {
      let a = zero, b = zero, c = zero, d = zero, ah = zero, bh = zero, ch = zero, dh = zero;
      let w = weights;
      for (let at = list; at < end; at += 4) {
        const p = load<u32>(at) + (x << 2) + (part << 5);
        const lo = v128.load64_splat(w);
        const hi = v128.load64_splat(w, 8);
        const v = v128.load8x8_u(p);
        a = i32x4.add(a, i32x4.dot_i16x8_s(v, lo));
        ah = i32x4.add(ah, i32x4.dot_i16x8_s(v, hi));
        const v2 = v128.load8x8_u(p, 8);
        b = i32x4.add(b, i32x4.dot_i16x8_s(v2, lo));
        bh = i32x4.add(bh, i32x4.dot_i16x8_s(v2, hi));
        const v3 = v128.load8x8_u(p, 16);
        c = i32x4.add(c, i32x4.dot_i16x8_s(v3, lo));
        ch = i32x4.add(ch, i32x4.dot_i16x8_s(v3, hi));
        const v4 = v128.load8x8_u(p, 24);
        d = i32x4.add(d, i32x4.dot_i16x8_s(v4, lo));
        dh = i32x4.add(dh, i32x4.dot_i16x8_s(v4, hi));
        w += 16;
      }
      const ab = rounded(joined(a, ah), joined(b, bh), half, 22);
      const cd = rounded(joined(c, ch), joined(d, dh), half, 22);
      const eight = i16x8.narrow_i32x4_s(ab, cd);
      if (part) put(i8x16.narrow_i16x8_u(low, eight), out + x, length - x, pad);
      else low = eight;
    }
  }
}

/** Writes the addresses of the groups to sum. */
// @ts-ignore: decorator
@inline
function listGroups(ring: usize, stride: usize, capacity: u32, first: u32, groups: u32, list: usize): void {
  let place = first % capacity;
  for (let k: u32 = 0; k < groups; k++) {
    store<u32>(list + (<usize>k << 2), <u32>(ring + place * stride));
    if (++place == capacity) place = 0;
  }
}

// @ts-ignore: decorator
@inline
function joined(lo: v128, hi: v128): v128 {
  return i32x4.add(lo, i32x4.shl(hi, 16));
}

/** Four values: the sums of the first and last two rows of each, added, rounded and shifted. */
// @ts-ignore: decorator
@inline
function rounded(a: v128, b: v128, half: v128, shift: i32): v128 {
  const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
  return i32x4.shr_s(i32x4.add(i32x4.add(even, odd), half), shift);
}

/** Stores 16 bytes, or as many of them as are left. */
// @ts-ignore: decorator
@inline
function put(bytes: v128, out: usize, left: i32, pad: usize): void {
  if (left >= 16) {
    v128.store(out, bytes);
    return;
  }
  v128.store(pad, bytes);
  for (let i: i32 = 0; i < left; i++) store<u8>(out + i, load<u8>(pad + i));
}
