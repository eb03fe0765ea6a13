/**
 * Debug hooks: an allocator that stands before the one that serves a domain, puts a frame around every block (frame.ts), and
 * looks at it when the block comes back.
 *
 *   malloc   the block is filled with CD
 *   calloc   … with 0
 *   free     the frame is checked, then everything from the first byte of the frame to its last is filled with DD
 *   realloc  the frame is checked, then the block is made dead for the time of the call: should it move, the old place must
 *            not look alive. Up to 128 bytes all of it, else the frame and 64 bytes at each end, which are kept aside.
 *
 * The checks, in this order: is `p` an address at all; is it dead; the domain; the pads before; the size, against what the
 * block can hold; the pads behind. What is no block is refused by BadAddressError, as without hooks; the others by
 * MemoryCorruptionError. Nothing has been changed then. Blocks of alignedAlloc() have no frame; they are handed on.
 *
 * Threads: any; every thread has hooks of its own, and all find the same frames. If a thread dies in here, the block that it
 * was freeing or reallocating stays taken, and dead; no other is touched.
 */
import { checkSize } from '../arguments.ts';
import type { Address, Allocator, DomainName } from '../domains.ts';
import { BadAddressError, MemoryCorruptionError } from '../errors.ts';
import { type BlockFrame, domainByte, domainOf, HEAD_BYTES, type Origin } from './frame.ts';
import { characterOf, dumpBlock, dumpDead } from './report.ts';

/** Bytes at each end of a block that realloc() makes dead and restores. */
const ERASED = 64;

/** The debug hooks of one domain, for one thread. */
export class DebugHooks implements Allocator {
  readonly #bytes: Uint8Array;
  readonly #frame: BlockFrame;
  readonly #domain: DomainName;
  readonly #inner: Allocator;
  readonly #capacityOf: (block: Address) => number;
  readonly #isBare: (p: Address) => boolean;

  /**
   * @param bytes - the heap as bytes
   * @param frame - reads and writes frames
   * @param domain - the domain that the hooks stand before
   * @param inner - the allocator that served it
   * @param capacityOf - bytes that a block of `inner` can hold; throws BadAddressError when there is no such block
   * @param isBare - whether a block without a frame begins at an address that has none before it
   */
  constructor(
    bytes: Uint8Array,
    frame: BlockFrame,
    domain: DomainName,
    inner: Allocator,
    capacityOf: (block: Address) => number,
    isBare: (p: Address) => boolean,
  ) {
    this.#bytes = bytes;
    this.#frame = frame;
    this.#domain = domain;
    this.#inner = inner;
    this.#capacityOf = capacityOf;
    this.#isBare = isBare;
  }

  /** The allocator that the hooks stand before. */
  get inner(): Allocator {
    return this.#inner;
  }

  /** See {@link Allocator}. */
  malloc(size: number): Address {
    checkSize('size', size);
    if (this.#isTooLarge(size)) return 0;
    const block = this.#inner.malloc(size + this.#frame.overhead);
    if (block === 0) return 0;
    this.#frame.clean(block + HEAD_BYTES, block + HEAD_BYTES + size);
    return this.#framed(block, size);
  }

  /** See {@link Allocator}. */
  calloc(nelem: number, elsize: number): Address {
    checkSize('nelem', nelem);
    checkSize('elsize', elsize);
    const size = nelem * elsize;
    if (this.#isTooLarge(size)) return 0;
    const block = this.#inner.calloc(1, size + this.#frame.overhead);
    return block === 0 ? 0 : this.#framed(block, size);
  }

  /** See {@link Allocator}. @throws {MemoryCorruptionError} when the block's frame is damaged */
  realloc(p: Address, size: number): Address {
    if (p === 0) return this.malloc(size);
    checkSize('size', size);
    if (this.#hasNoFrame(p)) return this.#inner.realloc(p, size);
    const had = this.#check('realloc', p);
    if (this.#isTooLarge(size)) return 0;
    const origin = this.#frame.originOf(p, had);
    const kept = this.#erase(p, had);
    let moved = 0;
    try {
      moved = this.#inner.realloc(p - HEAD_BYTES, size + this.#frame.overhead);
    } finally {
      if (moved === 0) this.#restore(p, had, had, kept, origin);
    }
    if (moved === 0) return 0;
    const now = moved + HEAD_BYTES;
    this.#restore(now, had, size, kept, this.#frame.newOrigin());
    if (size > had) this.#frame.clean(now + had, now + size);
    return now;
  }

  /** See {@link Allocator}. @throws {MemoryCorruptionError} when the block's frame is damaged, or dead */
  free(p: Address): void {
    if (p === 0) return;
    if (this.#hasNoFrame(p)) return this.#inner.free(p);
    const size = this.#check('free', p);
    this.#kill('free', p);
    this.#frame.bury(p - HEAD_BYTES, p - HEAD_BYTES + size + this.#frame.overhead);
    this.#inner.free(p - HEAD_BYTES);
  }

  /** Bytes that were asked for. @throws {MemoryCorruptionError} when the block's frame is damaged */
  usableSize(p: Address): number {
    return this.#hasNoFrame(p) ? this.capacityOf(p) : this.#check('usableSize', p);
  }

  /** The most bytes that the block at `p` can have been asked for. @throws {BadAddressError} when it is no block */
  capacityOf(p: Address): number {
    if (!this.#isPlace(p)) throw noBlock(p);
    if (this.#hasNoFrame(p)) return this.#capacityOf(p);
    try {
      return this.#capacityOf(p - HEAD_BYTES) - this.#frame.overhead;
    } catch (error) {
      throw error instanceof BadAddressError ? noBlock(p) : error; // in the program's terms
    }
  }

  #isTooLarge(size: number): boolean {
    return size > Number.MAX_SAFE_INTEGER - this.#frame.overhead;
  }

  #framed(block: Address, size: number): Address {
    this.#frame.write(block + HEAD_BYTES, size, this.#domain, this.#frame.newOrigin());
    return block + HEAD_BYTES;
  }

  // ---- realloc ----------------------------------------------------------------------------------------------------

  /** Makes the block dead and returns the bytes of the program that this overwrote: its first, then its last. */
  #erase(p: Address, size: number): Uint8Array {
    const bytes = this.#bytes;
    const end = p - HEAD_BYTES + size + this.#frame.overhead;
    const kept = new Uint8Array(Math.min(size, 2 * ERASED));
    const first = size <= 2 * ERASED ? size : ERASED;
    kept.set(bytes.subarray(p, p + first));
    kept.set(bytes.subarray(p + size - (kept.length - first), p + size), first);
    this.#kill('realloc', p);
    this.#frame.bury(p - HEAD_BYTES, p + first);
    this.#frame.bury(p + size - (kept.length - first), end);
    return kept;
  }

  /** Undoes #erase() for a block of `had` bytes that now lies at `p` and has `size`. */
  #restore(p: Address, had: number, size: number, kept: Uint8Array, origin: Origin): void {
    const bytes = this.#bytes;
    const first = had <= 2 * ERASED ? had : ERASED;
    const last = had - (kept.length - first);
    bytes.set(kept.subarray(0, Math.min(first, size)), p);
    if (size > last) bytes.set(kept.subarray(first, first + size - last), p + last);
    this.#frame.write(p, size, this.#domain, origin);
  }

  // ---- checks -----------------------------------------------------------------------------------------------------

  /** Makes the checks that stand at the head of this file; returns the block's size. */
  #check(method: string, p: Address): number {
    const frame = this.#frame;
    if (!this.#isPlace(p)) throw noBlock(p);
    if (frame.isDead(p)) throw this.#dead(method, p);
    const byte = frame.domainByteOf(p);
    const own = byte === domainByte(this.#domain);
    const wrong = `bad ID: Allocated using API '${characterOf(byte)}', verified using API '${this.#domain[0]}'`;
    // The frame of another domain: what serves this one cannot tell how much the block holds.
    if (!own && domainOf(byte) && frame.leadIsIntact(p))
      throw this.#damaged(method, p, wrong, this.#bytes.length - p - frame.overhead);
    const room = this.capacityOf(p);
    if (!own) throw this.#damaged(method, p, wrong, room);
    const size = frame.sizeOf(p);
    if (!frame.leadIsIntact(p)) throw this.#damaged(method, p, 'bad leading pad byte', room);
    if (size > room) throw this.#damaged(method, p, 'bad size', room);
    if (!frame.tailIsIntact(p, size)) throw this.#damaged(method, p, 'bad trailing pad byte', room);
    return size;
  }

  /** Whether a block of alignedAlloc() begins at `p`: it has no room for a frame. */
  #hasNoFrame(p: Address): boolean {
    return this.#isPlace(p) && !this.#frame.isFramed(p, Number.MAX_SAFE_INTEGER) && this.#isBare(p);
  }

  #kill(method: string, p: Address): void {
    if (!this.#frame.kill(p, this.#domain)) throw this.#dead(method, p); // another thread was faster
  }

  #isPlace(p: Address): boolean {
    return p >>> 0 === p && p % 8 === 0 && p >= HEAD_BYTES && p < this.#bytes.length;
  }

  #dead(method: string, p: Address): MemoryCorruptionError {
    return this.#error(method, p, 'already freed', dumpDead(p));
  }

  #damaged(method: string, p: Address, reason: string, room: number): MemoryCorruptionError {
    if (this.#frame.isDead(p)) return this.#dead(method, p); // another thread freed it since it was looked at
    return this.#error(method, p, reason, dumpBlock(this.#bytes, this.#frame, p, room));
  }

  #error(method: string, p: Address, reason: string, dump: string): MemoryCorruptionError {
    const report = `${dump}\n\nSharena memory error: ${this.#domain}.${method}: ${reason}\n`;
    return new MemoryCorruptionError(this.#domain, method, p, reason, report);
  }
}

function noBlock(p: Address): BadAddressError {
  return new BadAddressError(p, 'is not the start of a live block');
}
