/**
 * Leaks: objects of images that the collector finds while they still hold references. Told through the channel
 * `sharena:imaging:leaked` of `node:diagnostics_channel`; nothing is watched while it has no subscriber in the thread.
 *
 * Telling is all that is done: when a collector runs is nobody's promise, so no reference is given back by it. The image lives
 * until the thread detaches or dies.
 */
import { type Channel, channel } from 'node:diagnostics_channel';
import type { ImageHandle } from '../image.ts';

/** `sharena:imaging:leaked`. */
export interface LeakedMessage {
  /** The slot of the thread that lost the object. */
  readonly slot: number;
  /** The image, which is still alive. */
  readonly handle: ImageHandle;
  /** Where the object was made: the stack, without its first line. */
  readonly stack: string;
}

const leaked: Channel = channel('sharena:imaging:leaked');

/** Watches the objects of one thread. */
export class LeakWatch {
  readonly #slot: number;
  #registry: FinalizationRegistry<LeakedMessage> | undefined;

  /** @param slot - the thread's slot */
  constructor(slot: number) {
    this.#slot = slot;
  }

  /** An object holds a reference from now on. */
  add(image: object, handle: ImageHandle): void {
    if (!leaked.hasSubscribers) return;
    this.#registry ??= new FinalizationRegistry((message) => leaked.publish(message));
    const stack = (new Error().stack ?? '').split('\n').slice(3).join('\n');
    this.#registry.register(image, { slot: this.#slot, handle, stack }, image);
  }

  /** It holds none any more. */
  remove(image: object): void {
    this.#registry?.unregister(image);
  }
}
