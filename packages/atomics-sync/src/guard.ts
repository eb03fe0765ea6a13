/** What `guard()` answers: a lock that is held, and given back at the end of the block with `using`. Private to its thread. */

/** How a lock was got: `'owner-died'` if a thread died in it, and what it guards has not been marked consistent since. */
export type Held = 'acquired' | 'owner-died';

/** Something held. */
export abstract class Guard implements Disposable {
  /** How it was got. */
  readonly held: Held;
  private isHeld = true;

  /** @internal */
  constructor(held: Held) {
    this.held = held;
  }

  /** True if a thread died in the lock: look at what it guards, repair it, and mark the lock consistent. */
  get ownerDied(): boolean {
    return this.held === 'owner-died';
  }

  /** Gives it back. A second time it does nothing. */
  unlock(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.giveBack();
  }

  /** The same as {@link Guard.unlock}. */
  [Symbol.dispose](): void {
    this.unlock();
  }

  /**
   * Gives back what is held.
   * @internal
   */
  protected abstract giveBack(): void;
}
