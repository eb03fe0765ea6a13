/**
 * Where a primitive lives: a few words of a shared buffer. Every class that can be placed extends {@link Placed}.
 * A place must be used for one primitive at a time, by all threads; `buffer` and `byteOffset` are what other threads need to
 * come to the same place.
 */
import { checkInteger, isShared, show } from './arguments.ts';
import { InvalidError } from './errors.ts';
import { checkOwner, threadOwner } from './owner.ts';

/** How a thread looks at a primitive. */
export interface PlaceOptions {
  /** The owner that this thread is to the primitive, 1 to 2^28 - 1. Default: {@link threadOwner}. */
  readonly owner?: number | undefined;
}

/** Something that a dead thread may have left in disorder. */
export interface Recoverable {
  /** See each class. */
  recover(deadOwner: number): boolean;
}

/** A primitive at a place in shared memory. */
export abstract class Placed {
  /** Shared memory: give it, with `byteOffset`, to the threads that are to use this primitive. */
  readonly buffer: SharedArrayBuffer;
  /** Where it begins in the buffer. */
  readonly byteOffset: number;
  /** Who this thread is to the primitive. */
  readonly owner: number;
  /** The words of the primitive. */
  protected readonly words: Int32Array<SharedArrayBuffer>;

  /** @internal */
  constructor(words: Int32Array<SharedArrayBuffer>, options: PlaceOptions | undefined) {
    const owner = options?.owner;
    if (owner !== undefined) checkOwner(owner);
    this.words = words;
    this.buffer = words.buffer;
    this.byteOffset = words.byteOffset;
    this.owner = owner ?? threadOwner;
  }
}

/** The words of a place that the caller named. */
export function wordsAt(buffer: ArrayBufferLike, byteOffset: number, bytes: number): Int32Array<SharedArrayBuffer> {
  if (!isShared(buffer)) {
    throw new InvalidError(
      `Expected \`buffer\` to be a SharedArrayBuffer or the buffer of a shared WebAssembly.Memory, got ${show(buffer)}`,
    );
  }
  checkInteger('byteOffset', byteOffset, 0, buffer.byteLength - bytes);
  if (byteOffset % 4 !== 0) throw new InvalidError(`Expected \`byteOffset\` to be a multiple of 4, got ${byteOffset}`);
  return new Int32Array(buffer, byteOffset, bytes >> 2);
}

/** The words of a place of its own. They are 0. */
export function ownWords(bytes: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(bytes));
}
