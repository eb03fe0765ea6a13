/** Whatever is done to the pixels of an image, in whatever mode and blocks, does the same to arrays of numbers. */
import { SharedHeap } from '@sharena/heap';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SharedImage } from '../src/image.ts';
import { MODES, type ModeInfo } from '../src/modes.ts';
import type { Box } from '../src/pixels/box.ts';
import type { PixelValue } from '../src/pixels/pixel.ts';
import { ImageStore } from '../src/store/image-store.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeAll(() => {
  heap = SharedHeap.create({ reserve: '64MiB' });
  store = ImageStore.over(heap);
});

afterAll(() => {
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

/** An image as a list of rows of pixels, each a list of values. Everything goes pixel by pixel. */
class Model {
  rows: number[][][];
  readonly bands: number;

  constructor(width: number, height: number, bands: number) {
    this.bands = bands;
    this.rows = Array.from({ length: height }, () => Array.from({ length: width }, () => Array(bands).fill(0)));
  }

  get width(): number {
    return this.rows[0]?.length ?? 0;
  }

  fill([left, upper, right, lower]: Box, pixel: number[]): void {
    this.rows = this.rows.map((row, y) =>
      row.map((old, x) => (x >= left && x < right && y >= upper && y < lower ? [...pixel] : old)),
    );
  }

  crop([left, upper, right, lower]: Box): Model {
    const made = new Model(right - left, lower - upper, this.bands);
    made.rows = made.rows.map((row, y) => row.map((zero, x) => this.rows[upper + y]?.[left + x]?.slice() ?? zero));
    return made;
  }

  paste(source: Model, left: number, upper: number): void {
    this.rows = this.rows.map((row, y) => row.map((old, x) => source.rows[y - upper]?.[x - left]?.slice() ?? old));
  }

  band(band: number): number[] {
    return this.rows.flatMap((row) => row.map((pixel) => pixel[band]));
  }

  setBand(band: number, top: number, value: (x: number, y: number) => number): void {
    this.rows.slice(top).forEach((row, y) => {
      row.forEach((pixel, x) => {
        pixel[band] = value(x, y);
      });
    });
  }

  bbox(counts: readonly number[]): Box | undefined {
    const full = this.rows.flatMap((row, y) =>
      row.flatMap((pixel, x) => (counts.some((band) => pixel[band] !== 0) ? [[x, y]] : [])),
    );
    if (full.length === 0) return undefined;
    const [xs, ys] = [full.map(([x]) => x), full.map(([, y]) => y)];
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
  }
}

const info = fc.constantFrom(...MODES);
const edge = fc.integer({ min: -12, max: 50 });
const box = fc.tuple(edge, edge, edge, edge).map(([a, b, c, d]): Box => {
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
});
const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const step = fc.oneof(
  fc.record({ do: fc.constant('fill' as const), box, seed: number }),
  fc.record({ do: fc.constant('crop' as const), box }),
  fc.record({ do: fc.constant('paste' as const), box, x: edge, y: edge }),
  fc.record({ do: fc.constant('move' as const), x: edge, y: edge }),
  fc.record({ do: fc.constant('band' as const), seed: number }),
  fc.record({ do: fc.constant('put' as const), seed: number }),
  fc.record({ do: fc.constant('strips' as const), lines: fc.integer({ min: 1, max: 40 }), seed: number }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A value of a band, made of a number of 32 bits. */
function bandValue({ type }: ModeInfo, seed: number): number {
  if (type === 'uint8') return seed % 3 === 0 ? 0 : seed & 255;
  if (type === 'uint16') return seed & 65535;
  return type === 'int32' ? seed | 0 : Math.fround((seed - 2 ** 31) / 7);
}

function pixelOf(mode: ModeInfo, seed: number): number[] {
  return Array.from({ length: mode.bands }, (_, band) => bandValue(mode, Math.imul(seed, 2 * band + 1) >>> 0));
}

function asPixel(values: number[]): PixelValue {
  return values.length === 1 ? values[0] : values;
}

/** Does one step to both. It may make another image of them. */
function take(each: Step, image: SharedImage, model: Model, mode: ModeInfo): [SharedImage, Model] {
  if (each.do === 'crop') {
    const cropped = image.crop(each.box);
    image.release();
    return [cropped, model.crop(each.box)];
  }
  if (each.do === 'fill') {
    image.fill(asPixel(pixelOf(mode, each.seed)), each.box);
    model.fill(each.box, pixelOf(mode, each.seed));
  } else if (each.do === 'paste') {
    using part = image.crop(each.box);
    image.paste(part, each.x, each.y);
    model.paste(model.crop(each.box), each.x, each.y);
  } else if (each.do === 'move') {
    image.paste(image, each.x, each.y);
    model.paste(model, each.x, each.y);
  } else if (each.do === 'strips') paintStrips(each, image, model, mode);
  else if (image.width > 0 && image.height > 0) takeValue(each, image, model, mode);
  return [image, model];
}

function takeValue(
  { do: what, seed }: { do: 'put' | 'band'; seed: number },
  image: SharedImage,
  model: Model,
  mode: ModeInfo,
): void {
  const [x, y, band] = [seed % image.width, seed % image.height, seed % image.bands];
  if (what === 'put') {
    image.putPixel(x, y, asPixel(pixelOf(mode, seed)));
    model.rows[y][x] = pixelOf(mode, seed);
    return;
  }
  const value = (column: number, row: number) => bandValue(mode, (seed + 31 * column + 1009 * row) >>> 0);
  const values = image.getBand(band, y);
  for (let i = 0; i < values.length; i++) values[i] = value(i % image.width, Math.floor(i / image.width));
  image.setBand(mode.bandNames[mode.bandOffsets[band]], values, y);
  model.setBand(band, y, value);
}

/** Every strip is painted with a pixel of its own, through its bytes. */
function paintStrips(each: { lines: number; seed: number }, image: SharedImage, model: Model, mode: ModeInfo): void {
  const strips = image.strips(each.lines);
  expect(strips.reduce((rows, strip) => rows + strip.lines, 0)).toBe(image.width === 0 ? 0 : image.height);
  using pattern = store.new(mode.mode, image.width, 1);
  strips.forEach(({ top, lines, stride, bytes }, i) => {
    expect(lines).toBeLessThanOrEqual(each.lines);
    const pixel = pixelOf(mode, each.seed + i);
    pattern.fill(asPixel(pixel));
    for (let y = 0; y < lines; y++) bytes.set(pattern.row(0), y * stride);
    expect(image.strip(top, lines).bytes.byteOffset).toBe(bytes.byteOffset);
    model.fill([0, top, image.width, top + lines], pixel);
  });
}

function expectSame(image: SharedImage, model: Model, mode: ModeInfo): void {
  expect([image.width, image.height]).toEqual([image.height === 0 ? image.width : model.width, model.rows.length]);
  for (let band = 0; band < image.bands; band++) expect([...image.getBand(band)]).toEqual(model.band(band));
  const alpha = mode.bandNames.at(-1)?.toUpperCase() === 'A' ? [mode.bands - 1] : undefined;
  const all = [...Array(mode.bands).keys()];
  expect(image.getBbox()).toEqual(model.bbox(alpha ?? all));
  expect(image.getBbox({ alphaOnly: false })).toEqual(model.bbox(all));
  const last = model.rows.at(-1)?.at(-1);
  if (last) expect(image.getPixel(image.width - 1, image.height - 1)).toEqual(asPixel(last));
}

const setting = fc.record({
  mode: info,
  width: fc.constantFrom(1, 2, 5, 31, 47),
  height: fc.constantFrom(1, 2, 3, 30),
  wide: fc.boolean(),
  block: fc.boolean(),
  alignment: fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128),
});

test('sequences of fill, crop, paste, band, pixel and strip', () => {
  fc.assert(
    fc.property(setting, fc.array(step, { maxLength: 8 }), ({ mode, width, height, wide, block, alignment }, steps) => {
      store.alignment = alignment;
      store.blockSize = 4096;
      // Wide images have few rows to a block: their copies go over borders at every turn.
      const columns = wide ? width + 1000 : width;
      const made = block ? store.newBlock(mode.mode, columns, height) : store.new(mode.mode, columns, height);
      let pair: [SharedImage, Model] = [made, new Model(columns, height, mode.bands)];
      try {
        for (const each of steps) {
          pair = take(each, ...pair, mode);
          expectSame(...pair, mode);
        }
      } finally {
        pair[0].release();
      }
    }),
    { numRuns: 150 },
  );
});

test('bytes in both forms and any stride come back as they were', () => {
  const extra = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(setting, extra, fc.constantFrom('stored' as const, 'raw' as const), (shape, more, form) => {
      store.alignment = shape.alignment;
      store.blockSize = 4096;
      using image = store.new(shape.mode.mode, shape.width, shape.height);
      image.strips().forEach(({ bytes }, i) => {
        for (let at = 0; at < bytes.length; at++) bytes[at] = at * 7 + i;
      });
      const packed = image.toBytes({ form });
      const line = packed.length / shape.height;
      const spaced = image.toBytes({ form, stride: line + more });
      expect(spaced.length).toBe((line + more) * shape.height);
      for (let y = 0; y < shape.height; y++) {
        const row = spaced.subarray(y * (line + more), (y + 1) * (line + more));
        expect(row.subarray(0, line)).toEqual(packed.subarray(y * line, (y + 1) * line));
        expect(row.subarray(line).every((byte) => byte === 0)).toBe(true);
      }
      using again = store.newBlock(shape.mode.mode, shape.width, shape.height);
      again.fromBytes(spaced, { form, stride: line + more });
      expect(again.toBytes({ form })).toEqual(packed);
      again.fill(asPixel(pixelOf(shape.mode, 0)));
      again.fromBytes(spaced.subarray(0, spaced.length - more), { form, stride: line + more });
      expect(again.toBytes({ form })).toEqual(packed);
    }),
    { numRuns: 150 },
  );
});
