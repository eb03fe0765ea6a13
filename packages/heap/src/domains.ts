/**
 * The three domains through which memory is asked for, and the interface that their allocators share.
 *
 *   domain | serves                                   | from
 *   -------|------------------------------------------|------------------------------------
 *   raw    | any size                                 | level 1: slabs, and spans of pages
 *   mem    | any size; up to 512 bytes from pools     | level 2, and RAW above 512 bytes
 *   obj    | the same, meant for objects              | level 2, and RAW above 512 bytes
 *
 * A block goes back through the domain that it came from.
 */

/** A place in the heap: a byte offset, an unsigned 32-bit integer. 0 is no place. */
export type Address = number;

/** What the domains offer. Where CPython answers NULL, these answer 0. */
export interface Allocator {
  /**
   * A block of at least `size` bytes with arbitrary contents, or 0 when there is no room. 0 bytes give a block of their own.
   *
   * @throws {InvalidArgumentError} when `size` is not a whole number from 0
   */
  malloc(size: number): Address;
  /** A block for `nelem` elements of `elsize` bytes, all zero, or 0 when there is no room or the product is too large. */
  calloc(nelem: number, elsize: number): Address;
  /**
   * Makes the block at `address` hold `size` bytes: in place or in a new block with the same contents. 0 when there is no
   * room; the old block then stays as it was. Address 0 is a plain malloc.
   *
   * @throws {BadAddressError} when `address` is not a live block of this domain
   */
  realloc(address: Address, size: number): Address;
  /**
   * Gives a block back. Any thread may free what any thread allocated. Address 0 is ignored.
   *
   * @throws {BadAddressError} when `address` is not a live block of this domain
   */
  free(address: Address): void;
}

/** The name of a domain. */
export type DomainName = 'raw' | 'mem' | 'obj';

/** The names of all domains. */
export const DOMAIN_NAMES: readonly DomainName[] = ['raw', 'mem', 'obj'];

/**
 * A domain: hands every call to the allocator that serves it now. Its methods cost nothing beside those: they are inlined.
 * When the thread detaches, that allocator is replaced by one that refuses, so nobody goes on with a slot that was given up.
 *
 * What getAllocator() answers for a level of the heap is one of these as well: what a program keeps is refused in the same way.
 */
export class Domain<Serving extends Allocator = Allocator> implements Allocator {
  declare private allocator: Serving;

  /** @param allocator - what serves the domain */
  constructor(allocator: Serving) {
    this.allocator = allocator;
  }

  /** What serves the domain now. */
  get serving(): Serving {
    return this.allocator;
  }

  /** Replaces what serves the domain. */
  use(allocator: Serving): void {
    this.allocator = allocator;
  }

  /** See {@link Allocator}. */
  malloc(size: number): Address {
    return this.allocator.malloc(size);
  }

  /** See {@link Allocator}. */
  calloc(nelem: number, elsize: number): Address {
    return this.allocator.calloc(nelem, elsize);
  }

  /** See {@link Allocator}. */
  realloc(address: Address, size: number): Address {
    return this.allocator.realloc(address, size);
  }

  /** See {@link Allocator}. */
  free(address: Address): void {
    this.allocator.free(address);
  }
}
