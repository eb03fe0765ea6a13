/**
 * The heap against a model: any sequence of calls keeps every block's contents, keeps live blocks apart, and ends with
 * nothing in use when all is freed. The model is a Map from address to what was written there.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Allocator } from '../src/domains.ts';
import type { GeometryName } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import * as L from '../src/layout.ts';
import { GEOMETRY_NAMES, Level2 } from './helpers.ts';

type Call =
  | { do: 'malloc'; size: number }
  | { do: 'calloc'; count: number; size: number }
  | { do: 'realloc'; pick: number; size: number }
  | { do: 'free'; pick: number };

/** A call, and which of two threads makes it. */
type Step = Call & { by: 0 | 1 };

const size = fc.oneof({ weight: 5, arbitrary: fc.nat(600) }, { weight: 1, arbitrary: fc.nat(70000) });
const pick = fc.nat(1000);
const by = fc.constantFrom<(0 | 1)[]>(0, 1);

function stepOf(size: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('malloc' as const), size, by }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('calloc' as const), count: fc.nat(40), size: fc.nat(100), by }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('realloc' as const), pick, size, by }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('free' as const), pick, by }) },
  );
}

/** Sequences that come back to the same few sizes, so that pools fill up and empty again. */
const crowded: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom(8, 100, 496, 512),
    fc.array(fc.tuple(by, fc.boolean(), pick), { minLength: 100, maxLength: 600 }),
  )
  .map(([bytes, steps]) =>
    steps.map(([who, frees, k], i) =>
      frees && i > 60 ? { do: 'free', pick: k, by: who } : { do: 'malloc', size: bytes, by: who },
    ),
  );

interface Block {
  readonly size: number;
  /** One more than the address of the last byte that the heap gave. */
  readonly end: number;
  readonly text: string;
}

/** Makes calls on one or two allocators of one heap, and refuses whatever an allocator must not do. */
class Model {
  readonly #threads: readonly Allocator[];
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #alignment: number;
  readonly #usable: (address: number) => number;
  readonly #live = new Map<number, Block>();
  #made = 0;

  constructor(
    threads: readonly Allocator[],
    bytes: Uint8Array<SharedArrayBuffer>,
    alignment: number,
    usable: (address: number) => number,
  ) {
    this.#threads = threads;
    this.#bytes = bytes;
    this.#alignment = alignment;
    this.#usable = usable;
  }

  step(call: Step): void {
    const thread = this.#threads[call.by % this.#threads.length];
    if (call.do === 'malloc') return this.#add(thread.malloc(call.size), call.size);
    if (call.do === 'calloc') return this.#addZeroed(thread.calloc(call.count, call.size), call.count * call.size);
    if (this.#live.size === 0) return;
    const addresses = [...this.#live.keys()];
    const address = addresses[call.pick % addresses.length];
    if (call.do === 'free') return this.#free(thread, address);
    const old = this.#remove(address);
    const moved = thread.realloc(address, call.size);
    this.#expectText(moved, Math.min(old.size, call.size), old.text);
    this.#add(moved, call.size);
  }

  /** Frees all that lives, each block by one or the other thread. */
  freeAll(): void {
    let i = 0;
    for (const address of [...this.#live.keys()]) this.#free(this.#threads[i++ % this.#threads.length], address);
  }

  #add(address: number, bytes: number): void {
    if (address === 0) throw new Error(`no room for ${bytes} bytes`);
    if (address % this.#alignment !== 0) throw new Error(`${address} is not aligned`);
    const end = address + Math.max(1, this.#usable(address));
    if (end - address < bytes) throw new Error(`${bytes} bytes do not fit the ${end - address} at ${address}`);
    for (const [other, { end: otherEnd }] of this.#live) {
      if (address < otherEnd && other < end) throw new Error(`${address} to ${end} overlaps ${other} to ${otherEnd}`);
    }
    const text = `block ${this.#made++};`;
    this.#slice(address, bytes).fill(text);
    this.#live.set(address, { size: bytes, end, text });
  }

  #addZeroed(address: number, bytes: number): void {
    if (!this.#slice(address, bytes).equals(Buffer.alloc(bytes))) throw new Error(`calloc: ${address} is not zero`);
    this.#add(address, bytes);
  }

  #free(thread: Allocator, address: number): void {
    const { size: bytes, text } = this.#remove(address);
    this.#expectText(address, bytes, text);
    thread.free(address);
  }

  #remove(address: number): Block {
    const block = this.#live.get(address);
    if (!block) throw new Error(`${address} is not in the model`);
    this.#live.delete(address);
    return block;
  }

  #expectText(address: number, bytes: number, text: string): void {
    if (bytes > 0 && !this.#slice(address, bytes).equals(Buffer.alloc(bytes, text))) {
      throw new Error(`the ${bytes} bytes at ${address} are no longer '${text}'`);
    }
  }

  #slice(address: number, bytes: number): Buffer {
    return Buffer.from(this.#bytes.buffer, address, bytes) as Buffer;
  }
}

const steps = fc.oneof(fc.array(stepOf(size), { maxLength: 150 }), crowded);

/** Sizes that fill slabs of one page and of four and empty them again, and spans that meet their neighbours. */
const rawSize = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(7000, 8192, 8193, 10240, 30000, 32768, 32769) },
  { weight: 1, arbitrary: fc.nat(9000) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map((pages) => pages * L.PAGE_BYTES) },
);

/** A heap, and what gives back the block at its bottom. */
interface Made {
  readonly heap: SharedHeap;
  readonly freeBottom: () => void;
}

function createLow(geometry: GeometryName, malloc: 'pool' | 'debug'): Made {
  return { heap: SharedHeap.create({ reserve: '256MiB', geometry, malloc }), freeBottom: () => undefined };
}

/** A heap of which the first 2.5 GiB are one block. It is taken before there are hooks: they would fill all of it. */
function createHigh(geometry: GeometryName, malloc: 'pool' | 'debug'): Made {
  const heap = SharedHeap.create({ reserve: '4GiB', geometry });
  const raw = heap.getAllocator('raw');
  const bottom = raw.malloc(2.5 * 2 ** 30);
  if (malloc === 'debug') heap.installDebugHooks();
  return { heap, freeBottom: () => raw.free(bottom) };
}

describe.each(GEOMETRY_NAMES)('%s', (geometry) => {
  const alignment = geometry === 'classic8' ? 8 : 16;

  test.each([
    ['from the first page on', false, 'pool'],
    ['above 2 GiB, where addresses need their 32nd bit', true, 'pool'],
    ['under debug hooks', false, 'debug'],
    ['under debug hooks above 2 GiB', true, 'debug'],
  ] as const)('one thread, %s', { timeout: 90_000 }, (_, isHigh, malloc) => {
    const create = (): Made => (isHigh ? createHigh(geometry, malloc) : createLow(geometry, malloc));
    let { heap, freeBottom } = create();
    fc.assert(
      fc.property(steps, (calls) => {
        try {
          const { usedBytes } = heap.stats();
          const model = new Model([heap], heap.bytes, alignment, (address) => heap.usableSize(address));
          for (const call of calls) model.step(call);
          heap.checkInvariants();
          model.freeAll();
          heap.checkInvariants();
          expect(heap.stats().objects).toMatchObject({ blocksInUse: 0, bytesInUse: 0, classes: [] });
          heap.trim();
          expect(heap.stats().objects.arenas).toBe(0);
          // What stays is the page of the vector of arena objects, from the first arena on.
          expect(heap.stats().usedBytes - usedBytes).toBeLessThanOrEqual(L.PAGE_BYTES);
        } catch (error) {
          ({ heap, freeBottom } = create());
          throw error;
        }
      }),
      { numRuns: 60 },
    );
    freeBottom();
    heap.detach();
    expect(heap.stats().usedBytes).toBe(0);
  });

  test('two threads, each of which allocates and frees what either has allocated', () => {
    fc.assert(
      fc.property(steps, (calls) => {
        const one = new Level2(geometry, 512);
        const two = new Level2(geometry, 512, one);
        const threads = [one, two];
        const model = new Model(
          threads.map(({ object }) => object),
          one.bytes,
          alignment,
          (address) => one.object.usableSize(address) || one.raw.usableSize(address),
        );
        for (const call of calls) model.step(call);
        for (const each of threads) each.checkInvariants();
        model.freeAll();
        for (const each of threads) each.checkInvariants();
        const { objects: waiting, slabs } = one.stats();
        expect(waiting.remotePending + slabs.remotePending).toBe(waiting.remoteFrees - waiting.collected);
        expect(waiting.blocksInUse).toBe(0);
        for (const each of threads) {
          each.object.collect();
          each.slabs.collect();
          each.checkInvariants();
          each.slabs.releaseEmpty();
          expect(each.arenas.releaseEmpty()).toBe(false);
        }
        const rest = one.stats();
        expect(rest.objects).toMatchObject({ arenas: 0, blocksInUse: 0, remotePending: 0 });
        expect(rest.objects.collected).toBe(rest.objects.remoteFrees);
        expect(rest.arenas.count).toBe(0);
        expect(rest.slabs.count).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

test('RAW, two threads: blocks of slabs and of whole pages', () => {
  fc.assert(
    fc.property(fc.array(stepOf(rawSize), { maxLength: 200 }), (calls) => {
      const one = new Level2('classic8', 1024);
      const threads = [one, new Level2('classic8', 1024, one)];
      const free = one.spans.freeBytes();
      const model = new Model(
        threads.map(({ raw }) => raw),
        one.bytes,
        64,
        (address) => one.raw.usableSize(address),
      );
      for (const call of calls) model.step(call);
      for (const each of threads) each.checkInvariants();
      model.freeAll();
      for (const { slabs } of threads) {
        slabs.collect();
        slabs.releaseEmpty();
      }
      for (const each of threads) each.checkInvariants();
      expect(one.spans.freeBytes()).toBe(free);
    }),
    { numRuns: 100 },
  );
});
