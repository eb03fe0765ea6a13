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
    const high = <u32>load<u8>(second + b) << 8;
    for (let a: usize = 0; a < 256; a++, out += 2) store<u16>(out, <u16>(load<u8>(first + a) | high));
  }
}

/**
 * As {@link lookup}, two bytes at a time: half of the loads, from tables of 128 KiB, which neighbouring values of a photograph use little of.
 *
 * @param low - the table of pairs for bytes 0 and 1 of four
 * @param high - that for bytes 2 and 3
 */
export function lookupPairs(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, table: usize, low: usize, high: usize,
): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 8; left -= 8, p += 8, q += 8) {
      const a = <u32>load<u16>(low + (<usize>load<u16>(p) << 1)) | (<u32>load<u16>(high + (<usize>load<u16>(p, 2) << 1)) << 16);
      const b = <u32>load<u16>(low + (<usize>load<u16>(p, 4) << 1)) | (<u32>load<u16>(high + (<usize>load<u16>(p, 6) << 1)) << 16);
      store<u64>(q, <u64>a | (<u64>b << 32));
    }
    for (let i: usize = 0; left > 0; left--, p++, q++, i = (i + 256) & 1023) store<u8>(q, load<u8>(table + i + load<u8>(p)));
  }
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
      for (; left >= 12; left -= 12, p += 12, q += 12) {
        const a = <u32>load<u16>(t0 + (<usize>load<u16>(p) << 1)) | (<u32>load<u16>(t1 + (<usize>load<u16>(p, 2) << 1)) << 16);
        const b = <u32>load<u16>(t2 + (<usize>load<u16>(p, 4) << 1)) | (<u32>load<u16>(t0 + (<usize>load<u16>(p, 6) << 1)) << 16);
        const c = <u32>load<u16>(t1 + (<usize>load<u16>(p, 8) << 1)) | (<u32>load<u16>(t2 + (<usize>load<u16>(p, 10) << 1)) << 16);
        store<u64>(q, <u64>a | (<u64>b << 32));
        store<u32>(q, c, 8);
      }
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
