/**
 * What Pillow's storage does, case by case (tests/test_core_resources.py, and runs of Pillow 12.3): one thread gets exactly
 * that. The numbers are those of the list of cases that the project was built by.
 */
import { SharedHeap } from '@sharena/heap';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImageSettingError, ImageSizeError, UnknownModeError } from '../src/errors.ts';
import type { SharedImage } from '../src/image.ts';
import type { Mode } from '../src/modes.ts';
import { parseCount, readEnvironment } from '../src/store/environment.ts';
import { type ImageStats, ImageStore } from '../src/store/image-store.ts';
import { DEFAULTS } from '../src/store/settings.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '192MiB' });
  store = ImageStore.over(heap);
});

afterEach(() => {
  expect(heap.stats().images).toMatchObject({ live: 0, blocks: 0 });
  store.checkInvariants({ atRest: true });
  heap.checkInvariants({ atRest: true });
  heap.detach();
});

function drop(mode: Mode, width: number, height: number): void {
  store.new(mode, width, height).release();
}

/** Makes images of one line of these sizes, and drops them in that order: the cache has them from bottom to top. */
function cacheLines(...sizes: readonly number[]): void {
  const images = sizes.map((size) => store.new('L', size, 1));
  for (const image of images) image.release();
}

function stats(): ImageStats {
  return store.stats();
}

describe('settings', () => {
  test('50: six counters; a reset sets five of them to 0', () => {
    store.blocksMax = 10;
    drop('L', 10, 10);
    expect(stats()).toEqual({
      newCount: 1,
      allocatedBlocks: 1,
      reusedBlocks: 0,
      reallocatedBlocks: 0,
      freedBlocks: 0,
      blocksCached: 1,
    });
    store.resetStats();
    expect(stats()).toEqual({
      newCount: 0,
      allocatedBlocks: 0,
      reusedBlocks: 0,
      reallocatedBlocks: 0,
      freedBlocks: 0,
      blocksCached: 1,
    });
  });

  test.each([
    [51, 'alignment', [1, 2, 4, 8, 16, 32], { 0: 'from 1 to 128', [-1]: 'from 1 to 128', 3: 'power of two' }],
    [52, 'alignment', [64, 128], { 129: 'from 1 to 128', 256: 'from 1 to 128' }],
    [53, 'blockSize', [4096, 8192, 12288], { 0: 'greater than 0', [-1]: 'greater than 0', 4000: 'multiple of 4096' }],
    [54, 'blocksMax', [0, 1, 10, 2 ** 28 - 1], { [-1]: 'whole number from 0', [2 ** 28]: 'too large' }],
  ] as const)('%i: %s', (_, setting, good, bad) => {
    for (const value of good) {
      store[setting] = value;
      expect(store[setting]).toBe(value);
    }
    const last = store[setting];
    for (const [value, message] of Object.entries(bad)) {
      expect(() => {
        store[setting] = Number(value);
      }).toThrow(message);
      expect(store[setting]).toBe(last);
    }
    for (const value of [Number.NaN, 1.5, '16', undefined, true]) {
      expect(() => {
        store[setting] = value as number;
      }).toThrow(ImageSettingError);
    }
  });

  test('54: the bound is a setting; what a heap keeps is not more than it has cells', () => {
    store.blocksMax = 2 ** 28 - 1;
    drop('L', 1, 1);
    expect(stats().blocksCached).toBe(1);
  });
});

describe('the cache', () => {
  test('55: without one, what is allocated is freed', () => {
    store.blockSize = 4096;
    drop('RGB', 256, 256);
    expect(stats()).toMatchObject({ newCount: 1, allocatedBlocks: 64, reusedBlocks: 0, freedBlocks: 64 });
  });

  test('56 and 57: blocks are used again; clearCache() keeps as many as it is told to', () => {
    store.blockSize = 4096;
    store.blocksMax = 128;
    drop('RGB', 256, 256);
    drop('RGB', 256, 256);
    expect(stats()).toEqual({
      newCount: 2,
      allocatedBlocks: 64,
      reusedBlocks: 64,
      reallocatedBlocks: 0,
      freedBlocks: 0,
      blocksCached: 64,
    });
    store.clearCache(16);
    expect(stats()).toMatchObject({ freedBlocks: 48, blocksCached: 16 });
    store.clearCache();
    expect(stats()).toMatchObject({ freedBlocks: 64, blocksCached: 0 });
    for (const keep of [-1, 0.5, Number.NaN]) expect(() => store.clearCache(keep)).toThrow(ImageSettingError);
  });

  test('58: lines larger than a block', () => {
    store.blockSize = 4096;
    drop('RGB', 2048, 16);
    expect(stats()).toMatchObject({ newCount: 1, allocatedBlocks: 16, freedBlocks: 16, blocksCached: 0 });
  });

  test('59: alignment takes its room', () => {
    store.blockSize = 4096;
    store.alignment = 16;
    drop('RGB', 256, 256);
    expect(stats()).toMatchObject({ allocatedBlocks: 86 });
    store.resetStats();
    store.alignment = 128;
    drop('L', 100, 100);
    expect(stats()).toMatchObject({ allocatedBlocks: 4 });
  });

  test('60: an image without pixels is new, and has no block', () => {
    drop('L', 0, 5);
    expect(stats()).toMatchObject({ newCount: 1, allocatedBlocks: 0 });
    drop('L', 5, 0);
    expect(stats()).toMatchObject({ newCount: 2, allocatedBlocks: 0 });
  });

  test('61: newBlock() is no business of the cache; useBlockAllocator makes new() behave so', () => {
    store.blocksMax = 10;
    store.newBlock('RGB', 100, 100).release();
    store.useBlockAllocator = true;
    using image = store.new('RGB', 100, 100);
    expect(image.isBlock).toBe(true);
    expect(stats()).toMatchObject({ newCount: 2, allocatedBlocks: 0, freedBlocks: 0, blocksCached: 0 });
    store.useBlockAllocator = false;
    using chain = store.new('RGB', 100, 100);
    expect(chain.isBlock).toBe(false);
    expect(() => {
      store.useBlockAllocator = 1 as never;
    }).toThrow('`useBlockAllocator`');
  });

  test('62: the first blocks of an image fill the cache, the others go', () => {
    store.blockSize = 4096;
    store.blocksMax = 2;
    const image = store.new('L', 4096, 4);
    const addresses = image.blocks.map(({ address }) => address);
    image.release();
    expect(stats()).toMatchObject({ freedBlocks: 2, blocksCached: 2 });
    using again = store.new('L', 4096, 2);
    expect(again.blocks.map(({ address }) => address)).toEqual([addresses[1], addresses[0]]);
  });

  test('63: a block of another size gets the one that is asked for', () => {
    store.blocksMax = 10;
    drop('L', 1000, 1);
    drop('L', 2000, 1);
    expect(stats()).toMatchObject({ allocatedBlocks: 1, reusedBlocks: 1, reallocatedBlocks: 1 });
    drop('L', 100, 1);
    expect(stats()).toMatchObject({ allocatedBlocks: 1, reusedBlocks: 2, blocksCached: 1 });
    // A large block grows and shrinks where it is, as long as there is room behind it.
    store.clearCache();
    store.resetStats();
    for (const size of [2_000_000, 1_000_000, 2_000_000, 70_000]) drop('L', size, 1);
    expect(stats()).toMatchObject({ allocatedBlocks: 1, reusedBlocks: 3, reallocatedBlocks: 0 });
  });

  test('64: a block larger than the block size shrinks when it is cached', () => {
    store.blockSize = 4096;
    store.blocksMax = 10;
    drop('L', 16384, 1);
    drop('L', 4096, 1);
    expect(stats()).toMatchObject({ allocatedBlocks: 1, reusedBlocks: 1, reallocatedBlocks: 0, freedBlocks: 0 });
    // One of pages as well: most of a megabyte goes back to the heap.
    const used = heap.stats().blocks.bytes;
    using image = store.new('L', 2 ** 20, 1);
    store.blockSize = 65536;
    expect(heap.stats().blocks.bytes).toBeGreaterThan(used);
    image.retain().release();
    image.release();
    expect(heap.stats().blocks.bytes - used).toBeLessThanOrEqual(65536);
  });

  test('65: the cache is a stack', () => {
    store.blocksMax = 10;
    cacheLines(1000, 2000, 3000);
    const images = [3000, 2000, 1000].map((size) => store.new('L', size, 1));
    expect(stats()).toMatchObject({ allocatedBlocks: 3, reusedBlocks: 3, reallocatedBlocks: 0 });
    for (const image of images) image.release();
  });

  test('66: lowering the limit drops blocks, raising it does not', () => {
    store.blocksMax = 4;
    cacheLines(10, 20, 30, 40);
    store.blocksMax = 2;
    expect(stats()).toMatchObject({ freedBlocks: 2, blocksCached: 2 });
    store.blocksMax = 8;
    expect(stats()).toMatchObject({ freedBlocks: 2, blocksCached: 2 });
    const images = [20, 10].map((size) => store.new('L', size, 1));
    expect(stats()).toMatchObject({ reusedBlocks: 2, reallocatedBlocks: 0 });
    for (const image of images) image.release();
    store.blocksMax = 0;
    expect(stats()).toMatchObject({ freedBlocks: 4, blocksCached: 0 });
  });

  test('67: a clean image of a block that was used is 0', () => {
    store.blocksMax = 10;
    for (const [width, height] of [
      [333, 77],
      [3000, 1000],
    ]) {
      const image = store.new('RGB;24', width, height);
      for (let y = 0; y < height; y++) image.row(y).fill(255);
      image.release();
      using clean = store.new('RGB;24', width, height);
      expect(clean.toBytes().some((byte) => byte !== 0)).toBe(false);
    }
    expect(stats()).toMatchObject({ reusedBlocks: 3 });
  });

  test('a dirty image of a block that was used is as it was left', () => {
    store.blocksMax = 1;
    const image = store.new('L', 50, 50);
    image.row(49)[49] = 42;
    image.release();
    using dirty = store.new('L', 50, 50, { dirty: true });
    expect(dirty.row(49)[49]).toBe(42);
  });

  test('five blocks, the last one short: one moves in the first round at most, none in later ones', () => {
    store.blockSize = 4096 * 32;
    store.blocksMax = 8;
    for (let round = 0; round < 5; round++) drop('L', 4096, 4 * 32 + 18);
    const first = stats().reallocatedBlocks;
    for (let round = 0; round < 5; round++) drop('L', 4096, 4 * 32 + 18);
    expect(stats()).toMatchObject({ allocatedBlocks: 5, reusedBlocks: 45, reallocatedBlocks: first, freedBlocks: 0 });
  });
});

describe('68: sizes', () => {
  test('as Pillow, but where a heap is smaller', () => {
    expect(() => store.new('L', -1, 1)).toThrow('bad image size');
    expect(() => store.new('L', 1, -1)).toThrow('bad image size');
    // A line of half a gigabyte is a size; this heap has no room for it.
    expect(() => store.new('L', 536870910, 1)).toThrow('no room for');
    expect(() => store.new('L', 536870912, 1)).toThrow(ImageSizeError);
    expect(() => store.newBlock('RGB', 65536, 65536)).toThrow('no room for');
    expect(() => store.new('foo' as Mode, 1, 1)).toThrow('unrecognized image mode');
    expect(() => store.new('BGR;15' as Mode, 1, 1)).toThrow(UnknownModeError);
  });

  test('a line that does not fit 31 bits with its alignment is refused, not wrapped', () => {
    const large = SharedHeap.create();
    const images = ImageStore.over(large);
    images.alignment = 128;
    expect(() => images.new('I', 536870910, 1)).toThrow('a line should take');
    expect(large.stats().images).toMatchObject({ live: 0 });
    large.detach();
  });

  test('with no room for whole blocks, blocks of 4 KiB or of one line', () => {
    const small = SharedHeap.create({ reserve: '16MiB' });
    const images = ImageStore.over(small);
    // The free pages in pieces of 192 KiB: no block of a megabyte fits.
    const walls: number[] = [];
    for (let wall = small.raw.malloc(65536); wall !== 0; wall = small.raw.malloc(65536)) walls.push(wall);
    for (const [i, wall] of walls.entries()) if (i % 4 !== 0) small.raw.free(wall);
    images.blockSize = 2 ** 20;
    using image = images.new('RGBA', 1024, 512);
    expect(image.blocks.length).toBe(512);
    expect(image.blocks.every(({ lines }) => lines === 1)).toBe(true);
    images.checkInvariants({ atRest: true });
    // Failed requests are counted, and nothing is kept.
    const free = small.stats().freeBytes;
    const live = image.blocks.length;
    expect(() => images.new('RGBA', 1024, 2560)).toThrow('no room for');
    const after = images.stats();
    small.trim();
    expect(small.stats().freeBytes).toBeGreaterThanOrEqual(free);
    expect(after.allocatedBlocks - after.freedBlocks).toBe(live + 3);
    images.checkInvariants({ atRest: true });
    image.release();
    small.detach();
  });

  test('a segment has cached blocks go before there is no room', () => {
    const small = SharedHeap.create({ reserve: '16MiB' });
    const images = ImageStore.over(small);
    images.blocksMax = 4;
    const tiny = images.new('L', 1, 1); // now there are cells, and they are not in the way
    tiny.release();
    images.new('L', 8 * 2 ** 20, 1).release();
    images.newBlock('L', 10 * 2 ** 20, 1).release();
    expect(images.stats()).toMatchObject({ allocatedBlocks: 1, reusedBlocks: 1, freedBlocks: 1, blocksCached: 0 });
    small.detach();
  });
});

describe('the environment', () => {
  function read(env: Record<string, string>): { set: Record<string, number>; warnings: string[] } {
    const set: Record<string, number> = {};
    const warnings: string[] = [];
    readEnvironment(
      env,
      (setting, value) => {
        set[setting] = value;
      },
      (text) => warnings.push(text),
    );
    return { set, warnings };
  }

  test('69: values with units; what is wrong is a warning that names the variable', () => {
    expect(read({ PILLOW_BLOCKS_MAX: '2K' })).toEqual({ set: { blocksMax: 2048 }, warnings: [] });
    expect(read({ PILLOW_BLOCK_SIZE: '2m' })).toEqual({ set: { blockSize: 2 * 2 ** 20 }, warnings: [] });
    const { set, warnings } = read({ PILLOW_ALIGNMENT: '15', PILLOW_BLOCK_SIZE: '1024', PILLOW_BLOCKS_MAX: 'wat' });
    expect(set).toEqual({});
    expect(warnings).toEqual([
      'PILLOW_ALIGNMENT: alignment should be power of two, got 15',
      'PILLOW_BLOCK_SIZE: block_size should be multiple of 4096, got 1024',
      'PILLOW_BLOCKS_MAX is not int',
    ]);
  });

  test.each([
    ['2m', 2097152],
    ['2M', 2097152],
    ['64K', 65536],
    [' 8192 ', 8192],
    ['8_192', 8192],
    ['+8192', 8192],
    ['8 k', 8192],
    ['2mk', 2097152],
    ['-1', -1],
    ['2km', undefined],
    ['2kb', undefined],
    ['2g', undefined],
    ['1.5m', undefined],
    ['0x2000', undefined],
    ['8__192', undefined],
    ['_8192', undefined],
    ['k', undefined],
    ['', undefined],
    ['wat', undefined],
  ])('70: %j is %j', (text, value) => {
    expect(parseCount(text)).toBe(value);
  });

  test('70: out of bounds', () => {
    expect(read({ PILLOW_ALIGNMENT: '1k' }).warnings).toEqual([
      'PILLOW_ALIGNMENT: alignment should be from 1 to 128, got 1024',
    ]);
    expect(read({ PILLOW_BLOCKS_MAX: '-1' }).warnings).toEqual([
      'PILLOW_BLOCKS_MAX: blocks_max should be a whole number from 0, got -1',
    ]);
    expect(read({ PILLOW_BLOCK_SIZE: '4096m' }).warnings[0]).toContain(
      'PILLOW_BLOCK_SIZE: block_size should be at most',
    );
  });

  test('the names of this package win over those of Pillow', () => {
    expect(read({ SHARENA_ALIGNMENT: '4', PILLOW_ALIGNMENT: '8' })).toEqual({ set: { alignment: 4 }, warnings: [] });
    expect(read({ SHARENA_ALIGNMENT: '3', PILLOW_ALIGNMENT: '8' }).set).toEqual({});
  });

  test('is read by who makes the store', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error) => warnings.push(warning);
    process.on('warning', listener);
    process.env.SHARENA_BLOCKS_MAX = '2k';
    process.env.PILLOW_BLOCK_SIZE = '1m';
    process.env.SHARENA_ALIGNMENT = 'odd';
    try {
      const other = SharedHeap.create({ reserve: '16MiB' });
      expect(ImageStore.over(other)).toMatchObject({ blocksMax: 2048, blockSize: 2 ** 20, alignment: 1 });
      other.detach();
      await new Promise((resolve) => setImmediate(resolve));
      expect(warnings.map(({ message }) => message)).toEqual(['SHARENA_ALIGNMENT is not int']);
    } finally {
      process.off('warning', listener);
      for (const name of ['SHARENA_BLOCKS_MAX', 'PILLOW_BLOCK_SIZE', 'SHARENA_ALIGNMENT']) delete process.env[name];
    }
  });
});

/** Pillow's arena, as Storage.c has it: the sizes of the cached blocks, and the counters. */
class Arena {
  readonly pool: number[] = [];
  readonly counts = { newCount: 0, allocatedBlocks: 0, reusedBlocks: 0, freedBlocks: 0 };
  alignment: number = DEFAULTS.alignment;
  blockSize: number = DEFAULTS.blockSize;
  blocksMax: number = DEFAULTS.blocksMax;

  new(lineSize: number, height: number): number[] {
    this.counts.newCount++;
    if (lineSize === 0 || height === 0) return [];
    const line = Math.ceil(lineSize / this.alignment) * this.alignment;
    const lines = Math.max(1, Math.floor((this.blockSize - (this.alignment - 1)) / line));
    const sizes: number[] = [];
    for (let y = 0; y < height; y += lines) {
      sizes.push(Math.min(lines, height - y) * line + this.alignment - 1);
      if (this.pool.pop() === undefined) this.counts.allocatedBlocks++;
      else this.counts.reusedBlocks++;
    }
    return sizes;
  }

  drop(sizes: readonly number[]): void {
    for (const size of sizes) {
      if (this.pool.length < this.blocksMax) this.pool.push(Math.min(size, this.blockSize));
      else this.counts.freedBlocks++;
    }
  }

  clear(keep: number): void {
    while (this.pool.length > keep) {
      this.pool.pop();
      this.counts.freedBlocks++;
    }
  }
}

describe('72: laws', () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('new'), w: fc.nat(300), h: fc.nat(90) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('drop'), i: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear'), keep: fc.nat(6) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('blocksMax'), value: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('blockSize'), value: fc.constantFrom(4096, 8192, 65536) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('alignment'), value: fc.constantFrom(1, 4, 16, 128) }) },
  );

  test('any sequence of calls counts as Pillow counts, and the laws hold after each', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const own = SharedHeap.create({ reserve: '32MiB' });
        const images = ImageStore.over(own);
        const arena = new Arena();
        const live: { image: SharedImage; sizes: number[] }[] = [];
        for (const each of actions) {
          if (each.do === 'new' && 'w' in each) {
            const image = images.new('L', each.w, each.h, { dirty: true });
            live.push({ image, sizes: arena.new(each.w, each.h) });
          } else if (each.do === 'drop' && 'i' in each) {
            const [dropped] = live.splice(each.i % (live.length || 1), 1);
            dropped?.image.release();
            arena.drop(dropped?.sizes ?? []);
          } else if (each.do === 'clear' && 'keep' in each) {
            images.clearCache(each.keep);
            arena.clear(each.keep);
          } else if ('value' in each) {
            const setting = each.do as 'blocksMax' | 'blockSize' | 'alignment';
            images[setting] = each.value;
            arena[setting] = each.value;
            if (setting === 'blocksMax') arena.clear(each.value);
          }
          expect(images.stats()).toMatchObject({ ...arena.counts, blocksCached: arena.pool.length });
          images.checkInvariants({ atRest: true });
        }
        const { allocatedBlocks, freedBlocks, blocksCached } = images.stats();
        const blocks = live.reduce((sum, { sizes }) => sum + sizes.length, 0);
        expect(allocatedBlocks - freedBlocks - blocksCached).toBe(blocks);
        own.detach();
      }),
      { numRuns: 60 },
    );
  });
});
