/** Byte identity with Pillow: everything that recorded/record.py recorded, in chains and blocks of several alignments. */
import { SharedHeap } from '@sharena/heap';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SharedImage } from '../src/image.ts';
import { MODES, type Mode } from '../src/modes.ts';
import { ImageStore } from '../src/store/image-store.ts';
import { type Case, cases, noise, result } from './recorded/recorded.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeAll(() => {
  heap = SharedHeap.create({ reserve: '64MiB' });
  store = ImageStore.over(heap);
  store.blockSize = 4096;
});

afterAll(() => {
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

function noisy(mode: Mode, width: number, height: number, seed?: number): SharedImage {
  const image = store.new(mode, width, height, { dirty: true });
  scribble(image);
  image.fromBytes(noise(image.toBytes({ form: 'raw' }).length, width, height, seed), { form: 'raw' });
  return image;
}

/** What is there already must not matter: padding in pixels, gaps between rows. */
function scribble(image: SharedImage): void {
  for (const { bytes } of image.strips()) bytes.fill(0xa5);
}

function raw(image: SharedImage): string {
  return result(image.toBytes({ form: 'raw' }));
}

function expectAll({ in: [mode, width, height], ...recorded }: Case): void {
  using image = noisy(mode, width, height);
  expect(raw(image)).toBe(recorded.bytes);
  for (const [box, expected] of recorded.crop) {
    using cropped = image.crop(box);
    expect(raw(cropped), `crop ${box}`).toBe(expected);
  }
  for (const [w, h, x, y, expected] of recorded.paste) {
    using target = image.copy();
    using source = noisy(mode, w, h, 77);
    target.paste(source, x, y);
    expect(raw(target), `paste ${[w, h, x, y]}`).toBe(expected);
  }
  for (const [pixel, box, expected] of recorded.fill) {
    using target = image.copy();
    target.fill(pixel, box ?? undefined);
    expect(raw(target), `fill ${pixel} in ${box}`).toBe(expected);
  }
  for (const [w, h, x, y, expected] of recorded.bbox ?? []) {
    using target = store.new(mode, width, height);
    target.fill(recorded.ground ?? 0);
    using source = noisy(mode, w, h, 5);
    target.paste(source, x, y);
    expect(target.getBbox() ?? null, `bbox ${[w, h, x, y]}`).toEqual(expected);
  }
  expectBands(image, recorded.split);
  expect(raw(image), 'the image itself').toBe(recorded.bytes);
}

function expectBands(image: SharedImage, expected: readonly string[]): void {
  const bands = image.split();
  expect(bands.map(raw)).toEqual(expected.slice(0, image.bands));
  if (bands.length > 1) {
    using merged = SharedImage.merge(image.mode, bands);
    expect(raw(merged), 'merged').toBe(expected[bands.length]);
  }
  for (const band of bands) band.release();
}

describe.each([1, 2, 4, 8, 16, 32, 64, 128])('alignment %i', (alignment) => {
  test.each([...new Set(cases.map((each) => each.in[0]))])('%s', (mode) => {
    store.alignment = alignment;
    for (const each of cases.filter((one) => one.in[0] === mode)) expectAll(each);
  });
});

test('every mode of Pillow is recorded, but I;16N, of which it cannot give the bytes', () => {
  const recorded = new Set(cases.map((each) => each.in[0]));
  const missing = MODES.map((info) => info.mode).filter((mode) => !recorded.has(mode));
  expect(missing).toEqual(['I;16N', 'RGB;24']);
});
