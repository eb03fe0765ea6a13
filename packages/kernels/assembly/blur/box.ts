/**
 * Box passes: the mean of a pixel and its neighbours up to `radius + 1` away, of which the outermost count by a fraction.
 *
 * `(ww * sum + fw * (left + right) + 2^23) >> 24`, in 32 bits without a sign: `sum` of the `2 * radius + 1` values in the middle, kept from
 * pixel to pixel by adding the one that comes and subtracting the one that goes; `left` and `right` the two beyond them.
 *
 * A sum is kept in 16 bits, so `radius` is at most 127. Along a row the work goes through a tile of 8 rows, value by value: value `i` of
 * row `r` is byte `8 * i + r`.
 */

/**
 * One pass down: makes one row, and moves the sums on by one row.
 *
 * @param sums - of each value the sum, 16 bits; before the call those of the row above
 * @param left - the row `radius + 1` above: it leaves the sums, and counts by a fraction
 * @param middle - the row `radius` below: it comes into the sums
 * @param right - the row `radius + 1` below
 * @param out - where the row goes: `length` bytes are written
 */
export function boxDown(sums: usize, left: usize, middle: usize, right: usize, out: usize, length: i32, ww: i32, fw: i32): void {
  const inner = i32x4.splat(ww);
  const outer = i32x4.splat(fw);
  const half = i32x4.splat(1 << 23);
  for (; length >= 8; length -= 8) {
    const l = v128.load8x8_u(left);
    const far = i16x8.add(l, v128.load8x8_u(right));
    const sum = i16x8.add(v128.load(sums), i16x8.sub(v128.load8x8_u(middle), l));
    v128.store(sums, sum);
    v128.store64_lane(out, mean(sum, far, inner, outer, half), 0);
    left += 8; middle += 8; right += 8; out += 8;
    sums += 16;
  }
  for (; length > 0; length--) {
    const l = <u32>load<u8>(left++);
    const sum = <u32>load<u16>(sums) + <u32>load<u8>(middle++) - l;
    store<u16>(sums, <u16>sum);
    sums += 2;
    store<u8>(out++, <u8>((sum * ww + (l + <u32>load<u8>(right++)) * fw + (1 << 23)) >> 24));
  }
}

/** Adds `times` times a row to the sums of its values. Reads `length` bytes, and the sums, which it writes. */
export function boxAdd(sums: usize, row: usize, times: i32, length: i32): void {
  const factor = i16x8.splat(<i16>times);
  for (; length >= 8; length -= 8) {
    v128.store(sums, i16x8.add(v128.load(sums), i16x8.mul(v128.load8x8_u(row), factor)));
    row += 8;
    sums += 16;
  }
  for (; length > 0; length--) {
    store<u16>(sums, <u16>(<u32>load<u16>(sums) + <u32>load<u8>(row++) * times));
    sums += 2;
  }
}

/**
 * One pass along 8 rows.
 *
 * Writes what lies beyond the row's ends first: `radius + 1` copies of the first and the last pixel before and behind `tile`, whose
 * memory reaches that far.
 *
 * @param tile - value 0 of the 8 rows
 * @param out - where the result goes, of the same form
 * @param width - pixels in a row
 * @param bands - values of a pixel
 */
export function boxAlong(tile: usize, out: usize, width: i32, bands: i32, radius: i32, ww: i32, fw: i32): void {
  const inner = i32x4.splat(ww);
  const outer = i32x4.splat(fw);
  const half = i32x4.splat(1 << 23);
  const step: usize = bands << 3;
  const behind = tile + width * step;
  for (let band: i32 = 0; band < bands; band++) {
    const first = v128.load64_zero(tile + (band << 3));
    const last = v128.load64_zero(behind - step + (band << 3));
    let sum = i32x4.splat(0);
    let p = tile + (band << 3);
    let q = behind + (band << 3);
    for (let i: i32 = 0; i <= radius; i++) {
      p -= step;
      v128.store64_lane(p, first, 0);
      v128.store64_lane(q, last, 0);
      q += step;
    }
    // The sum of the pixel before the first.
    for (let i: i32 = 0; i <= 2 * radius; i++) sum = i16x8.add(sum, v128.load8x8_u(p + i * step));
    let left = p;
    let middle = p + (2 * radius + 1) * step;
    let to = out + (band << 3);
    for (let x: i32 = 0; x < width; x++) {
      const l = v128.load8x8_u(left);
      const m = v128.load8x8_u(middle);
      left += step;
      middle += step;
      sum = i16x8.add(sum, i16x8.sub(m, l));
      const far = i16x8.add(l, v128.load8x8_u(middle));
      v128.store64_lane(to, mean(sum, far, inner, outer, half), 0);
      to += step;
    }
  }
}

// @ts-ignore: decorator
@inline
function mean(sum: v128, far: v128, inner: v128, outer: v128, half: v128): v128 {
  const low = i32x4.add(i32x4.mul(i32x4.extend_low_i16x8_u(sum), inner), i32x4.mul(i32x4.extend_low_i16x8_u(far), outer));
  const high = i32x4.add(i32x4.mul(i32x4.extend_high_i16x8_u(sum), inner), i32x4.mul(i32x4.extend_high_i16x8_u(far), outer));
  const a = i32x4.shr_u(i32x4.add(low, half), 24);
  const b = i32x4.shr_u(i32x4.add(high, half), 24);
  const ab = i16x8.narrow_i32x4_s(a, b);
  return i8x16.narrow_i16x8_u(ab, ab);
}

/** 8 rows, whose addresses are at `list`, into a tile. Reads `length` bytes of each row, writes `8 * length` at `tile`. */
export function rowsToTile(list: usize, length: i32, tile: usize): void {
  const a = load<u32>(list), b = load<u32>(list, 4), c = load<u32>(list, 8), d = load<u32>(list, 12);
  const e = load<u32>(list, 16), f = load<u32>(list, 20), g = load<u32>(list, 24), h = load<u32>(list, 28);
  let i: i32 = 0;
  for (; i + 8 <= length; i += 8, tile += 64) {
    const ab = lower8(v128.load64_zero(a + i), v128.load64_zero(b + i));
    const cd = lower8(v128.load64_zero(c + i), v128.load64_zero(d + i));
    const ef = lower8(v128.load64_zero(e + i), v128.load64_zero(f + i));
    const gh = lower8(v128.load64_zero(g + i), v128.load64_zero(h + i));
    const abcd = v128.shuffle<i16>(ab, cd, 0, 8, 1, 9, 2, 10, 3, 11);
    const abcd2 = v128.shuffle<i16>(ab, cd, 4, 12, 5, 13, 6, 14, 7, 15);
    const efgh = v128.shuffle<i16>(ef, gh, 0, 8, 1, 9, 2, 10, 3, 11);
    const efgh2 = v128.shuffle<i16>(ef, gh, 4, 12, 5, 13, 6, 14, 7, 15);
    v128.store(tile, v128.shuffle<i32>(abcd, efgh, 0, 4, 1, 5));
    v128.store(tile, v128.shuffle<i32>(abcd, efgh, 2, 6, 3, 7), 16);
    v128.store(tile, v128.shuffle<i32>(abcd2, efgh2, 0, 4, 1, 5), 32);
    v128.store(tile, v128.shuffle<i32>(abcd2, efgh2, 2, 6, 3, 7), 48);
  }
  for (; i < length; i++, tile += 8) {
    for (let r: i32 = 0; r < 8; r++) store<u8>(tile + r, load<u8>(load<u32>(list + 4 * r) + i));
  }
}

/** A tile into 8 rows, whose addresses are at `list`; several may be the same. Writes `length` bytes of each. */
export function tileToRows(tile: usize, length: i32, list: usize): void {
  const a = load<u32>(list), b = load<u32>(list, 4), c = load<u32>(list, 8), d = load<u32>(list, 12);
  const e = load<u32>(list, 16), f = load<u32>(list, 20), g = load<u32>(list, 24), h = load<u32>(list, 28);
  let i: i32 = 0;
  for (; i + 8 <= length; i += 8, tile += 64) {
    const ab = lower8(v128.load64_zero(tile), v128.load64_zero(tile, 8));
    const cd = lower8(v128.load64_zero(tile, 16), v128.load64_zero(tile, 24));
    const ef = lower8(v128.load64_zero(tile, 32), v128.load64_zero(tile, 40));
    const gh = lower8(v128.load64_zero(tile, 48), v128.load64_zero(tile, 56));
    const abcd = v128.shuffle<i16>(ab, cd, 0, 8, 1, 9, 2, 10, 3, 11);
    const abcd2 = v128.shuffle<i16>(ab, cd, 4, 12, 5, 13, 6, 14, 7, 15);
    const efgh = v128.shuffle<i16>(ef, gh, 0, 8, 1, 9, 2, 10, 3, 11);
    const efgh2 = v128.shuffle<i16>(ef, gh, 4, 12, 5, 13, 6, 14, 7, 15);
    let v = v128.shuffle<i32>(abcd, efgh, 0, 4, 1, 5);
    v128.store64_lane(a + i, v, 0);
    v128.store64_lane(b + i, v, 1);
    v = v128.shuffle<i32>(abcd, efgh, 2, 6, 3, 7);
    v128.store64_lane(c + i, v, 0);
    v128.store64_lane(d + i, v, 1);
    v = v128.shuffle<i32>(abcd2, efgh2, 0, 4, 1, 5);
    v128.store64_lane(e + i, v, 0);
    v128.store64_lane(f + i, v, 1);
    v = v128.shuffle<i32>(abcd2, efgh2, 2, 6, 3, 7);
    v128.store64_lane(g + i, v, 0);
    v128.store64_lane(h + i, v, 1);
  }
  for (; i < length; i++, tile += 8) {
    for (let r: i32 = 0; r < 8; r++) store<u8>(load<u32>(list + 4 * r) + i, load<u8>(tile + r));
  }
}

// @ts-ignore: decorator
@inline
function lower8(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
