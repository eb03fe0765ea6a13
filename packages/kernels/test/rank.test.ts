/** Byte identity with Pillow's rank filters: every case that `data/record_warps.py` recorded, in every layout. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { maximum, median, minimum, type Raster, rank } from '../src/index.ts';
import { type Input, inputBytes, layoutsOf } from './inputs.ts';
import { memories } from './memories.ts';
import { packed, scattered, stored } from './rasters.ts';

interface Case {
  readonly in: Input;
  readonly op: 'median' | 'minimum' | 'maximum' | 'rank';
  readonly size: number;
  readonly rank?: number;
  readonly sha256?: string;
  readonly bytes?: string;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./data/ranks.json', import.meta.url), 'utf8'),
);

const operations: Readonly<Record<Case['op'], (src: Raster, dst: Raster, c: Case) => void>> = {
  median: (src, dst, { size }) => median(src, dst, 0, dst.height, size),
  minimum: (src, dst, { size }) => minimum(src, dst, 0, dst.height, size),
  maximum: (src, dst, { size }) => maximum(src, dst, 0, dst.height, size),
  rank: (src, dst, c) => rank(src, dst, 0, dst.height, c.size, c.rank!),
};

describe.each(memories())('rank filters make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  for (const op of ['median', 'minimum', 'maximum', 'rank'] as const) {
    const mine = cases.filter((c) => c.op === op);
    test(`${op}: ${mine.length} cases`, () => {
      expect(mine.length).toBeGreaterThan(300);
      for (const c of mine) {
        for (const layout of layoutsOf[c.in[1]]) {
          const src = stored(inputBytes(c.in), layout, c.in[2], c.in[3]);
          const dst = scattered(layout, src.width, src.height, 2);
          operations[op](src, dst, c);
          const made = packed(dst);
          const { sha256, bytes, ...rest } = c;
          const label = `${layout} ${JSON.stringify(rest)}`;
          if (bytes !== undefined) expect(Buffer.from(made).toString('base64'), label).toBe(bytes);
          else expect(createHash('sha256').update(made).digest('hex'), label).toBe(sha256);
        }
      }
    });
  }
});
