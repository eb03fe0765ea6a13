/**
 * Every byte through a table of 256. Without a gather, SIMD is no help here: 16 shuffles for 16 bytes took twice as long as a load for
 * each byte (Node 24).
 *
 * The rules are those of `grey.ts`; `dst` may be `src`. `bytes` are those of a row.
 */

/**
 * @param table - 1024 bytes: for each of four bytes in turn the table that it goes through
 */
export function lookup(src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, table: usize): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 8; left -= 8, p += 8, q += 8) {
      const v = load<u64>(p);
      const low = <u32>v;
      const high = <u32>(v >> 32);
      const a = <u32>load<u8>(table + (low & 255)) | (<u32>load<u8>(table + ((low >> 8) & 255), 256) << 8);
      const b = <u32>load<u8>(table + ((low >> 16) & 255), 512) | (<u32>load<u8>(table + (low >> 24), 768) << 8);
      const c = <u32>load<u8>(table + (high & 255)) | (<u32>load<u8>(table + ((high >> 8) & 255), 256) << 8);
      const d = <u32>load<u8>(table + ((high >> 16) & 255), 512) | (<u32>load<u8>(table + (high >> 24), 768) << 8);
      store<u64>(q, <u64>(a | (b << 16)) | (<u64>(c | (d << 16)) << 32));
    }
    for (let i: usize = 0; left > 0; left--, p++, q++, i = (i + 256) & 1023) store<u8>(q, load<u8>(table + i + load<u8>(p)));
  }
}

/**
 * The table of pairs of bytes: entry `a + 256 b` is `a` through the first table and `b` through the second. Reads 256 bytes at each,
 * writes 131072 at `out`.
 */
export function pairTable(first: usize, second: usize, out: usize): void {
  for (let b: usize = 0; b < 256; b++) {
    const upper = v128.load8_splat(second + b);
    for (let a: usize = 0; a < 256; a += 16, out += 32) {
      const lower = v128.load(first + a);
      v128.store(out, i8x16.shuffle(lower, upper, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
      v128.store(out, i8x16.shuffle(lower, upper, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
    }
  }
}

/**
 * As {@link lookup}, two bytes at a time: half of the loads, from tables of 128 KiB, which neighbouring values of a photograph use little of.
 * Long rounds with stores of four bytes took 2.7 ms for 18 MB in the place of 3.0 (Node 20); without reading and writing the pixels, a
 * copy of which takes 1.0, it is two loads for each pair. No faster were stores of pairs (2.8) and loads into the lanes of a vector (2.7).
 *
 * @param low - the table of pairs for bytes 0 and 1 of four
 * @param high - that for bytes 2 and 3
 */
export function lookupPairs(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, table: usize, low: usize, high: usize,
): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 32; left -= 32, p += 32, q += 32) {
      lookupEight(p, q, low, high);
      lookupEight(p + 8, q + 8, low, high);
      lookupEight(p + 16, q + 16, low, high);
      lookupEight(p + 24, q + 24, low, high);
    }
    for (; left >= 8; left -= 8, p += 8, q += 8) lookupEight(p, q, low, high);
    for (let i: usize = 0; left > 0; left--, p++, q++, i = (i + 256) & 1023) store<u8>(q, load<u8>(table + i + load<u8>(p)));
  }
}

// @ts-ignore: decorator
@inline
function lookupEight(p: usize, q: usize, low: usize, high: usize): void {
  store<u32>(q, pairAt(low, p) | (pairAt(high, p + 2) << 16));
  store<u32>(q, pairAt(low, p + 4) | (pairAt(high, p + 6) << 16), 4);
}

/** What a table of pairs says of two bytes. */
// @ts-ignore: decorator
@inline
function pairAt(table: usize, p: usize): u32 {
  return load<u16>(table + (<usize>load<u16>(p) << 1));
}

/**
 * As {@link lookup}, for pixels of three bytes with a table each.
 *
 * @param table - 768 bytes: the tables
 * @param pairs - three tables of pairs of bytes: the first and the second of a pixel, the third and the first of the next, the second and the
 *   third; 0 where there are none, and bytes are looked up one by one
 */
export function lookup3(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, table: usize, pairs: usize,
): void {
  const t0 = pairs, t1 = pairs + (1 << 17), t2 = pairs + (2 << 17);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    if (pairs != 0) {
      for (; left >= 48; left -= 48, p += 48, q += 48) {
        lookupTwelve(p, q, t0, t1, t2);
        lookupTwelve(p + 12, q + 12, t0, t1, t2);
        lookupTwelve(p + 24, q + 24, t0, t1, t2);
        lookupTwelve(p + 36, q + 36, t0, t1, t2);
      }
      for (; left >= 12; left -= 12, p += 12, q += 12) lookupTwelve(p, q, t0, t1, t2);
    }
    for (; left > 0; left -= 3, p += 3, q += 3) {
      const a = load<u8>(table + load<u8>(p));
      const b = load<u8>(table + load<u8>(p, 1), 256);
      const c = load<u8>(table + load<u8>(p, 2), 512);
      store<u8>(q, a);
      store<u8>(q, b, 1);
      store<u8>(q, c, 2);
    }
  }
}

// @ts-ignore: decorator
@inline
function lookupTwelve(p: usize, q: usize, t0: usize, t1: usize, t2: usize): void {
  store<u32>(q, pairAt(t0, p) | (pairAt(t1, p + 2) << 16));
  store<u32>(q, pairAt(t2, p + 4) | (pairAt(t0, p + 6) << 16), 4);
  store<u32>(q, pairAt(t1, p + 8) | (pairAt(t2, p + 10) << 16), 8);
}
