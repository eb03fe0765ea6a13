/** Byte identity with Pillow's transforms and rotations: every case that `data/record_warps.py` recorded, in every layout. */
import { beforeAll, describe, expect, test } from 'vitest';
import { affine, perspective, type Raster, rotate, rotation, type WarpFilter } from '../src/index.ts';
import { memories } from './memories.ts';
import { scattered } from './rasters.ts';
import { type Case, expectRecorded, recorded, sources } from './recorded.ts';

interface WarpCase extends Case {
  readonly op: 'affine' | 'perspective' | 'rotate';
  readonly to: readonly [number, number];
  readonly filter: WarpFilter;
  readonly matrix?: readonly number[];
  readonly angle?: number;
  readonly expand?: boolean;
  readonly center?: readonly [number, number];
  readonly translate?: readonly [number, number];
  readonly fill?: readonly number[];
}

const cases = recorded<WarpCase>('warps.json');

/** Pillow turns the other way. */
function clockwise({ angle }: WarpCase): number {
  return 0 - (angle as number);
}

function run(c: WarpCase, src: Raster, dst: Raster): void {
  const { filter, fill, expand, center, translate } = c;
  const options = { filter, ...(fill && { fill }) };
  const turning = {
    ...(expand !== undefined && { expand }),
    ...(center && { centre: center }),
    ...(translate && { translate }),
  };
  if (c.op === 'affine') affine(src, dst, 0, dst.height, c.matrix as number[], options);
  else if (c.op === 'perspective') perspective(src, dst, 0, dst.height, c.matrix as number[], options);
  else rotate(src, dst, 0, dst.height, clockwise(c), { ...options, ...turning });
}

describe.each(memories())('transforms make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  for (const op of ['affine', 'perspective', 'rotate'] as const) {
    for (const filter of ['nearest', 'bilinear', 'bicubic'] as const) {
      const mine = cases.filter((c) => c.op === op && c.filter === filter);
      test(`${op}, ${filter}: ${mine.length} cases`, () => {
        expect(mine.length).toBeGreaterThan(60);
        for (const c of mine) {
          for (const src of sources(c.in)) {
            const dst = scattered(src.layout, c.to[0], c.to[1], 2);
            run(c, src, dst);
            expectRecorded(dst, c);
          }
        }
      });
    }
  }
});

test('a rotation says how large its result is', () => {
  for (const c of cases) {
    if (c.op !== 'rotate' || c.center || c.translate) continue;
    const size = { width: c.in[2], height: c.in[3] };
    const { width, height } = rotation(size, clockwise(c), { expand: c.expand ?? false });
    expect([width, height]).toEqual(c.to);
  }
});
