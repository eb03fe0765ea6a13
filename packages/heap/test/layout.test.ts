/** The memory map: nothing lies on anything else, and the smallest heap that it allows works. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeapExhaustedError, InvalidArgumentError } from '../src/errors.ts';
import { blocksPerPool, classSize, geometryNamed, POOL_OVERHEAD, POOLS_PER_ARENA } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import * as L from '../src/layout.ts';
import { GEOMETRY_NAMES } from './helpers.ts';

/** A stretch of words: its name, its first word, and the word behind it. */
type Stretch = readonly [name: string, from: number, to: number];

/** The words of the constants whose names begin with `prefix`; one each, but for those that `widths` names. */
function fields(prefix: string, widths: Readonly<Record<string, number>> = {}): Stretch[] {
  return Object.entries<unknown>({ ...L })
    .filter((entry): entry is [string, number] => entry[0].startsWith(prefix) && typeof entry[1] === 'number')
    .map(([name, at]) => [name, at, at + (widths[name] ?? 1)]);
}

function expectApart(stretches: readonly Stretch[], end: number): void {
  const sorted = [...stretches].sort((a, b) => a[1] - b[1]);
  let [last, , behind]: Stretch = ['the beginning', 0, 0];
  for (const [name, from, to] of sorted) {
    expect(from, `${name} begins behind ${last}`).toBeGreaterThanOrEqual(behind);
    [last, behind] = [name, to];
  }
  expect(behind, `${last} ends inside`).toBeLessThanOrEqual(end);
}

/** The two words of every sentinel: 64 rings of pools, 32 of slabs. */
const SENTINELS: readonly Stretch[] = [
  ...Array.from({ length: 64 }, (_, ring) => L.S_RINGS + 4 * ring),
  ...Array.from({ length: 32 }, (_, ring) => L.S_SLAB_RINGS + 4 * ring),
].flatMap((at, ring) => [
  [`next of ring ${ring}`, at + L.P_NEXT, at + L.P_NEXT + 1] as const,
  [`previous of ring ${ring}`, at + L.P_PREV, at + L.P_PREV + 1] as const,
]);

function slotFields(): Stretch[] {
  return fields('S_', { S_FINGERS: POOLS_PER_ARENA + 1 }).filter(([name]) => !name.endsWith('RINGS'));
}

describe('fields', () => {
  test('of the header', () => {
    const header = fields('H_', { H_ID: 2, H_SERIAL: 2, H_ROOTS: 2 * L.ROOTS });
    expect(header.length).toBeGreaterThanOrEqual(8);
    expectApart(header, L.layoutOf(1024, geometryNamed('classic8')).slots);
  });

  test('of a slot, its 65 fingers and its 96 rings included', () => {
    const slot = slotFields();
    expect(slot.length).toBeGreaterThanOrEqual(12);
    expectApart([...slot, ...SENTINELS], L.SLOT_BYTES / 4);
  });

  test('of a slot: the words that other threads write lie in a line of 64 bytes of their own', () => {
    const line = (at: number) => at >> 4;
    const shared = [...slotFields(), ...SENTINELS].filter(
      ([, from, to]) => line(from) <= line(L.S_PENDING) && line(to - 1) >= line(L.S_PENDING),
    );
    expect(shared.map(([name]) => name)).toEqual(['S_PENDING', 'S_PENDING_SLABS']);
    expect(L.SLOT_BYTES % 64).toBe(0);
  });

  test('of a pool: behind them the first block begins', () => {
    const pool = fields('P_');
    expect(pool.length).toBeGreaterThanOrEqual(9);
    expectApart(pool, POOL_OVERHEAD / 4);
  });

  test('of an arena object', () => {
    const arena = fields('A_');
    expect(arena.length).toBeGreaterThanOrEqual(7);
    expectApart(arena, L.ARENA_OBJECT_BYTES / 4);
  });
});

describe.each(GEOMETRY_NAMES)('%s', (name) => {
  const geometry = geometryNamed(name);
  const least = L.minimumPages(geometry);

  test('tables follow each other without overlapping, and pages for spans lie behind them, at any reserve', () => {
    const check = (pages: number) => {
      const layout = L.layoutOf(pages, geometry);
      const pools = (pages * L.PAGE_BYTES) >>> geometry.poolBits || 2 ** (32 - geometry.poolBits);
      const words = (L.PAGE_BYTES / 4) * layout.firstPage;
      expectApart(
        [
          ['header', 0, 1024],
          ['slots', layout.slots, layout.slots + (L.SLOTS * L.SLOT_BYTES) / 4],
          ['spans', layout.spans, layout.spans + pages],
          ['headers', layout.headers, layout.headers + pools * 16],
          ['remote', layout.remote, layout.remote + pools * 2 ** layout.remoteBits],
          ['hints', layout.hints, layout.hints + Math.ceil(pools / 32)],
        ],
        words,
      );
      expect(layout.pages).toBe(pages);
      expect(layout.slots % 16, 'slots begin at a line of 64 bytes').toBe(0);
      expect(layout.endPage, 'the last page is kept back').toBe(pages - 1);
      expect(layout.firstPage).toBeLessThan(layout.endPage);
    };
    check(least);
    check(L.MAX_PAGES);
    fc.assert(fc.property(fc.integer({ min: least, max: L.MAX_PAGES }), check), { numRuns: 300 });
  });

  test('the tables of 4 GiB take less than four percent of it', () => {
    expect(L.layoutOf(L.MAX_PAGES, geometry).firstPage / L.MAX_PAGES).toBeLessThan(0.04);
  });

  test('every block of a pool lies in it, behind the header, and has a bit in its remote set', () => {
    const poolBytes = 1 << geometry.poolBits;
    for (let index = 0; index < geometry.classes; index++) {
      const size = classSize(geometry, index);
      const blocks = blocksPerPool(geometry, index);
      expect(blocks).toBeGreaterThanOrEqual(2);
      expect(POOL_OVERHEAD + blocks * size).toBeLessThanOrEqual(poolBytes);
      expect(POOL_OVERHEAD + (blocks + 1) * size).toBeGreaterThan(poolBytes);
      expect(blocks).toBeLessThanOrEqual(32 * 2 ** L.layoutOf(least, geometry).remoteBits);
    }
  });

  test('a heap of the smallest reserve holds one arena, then what is left of its pages, then is exhausted', () => {
    using heap = SharedHeap.create({ reserve: least * L.PAGE_BYTES, geometry: name });
    expect(heap.stats().reserveBytes).toBe(least * L.PAGE_BYTES);
    const perArena = POOLS_PER_ARENA * blocksPerPool(geometry, geometry.classes - 1);
    const blocks = Array.from({ length: perArena }, () => heap.malloc(512));
    expect(heap.stats()).toMatchObject({ arenas: { count: 1 }, objects: { blocksInUse: perArena } });
    expect(heap.stats().objects.classes).toEqual([
      { size: 512, pools: POOLS_PER_ARENA, blocksInUse: perArena, blocksAvailable: 0 },
    ]);
    const rest = heap.stats().freeBytes;
    expect(rest).toBeGreaterThanOrEqual(0);
    // What pools cannot serve any more comes from slabs.
    for (let left = rest; left > 0; left -= 512) blocks.push(heap.malloc(512));

    const full = { ...heap.stats(), memory: expect.anything() };
    expect(full.freeBytes).toBe(0);
    for (const ask of [
      () => heap.malloc(512),
      () => heap.calloc(2, 256),
      () => heap.realloc(0, 512),
      () => heap.realloc(blocks[0], 40),
    ]) {
      expect(ask).toThrow(HeapExhaustedError);
      expect(heap.stats()).toEqual(full);
    }
    expect(() => heap.malloc(100_000)).toThrow(
      expect.objectContaining({
        code: 'ERR_SHARENA_HEAP_EXHAUSTED',
        requested: 100_000,
        available: 0,
        message: expect.stringMatching(/100000 bytes.* 0 bytes are free.*`reserve`/),
      }),
    );
    expect([heap.raw.malloc(1), heap.mem.malloc(1), heap.obj.calloc(1, 1)]).toEqual([0, 0, 0]);
    heap.checkInvariants();

    heap.free(blocks[3]);
    expect(heap.malloc(512), 'one block was given back, so there is room for one').toBe(blocks[3]);
    for (const block of blocks) heap.free(block);
    heap.trim();
    expect(heap.stats().arenas.count).toBe(0);
    expect(heap.stats().objects.blocksInUse).toBe(0);
  });

  test('a smaller reserve is refused, and the message says what the least is', () => {
    const bytes = least * L.PAGE_BYTES;
    expect(() => SharedHeap.create({ reserve: bytes - 1, geometry: name })).toThrow(InvalidArgumentError);
    expect(() => SharedHeap.create({ reserve: bytes - 1, geometry: name })).toThrow(
      new RegExp(`\`reserve\`.*${bytes} to 4294967296.*got ${bytes - 1}`),
    );
  });

  test('4 GiB: a span reaches up to the page that is kept back, and blocks in the last arena are like all others', () => {
    using heap = SharedHeap.create({ geometry: name });
    const { freeBytes } = heap.stats();
    const small = geometry.arenaBytes * 2;
    const large = heap.malloc(freeBytes - small);
    heap.bytes[large + freeBytes - small - 1] = 1;
    expect(heap.usableSize(large)).toBe(freeBytes - small);
    const address = heap.malloc(100);
    expect(address).toBeGreaterThan(2 ** 32 - small - L.PAGE_BYTES);
    expect(heap.locate(address)).toMatchObject({ arena: 0, pool: 0, offset: 48 });
    heap.free(address);
    expect(heap.malloc(100)).toBe(address);
    heap.checkInvariants();
    heap.free(address);
    heap.free(large);
    heap.trim();
    expect(heap.stats().objects.blocksInUse).toBe(0);
  });
});
