// Lets threads begin together, and lets none of them wait for ever.

/** How long a thread waits for another before it gives up, in milliseconds. */
const PATIENCE = 10_000;

/** Counts this thread in, and waits until `threads` of them are there. The gate is one word, 0 at first. */
export function passGate(words, at, threads) {
  if (Atomics.add(words, at, 1) + 1 === threads) Atomics.notify(words, at);
  for (let here = Atomics.load(words, at); here < threads; here = Atomics.load(words, at)) {
    waitWhile(words, at, here);
  }
}

/**
 * Meets the other threads for the `n`-th time, n from 1: all go on within a fraction of a microsecond, in any order. Who comes
 * first spins for a while, as a thread that sleeps wakes up late; who comes last goes on after a pause of `pause` loads, since
 * the others see a little later that it has come.
 */
export function meet(words, at, n, threads, pause) {
  const all = n * threads;
  if (Atomics.add(words, at, 1) + 1 === all) {
    Atomics.notify(words, at);
    for (let i = 0; i < pause; i++) Atomics.load(words, at);
    return;
  }
  for (let spin = 0; spin < 5000; spin++) if (Atomics.load(words, at) >= all) return;
  for (let here = Atomics.load(words, at); here < all; here = Atomics.load(words, at)) waitWhile(words, at, here);
}

/** Waits until a word is no longer `value`. */
export function waitWhile(words, at, value) {
  if (Atomics.wait(words, at, value, PATIENCE) === 'timed-out') {
    throw new Error(`word ${at} was ${value} for ${PATIENCE} ms`);
  }
}

/** A generator of pseudo-random numbers: below(n) is a whole number from 0 to n - 1. */
export function random(seed) {
  let x = seed | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}
