/** When kernels run as SIMD, what they ask of the scratch allocator, and that they read nothing beyond the memory. */
import { describe, expect, test } from 'vitest';
import {
  accelerate,
  convert,
  type Filter,
  flop,
  hasAlpha,
  KernelError,
  type Layout,
  layouts,
  premultiply,
  type Raster,
  rasterOf,
  resize,
  rotate90,
  transverse,
  unpremultiply,
} from '../src/index.ts';
import { engineFor } from '../src/simd/engine.ts';
import { noise } from './inputs.ts';
import { memories } from './memories.ts';
import { expectSame, packed, store } from './rasters.ts';

declare const WebAssembly: {
  Memory: new (_: { initial: number; maximum: number; shared: boolean }) => { readonly buffer: SharedArrayBuffer };
};

const page = 65536;

function memoryOf(pages: number, shared = true) {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
}

/** A resize of noise from one place of a memory to another. */
function resizeIn(bytes: Uint8Array): Uint8Array {
  const src = rasterOf(bytes, 'RGB;24', 90, 60, { offset: 1000 });
  const dst = rasterOf(bytes, 'RGB;24', 40, 30, { offset: 30000 });
  store(src, noise(90 * 60 * 3, 5));
  resize(src, dst, 0, 30, { filter: 'bicubic' });
  return packed(dst);
}

const expected = resizeIn(new Uint8Array(page));

describe('accelerate', () => {
  test('uses scratch while a kernel runs, once, and gives it back', () => {
    const memory = memoryOf(4);
    const calls: string[] = [];
    const scratch = {
      malloc: (bytes: number) => {
        calls.push('malloc');
        expect(bytes).toBeLessThan(page);
        return page;
      },
      free: (address: number) => calls.push(`free ${address}`),
    };
    expect(accelerate(memory, scratch)).not.toBe('scalar');
    expectSame(resizeIn(new Uint8Array(memory.buffer)), expected);
    expect(calls).toEqual(['malloc', `free ${page}`]);
  });

  test('without room for scratch a kernel is scalar', () => {
    const memory = memoryOf(1);
    let asked = 0;
    const malloc = () => {
      asked++;
      throw new Error('no room');
    };
    accelerate(memory, { malloc, free: () => expect.unreachable() });
    expectSame(resizeIn(new Uint8Array(memory.buffer)), expected);
    expect(asked).toBe(1);
  });

  test('is for one memory: rasters in two are done by the twins', () => {
    const [a, b] = [memoryOf(1), memoryOf(1)];
    const none = { malloc: () => expect.unreachable(), free: () => expect.unreachable() };
    accelerate(a, none);
    accelerate(b, none);
    const src = rasterOf(new Uint8Array(a.buffer), 'L', 20, 20);
    const dst = rasterOf(new Uint8Array(b.buffer), 'L', 10, 10);
    expect(engineFor(src, src)).toBeDefined();
    expect(engineFor(src, dst)).toBeUndefined();
    resize(src, dst, 0, 10, { filter: 'box' });
  });

  test('takes no memory that a module cannot import', () => {
    const scratch = { malloc: () => 0, free: () => {} };
    expect(accelerate({ buffer: new SharedArrayBuffer(page) }, scratch)).toBe('scalar');
    expect(() => accelerate(memoryOf(1, false), scratch)).toThrow(KernelError);
    expect(() => accelerate(undefined as never, scratch)).toThrow(/`memory.buffer` to be a SharedArrayBuffer/);
  });

  test('an empty list of builds goes back to scalar, and a list chooses', () => {
    const memory = memoryOf(1);
    const raster = rasterOf(new Uint8Array(memory.buffer), 'L', 1, 1);
    const scratch = { malloc: () => 0, free: () => {} };
    expect(accelerate(memory, scratch, ['simd'])).toBe('simd');
    expect(engineFor(raster, raster)?.build).toBe('simd');
    expect(accelerate(memory, scratch, [])).toBe('scalar');
    expect(engineFor(raster, raster)).toBeUndefined();
  });
});

/** Kernels on pixels that end where the memory ends: a read beyond them would trap. */
const atTheEnd: readonly (readonly [
  string,
  (src: Raster, to: (layout: Layout, w: number, h: number) => Raster) => void,
])[] = [
  ...(['nearest', 'box', 'lanczos'] as Filter[]).flatMap((filter) =>
    (
      [
        [3, 2],
        [50, 31],
        [1, 1],
      ] as const
    ).map(
      ([w, h]) =>
        [
          `resize ${filter} to ${w}x${h}`,
          (src: Raster, to: (layout: Layout, w: number, h: number) => Raster) =>
            resize(src, to(src.layout, w, h), 0, h, { filter }),
        ] as const,
    ),
  ),
  ['flop', (src, to) => flop(src, to(src.layout, src.width, src.height), 0, src.height)],
  ['rotate90', (src, to) => rotate90(src, to(src.layout, src.height, src.width), 0, src.width, 1)],
  ['transverse', (src, to) => transverse(src, to(src.layout, src.height, src.width), 0, src.width)],
  [
    'premultiply',
    (src, to) => hasAlpha(src.layout) && premultiply(src, to(src.layout, src.width, src.height), 0, src.height),
  ],
  [
    'unpremultiply',
    (src, to) => hasAlpha(src.layout) && unpremultiply(src, to(src.layout, src.width, src.height), 0, src.height),
  ],
  ...layouts.map(
    (layout) =>
      [
        `convert to ${layout}`,
        (src: Raster, to: (layout: Layout, w: number, h: number) => Raster) =>
          convert(src, to(layout, src.width, src.height), 0, src.height),
      ] as const,
  ),
];

describe.each(memories())('pixels at the end of the memory, $acceleration', ({ bytes }) => {
  test.each(atTheEnd)('%s', (_, run) => {
    for (const layout of layouts) {
      for (const width of [1, 2, 3, 5, 6, 7, 15, 16, 17, 33]) {
        const pixel = layout === 'L' ? 1 : layout === 'RGB;24' ? 3 : 4;
        const size = width * 5 * pixel;
        const src = rasterOf(bytes, layout, width, 5, { offset: bytes.length - size });
        const to = (out: Layout, w: number, h: number) => rasterOf(bytes, out, w, h, { offset: 4096 });
        run(src, to);
        const dst = rasterOf(bytes, layout, width, 5, { offset: bytes.length - size });
        const small = rasterOf(bytes, layout, 9, 9, { offset: 4096 });
        resize(small, dst, 0, 5, { filter: 'hamming' });
      }
    }
  });
});
