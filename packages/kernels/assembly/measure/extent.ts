/**
 * Where in a row something begins and ends that is not the background.
 *
 * The rules: `bytes` bytes of a row are read, and no byte beside them. At `pattern` lie 48 bytes of background, in which pixels of 1, 3 or 4
 * bytes repeat, and 48 bytes that say which bytes count: 255 for those, and 0 for the others.
 */

/** The place of the first byte that differs from the background by more than `threshold`; `bytes` when there is none. */
export function firstBeyond(src: usize, bytes: i32, pattern: usize, threshold: i32): i32 {
  const bound = i8x16.splat(<i8>threshold);
  let at: i32 = 0;
  for (; at + 48 <= bytes; at += 48) {
    const p = src + at;
    const a = beyond(v128.load(p), v128.load(pattern), v128.load(pattern, 48), bound);
    const b = beyond(v128.load(p, 16), v128.load(pattern, 16), v128.load(pattern, 64), bound);
    const c = beyond(v128.load(p, 32), v128.load(pattern, 32), v128.load(pattern, 80), bound);
    if (v128.any_true(v128.or(v128.or(a, b), c))) break;
  }
  for (let i: usize = 0; at < bytes; at++, i = i == 47 ? 0 : i + 1) {
    if (isBeyond(src + at, pattern + i, threshold)) return at;
  }
  return bytes;
}

/** The place behind the last such byte; 0 when there is none. */
export function lastBeyond(src: usize, bytes: i32, pattern: usize, threshold: i32): i32 {
  const bound = i8x16.splat(<i8>threshold);
  let at = bytes - (bytes % 48);
  // From the end: first what is no whole pattern, then patterns.
  for (let i = bytes - 1; i >= at; i--) if (isBeyond(src + i, pattern + (i - at), threshold)) return i + 1;
  for (at -= 48; at >= 0; at -= 48) {
    const p = src + at;
    const a = beyond(v128.load(p), v128.load(pattern), v128.load(pattern, 48), bound);
    const b = beyond(v128.load(p, 16), v128.load(pattern, 16), v128.load(pattern, 64), bound);
    const c = beyond(v128.load(p, 32), v128.load(pattern, 32), v128.load(pattern, 80), bound);
    if (!v128.any_true(v128.or(v128.or(a, b), c))) continue;
    for (let i: i32 = 47; i >= 0; i--) if (isBeyond(p + i, pattern + i, threshold)) return at + i + 1;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function beyond(v: v128, background: v128, counts: v128, bound: v128): v128 {
  const difference = v128.or(i8x16.sub_sat_u(v, background), i8x16.sub_sat_u(background, v));
  return i8x16.sub_sat_u(v128.and(difference, counts), bound);
}

// @ts-ignore: decorator
@inline
function isBeyond(at: usize, pattern: usize, threshold: i32): bool {
  const difference = abs(<i32>load<u8>(at) - <i32>load<u8>(pattern));
  return (difference & <i32>load<u8>(pattern, 48)) > threshold;
}
