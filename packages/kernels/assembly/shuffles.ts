/**
 * Byte shuffles and constants as V8 likes them.
 *
 * V8 writes a constant vector out wherever it is used, inside loops too, and an `i8x16.shuffle` that is no plain interleaving brings such
 * a constant with it: four instructions or more each time. What came out of an instruction stays in a register. So a constant of a
 * loop is combined with a zero that the compiler cannot know, once, before the loop.
 */

/** Zero, for {@link kept}; `count` is never negative, but that nobody can see. */
// @ts-ignore: decorator
@inline
export function zeroOf(count: i32): v128 {
  return i32x4.splat(count >>> 31);
}

/** The constant, in a register from here on. */
// @ts-ignore: decorator
@inline
export function kept(constant: v128, zero: v128): v128 {
  return v128.or(constant, zero);
}

/** Byte `i` is byte `order[i]` of `v`, or 0 where that is -1. */
// @ts-ignore: decorator
@inline
export function reordered(v: v128, order: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(v, order) : i8x16.swizzle(v, order);
}
