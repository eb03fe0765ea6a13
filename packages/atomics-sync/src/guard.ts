/** What `guard()` answers: a lock that is held, and given back at the end of the block with `using`. Private to its thread. */

/** How a lock was got: `'owner-died'` if a thread died in it, and what it guards has not been marked consistent since. */
export type Held = 'acquired' | 'owner-died';

/** Something held. */
export class Guard implements Disposable {
  /** How it was got. */
  readonly held: Held;
  private release: (() => void) | undefined;

  /** @internal */
  constructor(held: Held, release: () => void) {
    this.held = held;
    this.release = release;
  }

  /** True if a thread died in the lock: look at what it guards, repair it, and mark the lock consistent. */
  get ownerDied(): boolean {
    return this.held === 'owner-died';
  }

  /** Gives it back. A second time it does nothing. */
  unlock(): void {
    const { release } = this;
    this.release = undefined;
    release?.();
  }

  /** The same as {@link Guard.unlock}. */
  [Symbol.dispose](): void {
    this.unlock();
  }
}
