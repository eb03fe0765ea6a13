/**
 * How often each value occurs. SIMD is no help: counts go to places that the values say.
 *
 * A count that was stored a moment ago cannot be loaded again at once, and neighbouring pixels are alike. So pairs of bytes are counted
 * where there are many: half as many counts, and two neighbours alike are one of them.
 *
 * The rules: rows of `bytes` bytes are read, and no byte beside them. `counts` are 32-bit integers that are added to.
 */

/**
 * Counts the bytes of a row, for each place in a pixel by itself.
 *
 * @param size - bytes of a pixel
 * @param counts - 256 counts for each byte of a pixel
 */
export function count(src: usize, bytes: i32, size: i32, counts: usize): void {
  const around = <usize>size << 10;
  let table: usize = 0;
  for (let p = src, end = src + bytes; p < end; p++) {
    const at = counts + table + (<usize>load<u8>(p) << 2);
    store<u32>(at, load<u32>(at) + 1);
    table += 1024;
    if (table == around) table = 0;
  }
}

/** As {@link count}, for the pixels whose byte in the row of `mask` is not 0; these lie `step` bytes apart. */
export function countMasked(src: usize, mask: usize, step: i32, width: i32, size: i32, counts: usize): void {
  for (let p = src; width > 0; width--, p += size, mask += step) {
    if (load<u8>(mask) == 0) continue;
    for (let i: usize = 0; i < <usize>size; i++) {
      const at = counts + (i << 10) + (<usize>load<u8>(p + i) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
  }
}

/**
 * Counts the pairs of bytes of a row that has a multiple of 12 bytes.
 *
 * @param tables - how many tables are used in turn: 2, or 3 for pixels of three bytes, whose pairs are first red and green, then blue
 *   and red, then green and blue
 * @param pairs - tables of 65536 counts: of `a` and then `b` at `a + 256 b`
 */
export function countPairs(src: usize, bytes: i32, tables: i32, pairs: usize): void {
  const t0 = pairs;
  const t1 = pairs + (1 << 18);
  const t2 = tables == 3 ? pairs + (2 << 18) : t0;
  const t3 = tables == 3 ? t0 : t1;
  const t4 = tables == 3 ? t1 : t0;
  const t5 = tables == 3 ? t2 : t1;
  for (let p = src, end = src + bytes; p < end; p += 12) {
    const a = load<u32>(p), b = load<u32>(p, 4), c = load<u32>(p, 8);
    add(t0, a & 0xffff);
    add(t1, a >>> 16);
    add(t2, b & 0xffff);
    add(t3, b >>> 16);
    add(t4, c & 0xffff);
    add(t5, c >>> 16);
  }
}

// @ts-ignore: decorator
@inline
function add(table: usize, pair: u32): void {
  const at = table + (<usize>pair << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Adds a table of pairs to the counts of the first and of the second byte. */
export function splitPairs(pairs: usize, first: usize, second: usize): void {
  for (let b: usize = 0; b < 256; b++) {
    let sum = i32x4.splat(0);
    for (let a: usize = 0; a < 1024; a += 16, pairs += 16) {
      const counts = v128.load(pairs);
      sum = i32x4.add(sum, counts);
      v128.store(first + a, i32x4.add(v128.load(first + a), counts));
    }
    const at = second + (b << 2);
    const even = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 2);
    store<u32>(at, load<u32>(at) + even + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 3));
  }
}
