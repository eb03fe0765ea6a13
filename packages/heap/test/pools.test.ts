/** What pools/ promises beyond what the numbered cases and the models show. */
import { describe, expect, test } from 'vitest';
import { geometryNamed } from '../src/geometry.ts';
import { gridOf } from '../src/pools/grid.ts';
import { SLAB_GRIDS } from '../src/raw/slabs.ts';
import { GEOMETRY_NAMES } from './helpers.ts';

const GRIDS = [...GEOMETRY_NAMES.map((name) => gridOf(geometryNamed(name))), ...SLAB_GRIDS];

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
