// The kernel, in AssemblyScript: grey levels to black and white, by an ordered pattern of 8 by 8 thresholds.
//
// It keeps no state and has no data of its own: it works on the addresses that it is given, in the memory of the heap. It writes the pixels of
// its row and not a byte beside them, since the next byte may be another thread's.

/** Row `y` at `row`, `width` pixels of one byte, in place; at `pattern` lie 64 thresholds. */
export function dither(row: usize, width: i32, y: i32, pattern: usize): void {
  const thresholds = v128.load64_splat(pattern + ((y & 7) << 3));
  let x: i32 = 0;
  for (; x + 16 <= width; x += 16) {
    const p = row + x;
    v128.store(p, i8x16.gt_u(v128.load(p), thresholds)); // 255 where it is true
  }
  for (; x < width; x++) {
    const p = row + x;
    store<u8>(p, load<u8>(p) > load<u8>(pattern + ((y & 7) << 3) + (x & 7)) ? 255 : 0);
  }
}
