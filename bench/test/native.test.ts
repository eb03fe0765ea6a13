/** The loops in C do what our kernels do: bytes for bytes, by their sums. */
import { spawnSync } from 'node:child_process';
import { convert, equalize, flop, histogram, linear, point, resize, rotate, rotation } from '@sharena/kernels';
import { afterAll, expect, test } from 'vitest';
import { startNative, sumOf } from '../kernels/native/native.js';
import { makePhoto } from '../kernels/photo.js';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
const width = 809;
const height = 621;
const { photo } = await makePhoto(false, `${width}x${height}`);
const { rgb, l, image } = photo;
const like = (layout: string) => image(layout, width, height);
const filled = (layout: string) => {
  const made = like(layout);
  convert(l, made, 0, height);
  return made;
};
const angle = rotation(rgb, 10, { expand: true });
const gamma = Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** (1 / 2.2)));
const loops = hasCompiler ? startNative(photo) : undefined;
afterAll(() => loops?.end());

/** For each loop our kernel into the image. */
const kernels = {
  gamma: [like('RGB;24'), (dst) => point(rgb, dst, 0, height, [gamma])],
  equalize: [like('RGB;24'), (dst) => equalize(rgb, dst, 0, height)],
  nearest: [image('RGB;24', 720, 588), (dst) => resize(rgb, dst, 0, 588, { filter: 'nearest' })],
  turn: [
    image('RGB;24', angle.width, angle.height),
    (dst) => rotate(rgb, dst, 0, angle.height, 10, { expand: true, filter: 'nearest' }),
  ],
  'flop I': [like('I'), (dst) => flop(filled('I'), dst, 0, height)],
  'linear F': [like('F'), (dst) => linear(filled('F'), dst, 0, height, 0.7, 12)],
  'L to F': [like('F'), (dst) => convert(l, dst, 0, height)],
};

test.skipIf(!hasCompiler).each(Object.entries(kernels))('%s', async (name, [dst, kernel]) => {
  kernel(dst);
  expect(await loops.sum(name)).toBe(sumOf(dst.packed));
});

test.skipIf(!hasCompiler)('histogram', async () => {
  expect(await loops.sum('histogram')).toBe(sumOf(new Uint8Array(Uint32Array.from(histogram(rgb, 0, height)).buffer)));
});
