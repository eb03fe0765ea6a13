/**
 * The frame that the debug hooks put around a block. `p` is the address that the program gets, N the bytes that it asked for:
 *
 *   p-16 .. p-9      N, big-endian
 *   p-8              the domain: 'r', 'm' or 'o'
 *   p-7  .. p-1      7 pad bytes FD
 *   p    .. p+N-1    the program's
 *   p+N  .. p+N+7    8 pad bytes FD
 *        .. 8 more   the serial number of the allocation, big-endian; only with `serials`
 *        .. 8 more   the site of the allocation and the id of its thread, 4 bytes each, big-endian; only with `stacks`
 *
 * Big-endian, so that a dump of memory reads as the number does. The 16 bytes before p keep the alignment of the block.
 *
 * Who may write: the thread that allocates the block, until it has handed it out; then who frees or reallocates it. That must
 * be one thread alone, and {@link BlockFrame.kill} decides which when two try: it changes the word at p-8 by one swap.
 * If a thread dies between that swap and the free behind it, the block stays taken, and dead: nobody can free it any more.
 */
import { threadId } from 'node:worker_threads';
import { type Address, DOMAIN_NAMES, type DomainName } from '../domains.ts';
import { H_SERIAL } from '../layout.ts';
import type { Fill } from '../memory/kernel.ts';
import { CLEAN_BYTE, DEAD_BYTE, FORBIDDEN_BYTE } from './fill.ts';
import type { Sites } from './sites.ts';

/** Bytes from the start of the block that was taken to the address that the program gets. */
export const HEAD_BYTES = 16;
/** Pad bytes before a block. */
export const LEAD_PADS = 7;
/** Pad bytes behind a block. */
export const TAIL_PADS = 8;

/** A word of dead bytes. */
const DEAD_WORD = 0xdddddddd | 0;
/** The word at p-8 without the domain's byte: the domain lies in its lowest byte. */
const PAD_WORD = 0xfdfdfd00 | 0;

/** Where a block came from. */
export interface Origin {
  /** Serial number of the call that made the block, 0 when none was kept. */
  readonly serial: number;
  /** Address of the record of the stack, 0 when none was kept. */
  readonly site: Address;
  /** Id of the thread that made the block; means nothing without a site. */
  readonly thread: number;
}

/** The character of a domain in a frame, as a byte. */
export function domainByte(domain: DomainName): number {
  return domain.charCodeAt(0);
}

/** The domain whose byte that is, or undefined. */
export function domainOf(byte: number): DomainName | undefined {
  return DOMAIN_NAMES.find((name) => domainByte(name) === byte);
}

/** Reads and writes the frames of one heap, for one thread. */
export class BlockFrame {
  /** Bytes that a frame takes in all: 24, 32 or 40. */
  readonly overhead: number;
  /** The stacks of allocations, when they are kept. */
  readonly sites: Sites | undefined;
  readonly #bytes: Uint8Array;
  readonly #fill: Fill;
  readonly #words: Int32Array;
  /** The shared counter, when serial numbers are kept. */
  readonly #counter: BigInt64Array | undefined;

  /**
   * @param words - the heap as 32-bit words
   * @param bytes - the heap as bytes
   * @param fill - sets bytes
   * @param serials - whether frames hold serial numbers
   * @param sites - where stacks are kept, when they are
   */
  constructor(words: Int32Array, bytes: Uint8Array, fill: Fill, serials: boolean, sites: Sites | undefined) {
    this.#words = words;
    this.#bytes = bytes;
    this.#fill = fill;
    this.#counter = serials ? new BigInt64Array(words.buffer, H_SERIAL * 4, 1) : undefined;
    this.sites = sites;
    this.overhead = HEAD_BYTES + TAIL_PADS + (serials ? 8 : 0) + (sites ? 8 : 0);
  }

  /** Where the allocation that is being made comes from: takes the next serial number and keeps the stack, as configured. */
  newOrigin(): Origin {
    const serial = this.#counter ? Number(Atomics.add(this.#counter, 0, 1n)) + 1 : 0;
    return { serial, site: this.sites?.here() ?? 0, thread: threadId };
  }

  /** Writes the frame around the block of `size` bytes at `p`. */
  write(p: Address, size: number, domain: DomainName, origin: Origin): void {
    this.#writeLong(p - 16, size);
    this.#words[(p - 8) >>> 2] = PAD_WORD | domainByte(domain);
    this.#words[(p - 4) >>> 2] = PAD_WORD | FORBIDDEN_BYTE;
    let at = p + size;
    this.#fill(at, FORBIDDEN_BYTE, TAIL_PADS);
    at += TAIL_PADS;
    if (this.#counter) {
      this.#writeLong(at, origin.serial);
      at += 8;
    }
    if (!this.sites) return;
    this.#writeWord(at, origin.site);
    this.#writeWord(at + 4, origin.thread);
  }

  /** Where the block of `size` bytes at `p` came from, as its frame says. */
  originOf(p: Address, size: number): Origin {
    let at = p + size + TAIL_PADS;
    const serial = this.#counter ? this.#readLong(at) : 0;
    if (this.#counter) at += 8;
    if (!this.sites) return { serial, site: 0, thread: 0 };
    return { serial, site: this.#readWord(at), thread: this.#readWord(at + 4) };
  }

  /** The size at p-16. When it was overwritten, any number up to 2^64, perhaps rounded. */
  sizeOf(p: Address): number {
    return this.#readLong(p - 16);
  }

  /** The byte at p-8. */
  domainByteOf(p: Address): number {
    return this.#bytes[p - 8];
  }

  /** Whether the 7 bytes before `p` are as they should be. */
  leadIsIntact(p: Address): boolean {
    return this.#allForbidden(p - LEAD_PADS, LEAD_PADS);
  }

  /** Whether the 8 bytes behind the block are as they should be. */
  tailIsIntact(p: Address, size: number): boolean {
    return this.#allForbidden(p + size, TAIL_PADS);
  }

  /** Whether the block was freed, and its memory not handed out again since. */
  isDead(p: Address): boolean {
    return this.#words[(p - 8) >>> 2] === DEAD_WORD;
  }

  /**
   * Makes the block dead, for other threads to see, if it is one of that domain. Of the threads that try at once, one gets true.
   */
  kill(p: Address, domain: DomainName): boolean {
    const alive = PAD_WORD | domainByte(domain);
    return Atomics.compareExchange(this.#words, (p - 8) >>> 2, alive, DEAD_WORD) === alive;
  }

  /** Fills a new block, or a part of it, with clean bytes. */
  clean(from: Address, to: Address): void {
    this.#fill(from, CLEAN_BYTE, to - from);
  }

  /** Fills with dead bytes. */
  bury(from: Address, to: Address): void {
    this.#fill(from, DEAD_BYTE, to - from);
  }

  /** Whether what stands before `p` is the frame of a live block of at most `room` bytes; the pads behind it may be damaged. */
  isFramed(p: Address, room: number): boolean {
    return domainOf(this.domainByteOf(p)) !== undefined && this.leadIsIntact(p) && this.sizeOf(p) <= room;
  }

  /** 8 bytes, big-endian; up to 2^53 exact. */
  #readLong(at: Address): number {
    return this.#readWord(at) * 2 ** 32 + this.#readWord(at + 4);
  }

  #writeLong(at: Address, value: number): void {
    this.#writeWord(at, Math.floor(value / 2 ** 32));
    this.#writeWord(at + 4, value);
  }

  #readWord(at: Address): number {
    const bytes = this.#bytes;
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }

  #writeWord(at: Address, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  #allForbidden(from: Address, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.#bytes[from + i] !== FORBIDDEN_BYTE) return false;
    return true;
  }
}
