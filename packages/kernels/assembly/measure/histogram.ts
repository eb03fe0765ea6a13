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
 * Bytes from one table of pairs to the next: a line of the cache more than a table has. Addresses with the same lower 12 bits are taken for one
 * another by loads and stores: 3.5 ms in the place of 2.7 for 18 MB of one value.
 */
const apart: usize = (1 << 18) + 64;

/**
 * Counts the pairs of bytes of a row that has a multiple of 48 bytes.
 *
 * The four quarters of the row are counted in turn, 12 bytes of each, so that a count is seldom wanted again at once: 3.4 ms for a photograph of
 * 18 MB, where it took 4.2 from the row's begin to its end, and 5.0 with a load for two pairs besides. For an image of one value 2.7 ms
 * in the place of 4.0, for noise 4.8 in the place of 6.6 (Node 20). What is left is a store for each pair, which alone takes 2.2 ms, and the way
 * to lines of the tables that the first-level cache has no room for.
 *
 * Tried and no faster: more than 24 pairs in a round (6.3 ms for one value), counts of a byte whose overflow is added elsewhere, counts of
 * 16 bits (what was stored of less than 32 bits is late when it is loaded at once), pairs of a value and a difference, which use
 * fewer lines, 12 tables of single bytes.
 *
 * @param tables - how many tables are used in turn: 2, or 3 for pixels of three bytes, whose pairs are first red and green, then blue
 *   and red, then green and blue
 * @param pairs - tables of 65536 counts, {@link apart} bytes from one to the next: of `a` and then `b` at `a + 256 b`
 */
export function countPairs(src: usize, bytes: i32, tables: i32, pairs: usize): void {
  const t0 = pairs;
  const t1 = pairs + apart;
  const t2 = tables == 3 ? t1 + apart : t0;
  const t3 = tables == 3 ? t0 : t1;
  const t4 = tables == 3 ? t1 : t0;
  const t5 = tables == 3 ? t2 : t1;
  const quarter = bytes >> 2;
  for (let p = src, end = src + quarter; p < end; p += 12) {
    countSix(p, t0, t1, t2, t3, t4, t5);
    countSix(p + quarter, t0, t1, t2, t3, t4, t5);
    countSix(p + 2 * quarter, t0, t1, t2, t3, t4, t5);
    countSix(p + 3 * quarter, t0, t1, t2, t3, t4, t5);
  }
}

// @ts-ignore: decorator
@inline
function countSix(p: usize, t0: usize, t1: usize, t2: usize, t3: usize, t4: usize, t5: usize): void {
  add(t0, load<u16>(p));
  add(t1, load<u16>(p, 2));
  add(t2, load<u16>(p, 4));
  add(t3, load<u16>(p, 6));
  add(t4, load<u16>(p, 8));
  add(t5, load<u16>(p, 10));
}

// @ts-ignore: decorator
@inline
function add(table: usize, pair: usize): void {
  const at = table + (pair << 2);
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
