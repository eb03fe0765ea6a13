/**
 * Level 1: the RAW domain. Blocks of any size, each a span of whole pages, from any thread to any thread.
 *
 * The allocator has no state of its own: everything is in the control words of the pages (spans.ts).
 * If a thread dies in here, at most the block that it was taking or giving back is lost to it.
 */
import { checkSize } from '../arguments.ts';
import type { Address, Allocator } from '../domains.ts';
import { BadAddressError } from '../errors.ts';
import { PAGE_BITS, PAGE_BYTES } from '../layout.ts';
import { PAGE_BLOCK, type Spans } from './spans.ts';

/** The RAW domain of one heap, for one thread. */
export class RawAllocator implements Allocator {
  readonly #spans: Spans;
  readonly #bytes: Uint8Array;

  /**
   * @param spans - the heap's pages
   * @param bytes - the heap as bytes
   */
  constructor(spans: Spans, bytes: Uint8Array) {
    this.#spans = spans;
    this.#bytes = bytes;
  }

  /** See {@link Allocator}. The block is aligned to 64 KiB. Threads: any. */
  malloc(size: number): Address {
    checkSize('size', size);
    return this.#claim(size, false);
  }

  /** See {@link Allocator}. Only pages that were used before are cleared. Threads: any. */
  calloc(nelem: number, elsize: number): Address {
    checkSize('nelem', nelem);
    checkSize('elsize', elsize);
    return this.#claim(nelem * elsize, true);
  }

  /** See {@link Allocator}. In place as long as the number of pages stays the same. Threads: any, one at a time a block. */
  realloc(address: Address, size: number): Address {
    if (address === 0) return this.malloc(size);
    checkSize('size', size);
    const usable = this.usableSize(address);
    if (pagesFor(size) * PAGE_BYTES === usable) return address;
    const moved = this.#claim(size, false);
    if (moved === 0) return 0;
    this.#bytes.copyWithin(moved, address, address + Math.min(usable, size));
    this.free(address);
    return moved;
  }

  /** See {@link Allocator}. Threads: any. */
  free(address: Address): void {
    if (address === 0) return;
    if (!isPage(address) || !this.#spans.release(address / PAGE_BYTES, PAGE_BLOCK)) throw notABlock(address);
  }

  /** Bytes that the block at `address` can hold. @throws {BadAddressError} when it is not a live block of RAW */
  usableSize(address: Address): number {
    const pages = isPage(address) ? this.#spans.lengthOf(address / PAGE_BYTES, PAGE_BLOCK) : 0;
    if (pages === 0) throw notABlock(address);
    return pages * PAGE_BYTES;
  }

  #claim(size: number, zero: boolean): Address {
    const pages = pagesFor(size);
    if (pages >= this.#spans.end) return 0;
    return this.#spans.claim(pages, 1, PAGE_BLOCK, zero) * PAGE_BYTES;
  }
}

function pagesFor(size: number): number {
  return Math.max(1, Math.ceil(size / PAGE_BYTES));
}

function isPage(address: number): boolean {
  return address >>> 0 === address && (address & ((1 << PAGE_BITS) - 1)) === 0;
}

function notABlock(address: number): BadAddressError {
  return new BadAddressError(address, 'is not the start of a live block');
}
