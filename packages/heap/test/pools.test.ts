/** What pools/ promises beyond what the numbered cases and the models show. */
import { describe, expect, test } from 'vitest';
import { geometryNamed } from '../src/geometry.ts';
import { PAGE_BITS, PAGE_BYTES, remoteOf } from '../src/layout.ts';
import { gridOf } from '../src/pools/grid.ts';
import { remoteBlocks } from '../src/pools/remote-set.ts';
import { SLAB_GRIDS } from '../src/raw/slabs.ts';
import { GEOMETRY_NAMES, Level2 } from './helpers.ts';

const GRIDS = [...GEOMETRY_NAMES.map((name) => gridOf(geometryNamed(name))), ...SLAB_GRIDS];

const range = (length: number): number[] => [...Array(length).keys()];

describe('the test for multiples of a block size', () => {
  test.each(GRIDS)('is right for every offset and every class in pools of 2^$poolBits bytes', ({ poolBits, sizes }) => {
    for (const size of sizes) {
      const magic = Math.ceil(2 ** 32 / size);
      let wrong = 0;
      for (let from = 0; from < 2 ** poolBits; from++) {
        if (Math.imul(from, magic) >>> 0 < magic !== (from % size === 0)) wrong++;
      }
      expect(wrong, `size ${size}`).toBe(0);
    }
  });
});

describe.each(GEOMETRY_NAMES)('blocks that another thread frees: %s', (geometry) => {
  test('each block of each class has its own bit, and comes back as it was', () => {
    const owner = new Level2(geometry, 64);
    const other = new Level2(geometry, 64, owner);
    const { sizes, first, poolBits } = gridOf(geometryNamed(geometry));
    for (const size of sizes) {
      const blocks = Array.from({ length: Math.floor((2 ** poolBits - first) / size) }, () =>
        owner.object.malloc(size),
      );
      const set = remoteOf(owner.layout, blocks[0] >>> poolBits);
      blocks.forEach((block, number) => {
        other.object.free(block);
        expect(remoteBlocks(owner.words, set, blocks.length), `size ${size}`).toEqual(range(number + 1));
      });
      owner.object.collect();
      expect(remoteBlocks(owner.words, set, blocks.length)).toEqual([]);
      owner.checkInvariants();
    }
  });

  test('each block of each class of slabs', () => {
    const owner = new Level2(geometry, 64);
    const other = new Level2(geometry, 64, owner);
    for (const [kind, { sizes, poolBits }] of SLAB_GRIDS.entries()) {
      for (const [index, size] of sizes.entries()) {
        const at = kind === 0 ? index : SLAB_GRIDS[0].sizes.length + index;
        const blocks = Array.from({ length: Math.floor(2 ** poolBits / size) }, () => owner.slabs.take(at));
        for (const block of blocks) other.raw.free(block);
        const set = remoteOf(owner.layout, (blocks[0] / PAGE_BYTES) << (PAGE_BITS - owner.layout.poolBits));
        expect(remoteBlocks(owner.words, set, blocks.length), `size ${size}`).toEqual(range(blocks.length));
        owner.slabs.collect();
        expect(remoteBlocks(owner.words, set, blocks.length)).toEqual([]);
        owner.checkInvariants();
      }
    }
  });

  test('a block that is freed twice by others while it waits is refused, whichever was freed last', () => {
    const owner = new Level2(geometry, 64);
    const other = new Level2(geometry, 64, owner);
    const blocks = Array.from({ length: 5 }, () => owner.object.malloc(64));
    for (const block of blocks) other.object.free(block);
    for (const block of blocks) expect(() => other.object.free(block)).toThrow(/was freed already/);
    owner.object.collect();
    owner.checkInvariants();
  });
});
