/** A map of limited length that forgets the entry used longest ago. One per table kind and thread; nothing is shared. */
export class Lru<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, V>();

  /** @param limit - entries kept, from 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The entry of `key`, made by `make` if it is not there; it becomes the one used last. */
  get(key: string, make: () => V): V {
    const found = this.#entries.get(key);
    const value = found === undefined ? make() : found;
    // A Map iterates in the order of insertion, so the first key is the one used longest ago.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value as string);
    return value;
  }
}
