/** Byte identity with Pillow's rank filters: every case that `data/record_warps.py` recorded, in every layout. */
import { beforeAll, describe, expect, test } from 'vitest';
import { maximum, median, minimum, type Raster, rank } from '../src/index.ts';
import { memories } from './memories.ts';
import { scattered } from './rasters.ts';
import { type Case, expectRecorded, recorded, sources } from './recorded.ts';

interface RankCase extends Case {
  readonly op: 'median' | 'minimum' | 'maximum' | 'rank';
  readonly size: number;
  readonly rank?: number;
}

const cases = recorded<RankCase>('ranks.json');

const operations: Readonly<Record<RankCase['op'], (src: Raster, dst: Raster, c: RankCase) => void>> = {
  median: (src, dst, { size }) => median(src, dst, 0, dst.height, size),
  minimum: (src, dst, { size }) => minimum(src, dst, 0, dst.height, size),
  maximum: (src, dst, { size }) => maximum(src, dst, 0, dst.height, size),
  rank: (src, dst, c) => rank(src, dst, 0, dst.height, c.size, c.rank as number),
};

describe.each(memories())('rank filters make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  for (const op of ['median', 'minimum', 'maximum', 'rank'] as const) {
    const mine = cases.filter((c) => c.op === op);
    test(`${op}: ${mine.length} cases`, () => {
      expect(mine.length).toBeGreaterThan(300);
      for (const c of mine) {
        for (const src of sources(c.in)) {
          const dst = scattered(src.layout, src.width, src.height, 2);
          operations[op](src, dst, c);
          expectRecorded(dst, c);
        }
      }
    });
  }
});
