// Counts its calls in `words[0]`, and returns from each when `words[1]` is no longer 0. Blocks its thread, for a minute at most.

/** @type {import('@sharena/pipeline').StripOperation<{ words: Int32Array }>} */
export default function gate(_strip, { words }) {
  Atomics.add(words, 0, 1);
  if (Atomics.wait(words, 1, 0, 60_000) === 'timed-out') throw new Error('the gate was never opened');
}
