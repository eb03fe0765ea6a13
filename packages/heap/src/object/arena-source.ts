/** Where level 2 gets the memory of its arenas: by default spans of level 1. */
import type { Address } from '../domains.ts';
import { PAGE_BYTES } from '../layout.ts';
import { PAGE_ARENA, type Spans } from '../raw/spans.ts';

/** A source of arenas. It is only ever asked for one size: that of an arena. */
export interface ArenaSource {
  /**
   * `size` bytes, or 0 when there are none. Memory that does not begin at a pool's boundary holds one pool less.
   *
   * @param size - bytes of an arena: 256 KiB, in the geometry `modern` 1 MiB
   */
  alloc(size: number): Address;
  /** Takes back what `alloc` gave: the same address, the same size. */
  free(address: Address, size: number): void;
}

/** Arenas as spans, aligned to their own size, so that 64 pools fit and the hints of an arena fill whole words. */
export class SpanArenaSource implements ArenaSource {
  readonly #spans: Spans;

  /** @param spans - the heap's pages */
  constructor(spans: Spans) {
    this.#spans = spans;
  }

  /** See {@link ArenaSource}. Threads: any. */
  alloc(size: number): Address {
    const pages = size / PAGE_BYTES;
    return this.#spans.claim(pages, pages, PAGE_ARENA, false) * PAGE_BYTES;
  }

  /** See {@link ArenaSource}. Threads: any. */
  free(address: Address): void {
    this.#spans.release(address / PAGE_BYTES, PAGE_ARENA);
  }
}
