/** Kernels beside sharp's operations of the same name, where both compute the same. */
import {
  type BlendMode,
  blendModes,
  composite,
  histogram,
  type Layout,
  rasterOf,
  statistics,
  trimBox,
} from '@sharena/kernels';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { noise } from './helpers.ts';

const [width, height] = [64, 64];
const raw = { raw: { width, height, channels: 4 as const } };

/** What sharp and the kernel make of two images of RGBA. */
async function both(mode: BlendMode, src: Uint8Array, backdrop: Uint8Array): Promise<[Uint8Array, Uint8Array]> {
  const ours = backdrop.slice();
  composite(rasterOf(src, 'RGBA', width, height), rasterOf(ours, 'RGBA', width, height), 0, height, { mode });
  const layer = { input: Buffer.from(src), ...raw, blend: mode };
  return [ours, new Uint8Array(await sharp(backdrop, raw).composite([layer]).raw().toBuffer())];
}

/** The largest difference, where something is seen. */
function worst(a: Uint8Array, b: Uint8Array, leaveOut: (i: number) => boolean = () => false): number {
  return a.reduce((most, value, i) => {
    const isSeen = i % 4 === 3 || (a[i | 3] > 0 && !leaveOut(i));
    return isSeen ? Math.max(most, Math.abs(value - b[i])) : most;
  }, 0);
}

const opaque = (bytes: Uint8Array): Uint8Array => bytes.map((value, i) => (i % 4 === 3 ? 255 : value));

describe('composite, within 1', () => {
  test.each(blendModes)('%s of opaque images', async (mode) => {
    const src = opaque(noise(width * height * 4, 5));
    const backdrop = opaque(noise(width * height * 4, 77));
    // libvips takes black dodged by white for white, and white burnt by black for black; W3C's formulas have it the other way round.
    const isCorner = (i: number): boolean =>
      (mode === 'color-dodge' && backdrop[i] === 0 && src[i] === 255) ||
      (mode === 'color-burn' && backdrop[i] === 255 && src[i] === 0);
    const [ours, theirs] = await both(mode, src, backdrop);
    expect(worst(ours, theirs, isCorner)).toBeLessThanOrEqual(1);
  });

  // With alpha, libvips weighs what is mixed, and `atop`, by other formulas than W3C's.
  test.each<BlendMode>(['over', 'source', 'in', 'out', 'dest-over', 'dest-in', 'dest-out', 'xor', 'add'])(
    '%s of images with every alpha',
    async (mode) => {
      const src = noise(width * height * 4, 5).map((value, i) => (i % 4 === 3 ? ((i >> 2) % 64) * 4 + 1 : value));
      const backdrop = noise(width * height * 4, 77).map((value, i) => (i % 4 === 3 ? (i >> 8) * 4 + 3 : value));
      expect(worst(...(await both(mode, src, backdrop)))).toBeLessThanOrEqual(1);
    },
  );
});

describe.each<[Layout, 1 | 3]>([
  ['L', 1],
  ['RGB;24', 3],
])('%s', (layout, channels) => {
  test('trim finds the box of sharp, for drawings', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [w, h] = [30 + (seed % 7), 20 + (seed % 5)];
      const dots = noise(w * h, seed);
      const pixels = new Uint8Array(w * h * channels).map((_, i) => {
        const pixel = Math.floor(i / channels);
        return dots[pixel] > 252 && pixel > w ? 255 - ((seed * 29) & 255) : 7 + (dots[pixel] % 9);
      });
      const image = sharp(pixels, { raw: { width: w, height: h, channels } });
      const { info } = await image.trim({ threshold: 20, lineArt: true }).raw().toBuffer({ resolveWithObject: true });
      const box = trimBox(rasterOf(pixels, layout, w, h), 0, h, { threshold: 20 });
      const left = 0 - (info.trimOffsetLeft ?? 0);
      const top = 0 - (info.trimOffsetTop ?? 0);
      expect(box ?? [0, 0, w, h]).toEqual([left, top, left + info.width, top + info.height]);
    }
  });

  test('statistics are those of sharp', async () => {
    const pixels = noise(50 * 40 * channels, 9);
    const { channels: theirs } = await sharp(pixels, { raw: { width: 50, height: 40, channels } }).stats();
    const { bands } = statistics(histogram(rasterOf(pixels, layout, 50, 40), 0, 40));
    expect(theirs).toHaveLength(channels);
    theirs.forEach(({ min, max, sum, squaresSum, mean, stdev }, i) => {
      const { least, most, sumOfSquares, count, deviation, ...band } = bands[i];
      expect([least, most, band.sum, sumOfSquares]).toEqual([min, max, sum, squaresSum]);
      expect(band.mean).toBeCloseTo(mean, 9);
      expect(deviation * Math.sqrt(count / (count - 1))).toBeCloseTo(stdev, 9);
    });
  });
});
