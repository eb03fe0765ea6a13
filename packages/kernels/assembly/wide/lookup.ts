/**
 * Numbers of more than a byte by tables: bytes of them, or them of bytes.
 *
 * The rules are those of `point/grey.ts`. `table` is read only; nothing beside the pixels is written.
 */
import { kept, zeroOf } from '../shuffles';

/** Bytes of 16-bit numbers. @param table - 65536 bytes */
export function wideLookup16(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, table: usize): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 8, q += 4) {
      const v = load<u64>(p);
      const a = <u32>load<u8>(table + (<usize>v & 0xffff)) | (<u32>load<u8>(table + (<usize>(v >> 16) & 0xffff)) << 8);
      const b = <u32>load<u8>(table + (<usize>(v >> 32) & 0xffff)) | (<u32>load<u8>(table + <usize>(v >> 48)) << 8);
      store<u32>(q, a | (b << 16));
    }
    for (; left > 0; left--, p += 2, q++) store<u8>(q, load<u8>(table + load<u16>(p)));
  }
}

/** Bytes of 32-bit integers; those beyond the table's ends have its first and its last byte. @param table - 65536 bytes */
export function wideLookupI(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, table: usize): void {
  const zero = zeroOf(width), most = kept(i32x4.splat(65535), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 4) {
      putFour(q, i32x4.min_s(i32x4.max_s(v128.load(p), zero), most), table);
    }
    for (; left > 0; left--, p += 4, q++) store<u8>(q, load<u8>(table + min(max(load<i32>(p), 0), 65535)));
  }
}

/** From here on to twice as much, floats are integers. */
// @ts-ignore: decorator
@inline
const integersAt: f32 = 8388608;

/**
 * Bytes of floats from 0 to 1: the nearest of 65536 steps, of two the even one, what lies beyond being cut, and what is no number 0. In 32-bit
 * floats, whose lower half is the step when they have become integers.
 *
 * @param table - 65536 bytes
 */
export function wideLookupF(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, table: usize): void {
  const zero = zeroOf(width), one = kept(f32x4.splat(1), zero);
  const steps = kept(f32x4.splat(65535), zero), integers = kept(f32x4.splat(integersAt), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 4) {
      // Of these two the first counts where a comparison with what is no number fails.
      const cut = f32x4.pmin(f32x4.pmax(zero, v128.load(p)), one);
      putFour(q, f32x4.add(f32x4.mul(cut, steps), integers), table);
    }
    for (; left > 0; left--, p += 4, q++) {
      const v = load<f32>(p);
      const step: f32 = v > 0 ? min<f32>(v, 1) * 65535 + integersAt : integersAt;
      store<u8>(q, load<u8>(table + <usize>(reinterpret<u32>(step) & 0xffff)));
    }
  }
}

/** The bytes of four places of a table: the lower halves of four words. */
// @ts-ignore: decorator
@inline
function putFour(q: usize, places: v128, table: usize): void {
  const a = <u32>load<u8>(table + i16x8.extract_lane_u(places, 0)) | (<u32>load<u8>(table + i16x8.extract_lane_u(places, 2)) << 8);
  const b = <u32>load<u8>(table + i16x8.extract_lane_u(places, 4)) | (<u32>load<u8>(table + i16x8.extract_lane_u(places, 6)) << 8);
  store<u32>(q, a | (b << 16));
}

/** 16-bit numbers of bytes. @param table - 256 of them */
export function lookupTo16(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, table: usize): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 4, q += 8) {
      const v = load<u32>(p);
      store<u32>(q, wordAt(table, v & 255) | (wordAt(table, (v >> 8) & 255) << 16));
      store<u32>(q, wordAt(table, (v >> 16) & 255) | (wordAt(table, v >> 24) << 16), 4);
    }
    for (; left > 0; left--, p++, q += 2) store<u16>(q, wordAt(table, load<u8>(p)));
  }
}

// @ts-ignore: decorator
@inline
function wordAt(table: usize, i: u32): u32 {
  return load<u16>(table + (<usize>i << 1));
}

/** 32-bit numbers of bytes. @param table - 256 of them */
export function lookupTo32(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, table: usize): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 4, q += 16) {
      const v = load<u32>(p);
      store<u32>(q, longAt(table, v & 255));
      store<u32>(q, longAt(table, (v >> 8) & 255), 4);
      store<u32>(q, longAt(table, (v >> 16) & 255), 8);
      store<u32>(q, longAt(table, v >> 24), 12);
    }
    for (; left > 0; left--, p++, q += 4) store<u32>(q, longAt(table, load<u8>(p)));
  }
}

// @ts-ignore: decorator
@inline
function longAt(table: usize, i: u32): u32 {
  return load<u32>(table + (<usize>i << 2));
}
