/**
 * Convolution in 32-bit floats, in the order in which Pillow adds, so that the rounding of every sum is the same.
 *
 * A row is turned into floats once and read by the three or five rows of output around it.
 */

/** Bytes to floats. Reads `length` bytes at `row`, writes `4 * length` at `out`. */
export function toFloats(row: usize, length: i32, out: usize): void {
  for (; length >= 8; length -= 8, row += 8, out += 32) {
    const v = v128.load8x8_u(row);
    v128.store(out, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(v)));
    v128.store(out, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(v)), 16);
  }
  for (; length > 0; length--, row++, out += 4) store<f32>(out, <f32>load<u8>(row));
}

/**
 * `offset`, plus for each row of the kernel the sum of its products, cut to an integer from 0 to 255.
 *
 * @param list - for each row of the kernel the address of the first float that its first weight meets
 * @param size - 3 or 5: rows of the kernel, and weights in a row
 * @param weights - `size * size` floats
 * @param step - bytes from a value to that of the next pixel: 4 for each byte of a pixel
 * @param out - `length` bytes are written; of the rows `length` values and those of `size - 1` pixels behind are read, and up to 60 bytes
 *   more, which lie in scratch memory
 * @param pad - 16 bytes of scratch
 */
export function convolve(list: usize, size: i32, weights: usize, step: i32, offset: f32, out: usize, length: i32, pad: usize): void {
  const start = f32x4.splat(offset);
  const zero = f32x4.splat(0);
  const most = f32x4.splat(255);
  for (let x: i32 = 0; x < length; x += 16) {
    let a = start, b = start, c = start, d = start;
    let w = weights;
    for (let r: i32 = 0; r < size; r++) {
      let p: usize = load<u32>(list + (r << 2)) + (x << 2);
      let k = v128.load32_splat(w);
      let ra = f32x4.mul(v128.load(p), k);
      let rb = f32x4.mul(v128.load(p, 16), k);
      let rc = f32x4.mul(v128.load(p, 32), k);
      let rd = f32x4.mul(v128.load(p, 48), k);
      for (let i: i32 = 1; i < size; i++) {
        p += step;
        w += 4;
        k = v128.load32_splat(w);
        ra = f32x4.add(ra, f32x4.mul(v128.load(p), k));
        rb = f32x4.add(rb, f32x4.mul(v128.load(p, 16), k));
        rc = f32x4.add(rc, f32x4.mul(v128.load(p, 32), k));
        rd = f32x4.add(rd, f32x4.mul(v128.load(p, 48), k));
      }
      w += 4;
      a = f32x4.add(a, ra);
      b = f32x4.add(b, rb);
      c = f32x4.add(c, rc);
      d = f32x4.add(d, rd);
    }
    const ab = i16x8.narrow_i32x4_s(cut(a, zero, most), cut(b, zero, most));
    const cd = i16x8.narrow_i32x4_s(cut(c, zero, most), cut(d, zero, most));
    const bytes = i8x16.narrow_i16x8_u(ab, cd);
    if (length - x >= 16) {
      v128.store(out + x, bytes);
    } else {
      v128.store(pad, bytes);
      for (let i: i32 = 0; i < length - x; i++) store<u8>(out + x + i, load<u8>(pad + i));
    }
  }
}

/** Floats to integers from 0 to 255, rounded down. */
// @ts-ignore: decorator
@inline
function cut(v: v128, zero: v128, most: v128): v128 {
  const within = f32x4.pmin(f32x4.pmax(v, zero), most);
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f32x4_s(within) : i32x4.trunc_sat_f32x4_s(within);
}
