/**
 * Images of `I;16`, `I` and `F` through a runtime: the bytes of the kernels whoever computes them, the modes on the way, 16-bit files, and what is
 * refused before anything is computed.
 */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import {
  type AnyRaster,
  convert,
  fill,
  fitBox,
  flop,
  linear,
  pixelSize,
  rasterOf,
  reduce,
  reduction,
  resize,
  rotate90,
  toTensor,
} from '@sharena/kernels';
import {
  type DecodeOptions,
  type PipelineBuilder,
  type PipelineMode,
  PlanError,
  pipeline,
  type Runtime,
  StepError,
} from '@sharena/pipeline';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { bytesOf, expectSameBytes, noise, one, oneData, oneFailure, oneImage, photo, useRuntime } from './helpers.ts';

const BOTH = ['images', 'strips'] as const;
const WIDE = ['I;16', 'I', 'F'] as const;
const [WIDTH, HEIGHT] = [61, 47];

let store: ImageStore;
let runtime: Runtime;

useRuntime((started) => {
  runtime = started;
  store = started.store;
}, 3);

/** Numbers from 0 to 65535 in the mode: of L their upper bytes. */
function pixels(mode: PipelineMode): Uint8Array {
  const numbers = new Uint16Array(noise(2 * WIDTH * HEIGHT, 5).buffer);
  if (mode === 'I;16') return new Uint8Array(numbers.buffer);
  if (mode === 'I') return new Uint8Array(Int32Array.from(numbers).buffer);
  if (mode === 'F') return new Uint8Array(Float32Array.from(numbers).buffer);
  return noise(WIDTH * HEIGHT * pixelSize(mode), 5);
}

function imageOf(mode: PipelineMode, kind: 'block' | 'chain' = 'block'): SharedImage {
  const image = kind === 'block' ? store.newBlock(mode, WIDTH, HEIGHT) : store.new(mode, WIDTH, HEIGHT);
  image.fromBytes(pixels(mode));
  return image;
}

function sourceOf(mode: PipelineMode): AnyRaster {
  return rasterOf(pixels(mode), mode, WIDTH, HEIGHT);
}

function emptyOf(mode: PipelineMode, width: number, height: number): AnyRaster {
  return rasterOf(new Uint8Array(width * height * pixelSize(mode)), mode, width, height);
}

/** What a plan makes of an image, by one thread and in strips, in one piece and in a chain. */
async function expectBytes(plan: PipelineBuilder, mode: PipelineMode, expected: AnyRaster): Promise<void> {
  for (const parallel of BOTH) {
    for (const kind of ['block', 'chain'] as const) {
      using image = imageOf(mode, kind);
      const made = await oneImage(runtime.run(plan, [image], { parallel }));
      expect(made.mode).toBe(expected.layout);
      expect([made.width, made.height]).toEqual([expected.width, expected.height]);
      expectSameBytes(bytesOf(made), expected.bytes, `${mode}, ${kind}, ${parallel}`);
      expectSameBytes(image.toBytes(), pixels(mode), 'the input');
    }
  }
}

describe.each(WIDE)('%s', (mode) => {
  test('is resized, with padding of the grey level of the background', async () => {
    const { dstBox } = fitBox({ width: WIDTH, height: HEIGHT }, { width: 40, height: 40 }, 'pad');
    const out = emptyOf(mode, 40, 40);
    fill(out, 0, 40, [200]);
    resize(sourceOf(mode), out, 0, 40, { filter: 'bicubic', dstBox });
    const background = [200, 200, 200, 255] as const;
    await expectBytes(pipeline().resize(40, 40, { fit: 'pad', filter: 'bicubic', background }), mode, out);
  });

  test('is turned, mirrored, reduced and scaled', async () => {
    const turned = emptyOf(mode, HEIGHT, WIDTH);
    rotate90(sourceOf(mode), turned, 0, WIDTH, 1);
    const mirrored = emptyOf(mode, HEIGHT, WIDTH);
    flop(turned, mirrored, 0, WIDTH);
    const small = emptyOf(mode, Math.ceil(HEIGHT / 3), Math.ceil(WIDTH / 2));
    reduce(mirrored, small, 0, small.height, [3, 2]);
    linear(small, small, 0, small.height, 0.5, 12);
    await expectBytes(pipeline().orient(6).flop().reduce(3, 2).grayscale().linear(0.5, 12), mode, small);
  });

  test('becomes L, and L becomes it, with steps of bytes on the way', async () => {
    const scaled = emptyOf(mode, WIDTH, HEIGHT);
    linear(sourceOf(mode), scaled, 0, HEIGHT, 1 / 256, 0);
    const grey = emptyOf('L', WIDTH, HEIGHT);
    convert(scaled, grey, 0, HEIGHT);
    await expectBytes(
      pipeline()
        .linear(1 / 256)
        .convert('L'),
      mode,
      grey,
    );
    const back = emptyOf(mode, WIDTH, HEIGHT);
    linear(grey, grey, 0, HEIGHT, -1, 255);
    convert(grey, back, 0, HEIGHT);
    await expectBytes(
      pipeline()
        .linear(1 / 256)
        .convert('L')
        .negate()
        .convert(mode),
      mode,
      back,
    );
  });

  test('ends in a tensor', async () => {
    const expected = new Float32Array(WIDTH * HEIGHT);
    toTensor(sourceOf(mode), expected, 0, HEIGHT, { mean: 0.5, std: 0.25 });
    for (const parallel of BOTH) {
      using image = imageOf(mode);
      const result = await one(runtime.run(pipeline().tensor({ mean: 0.5, std: 0.25 }), [image], { parallel }));
      using _held = result.image as SharedImage;
      expect(result.tensor).toEqual({ data: expected, shape: [1, HEIGHT, WIDTH] });
    }
  });
});

test('I;16 keeps all its bits beside metadata', async () => {
  using image = imageOf('I;16');
  const metadata = { exif: { keep: true, IFD0: { Copyright: 'Ada Lovelace' } }, density: 300 } as const;
  const data = await oneData(runtime.run(pipeline().encode('png', { metadata }), [image]));
  const { depth, density, exif } = await sharp(data).metadata();
  expect({ depth, density }).toEqual({ depth: 'ushort', density: 300 });
  expect(exif?.toString('latin1')).toContain('Ada Lovelace');
  const read = await sharp(data).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  expectSameBytes(read, pixels('I;16'));
});

test.each(['png', 'tiff'] as const)('I;16 is encoded as %s, with all its bits', async (format) => {
  for (const kind of ['block', 'chain'] as const) {
    using image = imageOf('I;16', kind);
    const options = format === 'tiff' ? { compression: 'lzw' as const } : {};
    const data = await oneData(runtime.run(pipeline().encode(format, options), [image]));
    const read = await sharp(data).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
    expectSameBytes(read, pixels('I;16'));
  }
});

test('what makes no sense for a mode fails before anything is computed, and names the step', async () => {
  const cases: readonly (readonly [PipelineMode, PipelineBuilder, RegExp])[] = [
    ['I;16', pipeline().blur(2), /^blur: not for images of mode I;16; convert\('L'\) goes before/],
    ['F', pipeline().resize(9, 9).threshold(3), /^threshold: not for images of mode F/],
    ['I', pipeline().rotate(10), /^rotate: not for images of mode I/],
    ['RGB;24', pipeline().convert('F'), /^convert: RGB;24 to F goes by way of convert\('L'\)/],
    ['I', pipeline().convert('RGBA'), /^convert: I to RGBA goes by way of convert\('L'\)/],
    ['F', pipeline().encode('png'), /^encode: png is not for images of mode F/],
    ['I;16', pipeline().encode('webp'), /^encode: webp is not for images of mode I;16/],
    ['I;16', pipeline().tensor({ type: 'uint8' }), /^tensor: uint8 is not for images of mode I;16/],
    ['I', pipeline().branch({ a: pipeline(), b: pipeline().median() }), /^median: not for images of mode I/],
    ['F', pipeline().linear(2).gamma(2), /^point: not for images of mode F/],
  ];
  for (const [mode, plan, message] of cases) {
    for (const parallel of BOTH) {
      using image = imageOf(mode);
      const { error } = await oneFailure(runtime.run(plan, [image], { parallel }));
      expect(error).toBeInstanceOf(StepError);
      expect(error.message).toMatch(message);
    }
  }
  expect(() => pipeline().convert('CMYK' as never)).toThrow(PlanError);
  expect(() => pipeline().convert('CMYK' as never)).toThrow(/`mode` should be one of L, LA, .*, F, got "CMYK"/);
});

describe('a reducing gap', () => {
  const modes = ['L', 'RGB;24', ...WIDE] as const;

  test.each(modes)('%s: reduce and resize, as Pillow does', async (mode) => {
    for (const [fit, width, height] of [
      ['fill', 9, 5],
      ['cover', 8, 8],
      ['pad', 12, 6],
      ['inside', 50, 3],
    ] as const) {
      const src = sourceOf(mode);
      const { box, dstBox, ...size } = fitBox(src, { width, height }, fit);
      const target = { width: dstBox[2], height: dstBox[3] };
      const made = reduction(src, target, { filter: 'lanczos', gap: 2, box });
      if (!made) throw new Error('there should be a reduction');
      const between = emptyOf(mode, made.width, made.height);
      reduce(src, between, 0, made.height, made.factor, made.area);
      const out = emptyOf(mode, size.width, size.height);
      fill(out, 0, size.height, mode === 'RGB;24' ? [0, 0, 0] : [0]);
      resize(between, out, 0, size.height, { filter: 'lanczos', box: made.box, dstBox });
      linear(out, out, 0, size.height, 0.75, 3);
      await expectBytes(pipeline().resize(width, height, { fit, reducingGap: 2 }).linear(0.75, 3), mode, out);
    }
  });

  test('is not for alpha, nor for nearest, as in Pillow', async () => {
    for (const [mode, filter] of [
      ['RGBA', 'lanczos'],
      ['LA', 'box'],
      ['RGB;24', 'nearest'],
    ] as const) {
      const out = emptyOf(mode, 6, 5);
      const src = sourceOf(mode);
      if (mode === 'LA') for (let i = 0; i < src.bytes.length; i += 4) src.bytes.fill(src.bytes[i], i, i + 3);
      resize(src, out, 0, 5, { filter });
      using image = store.newBlock(mode, WIDTH, HEIGHT);
      image.fromBytes(src.bytes);
      const plan = pipeline().resize(6, 5, { fit: 'fill', filter, reducingGap: 1 });
      expectSameBytes(bytesOf(await oneImage(runtime.run(plan, [image]))), out.bytes);
    }
  });

  test('goes on from what was decoded, by the size that the image has in full', async () => {
    const jpeg = photo('cat'); // 1024 by 510
    const whole = await oneImage(runtime.run(pipeline({ reducingGap: null }), [jpeg]));
    const src = rasterOf(whole.toBytes(), 'RGB;24', whole.width, whole.height);
    whole.release();
    const made = reduction(src, { width: 50, height: 25 }, { filter: 'lanczos', gap: 1 });
    if (!made) throw new Error('there should be a reduction');
    const between = emptyOf('RGB;24', made.width, made.height);
    reduce(src, between, 0, made.height, made.factor, made.area);
    const out = emptyOf('RGB;24', 50, 25);
    resize(between, out, 0, 25, { filter: 'lanczos', box: made.box });
    const plan = (decode: DecodeOptions) => pipeline(decode).resize(50, undefined, { reducingGap: 1 });
    for (const parallel of BOTH) {
      const full = await oneImage(runtime.run(plan({ reducingGap: null }), [jpeg], { parallel }));
      expect([full.width, full.height]).toEqual([50, 25]);
      expectSameBytes(bytesOf(full), out.bytes);
      // Decoded at a quarter, 256 by 128, which is a little more than the image: as large in the end, and much the same.
      const less = await oneImage(runtime.run(plan({ reducingGap: 3 }), [jpeg], { parallel }));
      expect([less.width, less.height]).toEqual([50, 25]);
      const off = bytesOf(less).reduce((sum, value, i) => sum + Math.abs(value - out.bytes[i]), 0) / out.bytes.length;
      expect(off).toBeGreaterThan(0);
      expect(off).toBeLessThan(3);
    }
  });

  test('is part of the plan', () => {
    const [step] = pipeline().resize(5, 5, { reducingGap: 3 }).toJSON().steps;
    expect(step).toMatchObject({ op: 'resize', reducingGap: 3 });
    expect(() => pipeline().resize(5, 5, { reducingGap: 0.5 })).toThrow(
      /`reducingGap` should be a number from 1, got 0.5/,
    );
  });
});
