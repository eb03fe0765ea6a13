/** A mirror from left to right within an image that is the plan's own: the same pixels as in another image, and no room for one. */
import { SharedHeap } from '@sharena/heap';
import { ImageStore, type SharedImage } from '@sharena/imaging';
import { explain, type PipelineBuilder, pipeline, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOTH, bytesOf, expectSameBytes, type Kind, MODES, noiseImage, one, oneImage, PHOTOS } from './helpers.ts';

let heap: SharedHeap;
let store: ImageStore;
let runtime: Runtime;

beforeAll(async () => {
  heap = SharedHeap.create({ reserve: '64MiB' });
  store = ImageStore.over(heap);
  store.blockSize = 4096;
  runtime = await Runtime.start({ threads: 2, heap });
});
afterAll(async () => {
  await runtime.close();
  heap.detach();
});

/** The bytes of an image with every row in reverse. */
function mirrored(image: SharedImage): Uint8Array {
  const { width, pixelSize: size } = image;
  const bytes = image.toBytes();
  return bytes.map((_, i) => {
    const x = Math.floor(i / size) % width;
    const y = Math.floor(i / (size * width));
    return bytes[(y * width + width - 1 - x) * size + (i % size)];
  });
}

const before: readonly (readonly [name: string, plan: PipelineBuilder])[] = [
  ['nothing', pipeline()],
  ['a resize', pipeline().resize(37, 53, { fit: 'fill' })],
  ['a step in place', pipeline().negate()],
  ['another image and a step in place', pipeline().flip().linear(0.7, 20)],
  ['a filter', pipeline().boxBlur(2)],
];

describe('flop after', () => {
  test.each(before)('%s', async (_, plan) => {
    for (const mode of MODES) {
      for (const kind of ['block', 'chain'] satisfies Kind[]) {
        using image = noiseImage(store, mode, 61, 83, kind);
        expect(image.blocks.length > 1).toBe(kind === 'chain');
        const given = image.toBytes();
        for (const options of BOTH) {
          using upTo = await oneImage(runtime.run(plan, [image], options));
          using flopped = await oneImage(runtime.run(plan.flop(), [image], options));
          using back = await oneImage(runtime.run(plan.flop().flop(), [image], options));
          using negated = await oneImage(runtime.run(plan.flop().negate(), [image], options));
          const from = `${mode}, ${kind}, ${options.parallel}`;
          expectSameBytes(flopped.toBytes(), mirrored(upTo), from);
          expectSameBytes(back.toBytes(), upTo.toBytes(), `twice, ${from}`);
          using other = await oneImage(runtime.run(pipeline().negate(), [flopped], options));
          expectSameBytes(negated.toBytes(), other.toBytes(), `and a step in place, ${from}`);
        }
        expectSameBytes(image.toBytes(), given, 'the image that was given');
      }
    }
  });

  test('decoding', async () => {
    const expected = new Uint8Array(await sharp(PHOTOS.cat).flop().raw().toBuffer());
    for (const options of BOTH) {
      using image = await oneImage(runtime.run(pipeline().flop(), [PHOTOS.cat], options));
      expectSameBytes(bytesOf(image), expected, options.parallel);
    }
  });
});

describe('a plan with a flop needs no more room', () => {
  const decoded = 1024 * 510 * 3;
  const made = 2000 * 1500 * 3;
  const enlarge = pipeline().resize(2000, 1500, { fit: 'fill' });

  test('by its forecast', async () => {
    expect((await explain(pipeline().flop(), PHOTOS.cat)).bytes).toBe(decoded);
    expect((await explain(enlarge.linear(0.9).flop(), PHOTOS.cat)).bytes).toBe(decoded + made);
    expect((await explain(enlarge.flip(), PHOTOS.cat)).bytes).toBe(2 * made); // which moves rows
  });

  test.each(BOTH)('when it runs, $parallel', async (options) => {
    await using own = await Runtime.start({ threads: 2, reserve: '64MiB' });
    const { usedBytes } = own.heap.stats();
    const { image } = await one(own.run(enlarge.linear(0.9).flop(), [PHOTOS.cat], options));
    image?.release();
    const most = own.heap.stats().peakBytes - usedBytes;
    expect(most).toBeGreaterThanOrEqual(decoded + made);
    expect(most).toBeLessThan(2 * made); // one image beside the result, and scratch
  });
});
