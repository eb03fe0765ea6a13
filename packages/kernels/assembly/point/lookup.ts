/**
 * Every byte through a table of 256. Without a gather, SIMD is no help here: 16 shuffles for 16 bytes took two to four times as long as a
 * load for each byte.
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
