/** Means of blocks of pixels: rows are added to 16-bit sums, then columns of these are. */

/** Adds `length` bytes of a row to as many sums of 16 bits; the first row (`adds` 0) overwrites what was there. */
export function addRow(row: usize, sums: usize, length: i32, adds: bool): void {
  let i: i32 = 0;
  if (adds) {
    for (; i + 16 <= length; i += 16, row += 16, sums += 32) {
      const v = v128.load(row);
      v128.store(sums, i16x8.add(v128.load(sums), i16x8.extend_low_i8x16_u(v)));
      v128.store(sums, i16x8.add(v128.load(sums, 16), i16x8.extend_high_i8x16_u(v)), 16);
    }
    for (; i < length; i++, row++, sums += 2) store<u16>(sums, load<u16>(sums) + <u16>load<u8>(row));
  } else {
    for (; i + 16 <= length; i += 16, row += 16, sums += 32) {
      const v = v128.load(row);
      v128.store(sums, i16x8.extend_low_i8x16_u(v));
      v128.store(sums, i16x8.extend_high_i8x16_u(v), 16);
    }
    for (; i < length; i++, row++, sums += 2) store<u16>(sums, <u16>load<u8>(row));
  }
}

/**
 * Adds `across` columns of sums for each of `count` pixels of `size` bytes, and makes means of them: `((sum + half) * factor) >> 24`. Reads up to
 * 8 bytes behind the sums.
 */
export function addColumns(size: i32, sums: usize, out: usize, count: i32, across: i32, half: u32, factor: u32): void {
  if (size == 1) bytes(sums, out, count, across, half, factor);
  else if (size == 3) pixels(3, sums, out, count, across, half, factor);
  else pixels(4, sums, out, count, across, half, factor);
}

// @ts-ignore: decorator
@inline
function bytes(sums: usize, out: usize, count: i32, across: i32, half: u32, factor: u32): void {
  for (; count > 0; count--, out++) {
    let sum = half;
    for (let i = across; i > 0; i--, sums += 2) sum += load<u16>(sums);
    store<u8>(out, <u8>((sum * factor) >>> 24));
  }
}

// @ts-ignore: decorator
@inline
function pixels(size: i32, sums: usize, out: usize, count: i32, across: i32, half: u32, factor: u32): void {
  for (; count > 0; count--, out += size) {
    let sum = i32x4.splat(half);
    for (let i = across; i > 0; i--, sums += 2 * size) sum = i32x4.add(sum, i32x4.extend_low_i16x8_u(v128.load64_zero(sums)));
    const v = i32x4.shr_u(i32x4.mul(sum, i32x4.splat(factor)), 24);
    const w = i16x8.narrow_i32x4_s(v, v);
    const word = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(w, w), 0);
    if (size == 4) store<u32>(out, word);
    else {
      store<u16>(out, <u16>word);
      store<u8>(out, <u8>(word >>> 16), 2);
    }
  }
}
