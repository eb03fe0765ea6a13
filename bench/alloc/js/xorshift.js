/** xorshift32, as in native/bench.h: the same seed gives both sides the same sizes and slots. */
export function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ (x << 5);
}
