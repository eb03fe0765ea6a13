/**
 * Rows written in reverse, by the size of a pixel.
 *
 * What is read or written from a row's end is fetched before: without that, 6 megapixels of one, two and four bytes took 1.3, 2.3 and 3.4 ms, with it
 * 0.6, 1.0 and 1.7; a plain copy of four bytes takes 1.4. But where rows go downwards, as for half a turn, all of them are read one way, and to fetch
 * them the other way took 3.1 ms in the place of 1.7.
 *
 * Rows of `width` pixels lie `srcStride` and `dstStride` bytes apart (signed). Reads and writes the pixels of the rows and no byte
 * beside them. `dst` must not overlap `src`.
 */
import { fetch } from '../fetch';
import { kept, reordered, zeroOf } from '../shuffles';

/** Pixels of one byte. */
export function flop1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const order = kept(i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), zeroOf(width));
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    if (srcStride >= 0) fetch(src, width);
    let p = src + width, q = dst, left = width;
    for (; left >= 16; left -= 16, q += 16) {
      p -= 16;
      v128.store(q, reordered(v128.load(p), order));
    }
    for (; left > 0; left--, q++) store<u8>(q, load<u8>(--p));
  }
}

/** Pixels of two bytes. */
export function flop2(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const order = kept(i8x16(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1), zeroOf(width));
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    if (srcStride >= 0) fetch(src, width * 2);
    let p = src + width * 2, q = dst, left = width;
    for (; left >= 8; left -= 8, q += 16) {
      p -= 16;
      v128.store(q, reordered(v128.load(p), order));
    }
    for (; left > 0; left--, q += 2) {
      p -= 2;
      store<u16>(q, load<u16>(p));
    }
  }
}

/**
 * Pixels of three bytes.
 *
 * The source row is read from its end, and the processor fetches little ahead of loads that go that way; so each of its cache lines is
 * read once before, in the order of addresses: 1.4 ms where 2.1 were needed without, and 1.5 when the target was written from its end
 * instead. A copy takes 1.1 (6 megapixels, Node 20).
 */
export function flop3(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const order = kept(i8x16(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, -1), zeroOf(width));
  const bytes = width * 3;
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    if (srcStride >= 0) fetch(src, bytes);
    let p = src + bytes, q = dst, left = width;
    // 5 pixels are 15 bytes, but 16 are loaded and stored: the last is stored again.
    for (; left >= 21; left -= 20, q += 60) {
      p -= 60;
      v128.store(q, reordered(v128.load(p, 44), order));
      v128.store(q, reordered(v128.load(p, 29), order), 15);
      v128.store(q, reordered(v128.load(p, 14), order), 30);
      v128.store(q, reordered(v128.load(p - 1), order), 45);
    }
    for (; left > 0; left--, q += 3) {
      p -= 3;
      store<u16>(q, load<u16>(p));
      store<u8>(q, load<u8>(p, 2), 2);
    }
  }
}

/** Pixels of four bytes. */
export function flop4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    if (srcStride >= 0) fetch(src, width * 4);
    let p = src + width * 4, q = dst, left = width;
    for (; left >= 4; left -= 4, q += 16) {
      p -= 16;
      const v = v128.load(p);
      v128.store(q, v128.shuffle<i32>(v, v, 3, 2, 1, 0));
    }
    for (; left > 0; left--, q += 4) {
      p -= 4;
      store<u32>(q, load<u32>(p));
    }
  }
}
