// A queue of addresses from one thread to another, in a block of the heap: [sent, received, places …], all words.
import { waitWhile } from './gate.js';

export const PLACES = 512;
export const RING_BYTES = 4 * (2 + PLACES);

/** How many words block number `n` has, and what stands in its word `i`. */
export function wordsOf(n) {
  return 1 + ((Math.imul(n, 2654435761) >>> 8) % 127);
}
export function wordAt(n, i) {
  return Math.imul(n + i, 2246822519);
}

export class Ring {
  #words;
  #at;

  constructor(words, address) {
    this.#words = words;
    this.#at = address >> 2;
  }

  send(n, address) {
    const words = this.#words;
    for (let seen = Atomics.load(words, this.#at + 1); n - seen >= PLACES; seen = Atomics.load(words, this.#at + 1)) {
      waitWhile(words, this.#at + 1, seen);
    }
    words[this.#at + 2 + (n % PLACES)] = address;
    Atomics.store(words, this.#at, n + 1);
    Atomics.notify(words, this.#at);
  }

  receive(n) {
    const words = this.#words;
    // A loop: the wake-up for the block before may come late.
    while (Atomics.load(words, this.#at) <= n) waitWhile(words, this.#at, n);
    const address = words[this.#at + 2 + (n % PLACES)] >>> 0;
    Atomics.store(words, this.#at + 1, n + 1);
    Atomics.notify(words, this.#at + 1);
    return address;
  }
}
