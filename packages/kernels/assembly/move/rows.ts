/**
 * Rows moved as they are. Where memory is shared, V8 moves the bytes of a view one by one unless both addresses have the same lower three bits:
 * a row of 12000 bytes takes 3.4 microseconds then, in the place of 0.5 (Node 20).
 *
 * Rows of `bytes` bytes lie `srcStride` and `dstStride` bytes apart (signed). Writes the rows and no byte beside them.
 */
export function moveRows(src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) memory.copy(dst, src, bytes);
}
