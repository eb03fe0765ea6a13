/** Byte identity with Pillow's transforms and rotations: every case that `data/record_warps.py` recorded, in every layout. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { affine, perspective, type Raster, rotate, rotation, type WarpFilter } from '../src/index.ts';
import { type Input, inputBytes, layoutsOf } from './inputs.ts';
import { memories } from './memories.ts';
import { packed, scattered, stored } from './rasters.ts';

interface Case {
  readonly in: Input;
  readonly op: 'affine' | 'perspective' | 'rotate';
  readonly to: readonly [number, number];
  readonly filter: WarpFilter;
  readonly matrix?: readonly number[];
  readonly angle?: number;
  readonly expand?: boolean;
  readonly center?: readonly [number, number];
  readonly translate?: readonly [number, number];
  readonly fill?: readonly number[];
  readonly sha256?: string;
  readonly bytes?: string;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./data/warps.json', import.meta.url), 'utf8'),
);

function run(c: Case, src: Raster, dst: Raster): void {
  const { filter, fill, expand, center, translate } = c;
  const options = { filter, ...(fill && { fill }) };
  const turning = {
    ...(expand !== undefined && { expand }),
    ...(center && { centre: center }),
    ...(translate && { translate }),
  };
  if (c.op === 'affine') affine(src, dst, 0, dst.height, c.matrix!, options);
  else if (c.op === 'perspective') perspective(src, dst, 0, dst.height, c.matrix!, options);
  else rotate(src, dst, 0, dst.height, -c.angle!, { ...options, ...turning });
}

function expectRecorded(dst: Raster, { sha256, bytes, ...rest }: Case): void {
  const made = packed(dst);
  const label = `${dst.layout} ${JSON.stringify(rest)}`;
  if (bytes !== undefined) expect(Buffer.from(made).toString('base64'), label).toBe(bytes);
  else expect(createHash('sha256').update(made).digest('hex'), label).toBe(sha256);
}

describe.each(memories())('transforms make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  for (const op of ['affine', 'perspective', 'rotate'] as const) {
    for (const filter of ['nearest', 'bilinear', 'bicubic'] as const) {
      const mine = cases.filter((c) => c.op === op && c.filter === filter);
      test(`${op}, ${filter}: ${mine.length} cases`, () => {
        expect(mine.length).toBeGreaterThan(60);
        for (const c of mine) {
          for (const layout of layoutsOf[c.in[1]]) {
            const src = stored(inputBytes(c.in), layout, c.in[2], c.in[3]);
            const dst = scattered(layout, c.to[0], c.to[1], 2);
            run(c, src, dst);
            expectRecorded(dst, c);
          }
        }
      });
    }
  }
});

test('a rotation says how large its result is', () => {
  for (const { op, in: input, angle, expand, center, translate, to } of cases) {
    if (op !== 'rotate' || center || translate) continue;
    const { width, height } = rotation({ width: input[2], height: input[3] }, -angle!, { expand: expand ?? false });
    expect([width, height]).toEqual(to);
  }
});
