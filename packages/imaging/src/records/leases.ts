/**
 * Leases: how many references the objects of one thread hold to each image. To others the thread holds an image or it does
 * not (holders.ts). The numbers are the thread's own and die with it.
 */
import type { Holders } from './holders.ts';

/** The references of one thread. */
export class Leases {
  readonly #holders: Holders;
  /** By record: how many there are, and to which generation. */
  readonly #held: Map<number, { readonly generation: number; count: number }> = new Map();

  /** @param holders - the holders, for the thread's slot */
  constructor(holders: Holders) {
    this.#holders = holders;
  }

  /** The first reference to an image that the thread has made, and that its slot holds. */
  made(record: number, generation: number): void {
    this.#held.set(record, { generation, count: 1 });
  }

  /** Adds a reference. Returns whether there is an image of that generation. */
  retain(record: number, generation: number): boolean {
    const held = this.#held.get(record);
    if (held) {
      // While this thread holds one image of the record, there is no other.
      if (held.generation !== generation) return false;
      held.count++;
      return true;
    }
    if (!this.#holders.open(record, generation)) return false;
    this.made(record, generation);
    return true;
  }

  /** Drops a reference. With the last one of all threads the image goes. */
  release(record: number): void {
    const held = this.#held.get(record);
    if (!held || --held.count > 0) return;
    this.#held.delete(record);
    this.#holders.leave(record);
  }
}
