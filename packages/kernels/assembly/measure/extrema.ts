/**
 * The least and the greatest byte of a row, for each of 48 places in turn, in which pixels of 1, 3 and 4 bytes repeat.
 *
 * Reads the bytes of the row, and no byte beside them. At `out` lie 48 least bytes and 48 greatest ones, together with which it counts.
 */
export function extremaBytes(src: usize, bytes: i32, out: usize): void {
  let a = v128.load(out), b = v128.load(out, 16), c = v128.load(out, 32);
  let x = v128.load(out, 48), y = v128.load(out, 64), z = v128.load(out, 80);
  let p = src;
  for (; bytes >= 48; bytes -= 48, p += 48) {
    const u = v128.load(p), v = v128.load(p, 16), w = v128.load(p, 32);
    a = i8x16.min_u(a, u);
    b = i8x16.min_u(b, v);
    c = i8x16.min_u(c, w);
    x = i8x16.max_u(x, u);
    y = i8x16.max_u(y, v);
    z = i8x16.max_u(z, w);
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, x, 48);
  v128.store(out, y, 64);
  v128.store(out, z, 80);
  for (; bytes > 0; bytes--, p++, out++) {
    const value = load<u8>(p);
    store<u8>(out, min(load<u8>(out), value));
    store<u8>(out, max(load<u8>(out, 48), value), 48);
  }
}
