/** Plans that end in a tensor: the numbers of the kernel, whoever writes them, and nothing left in the heap. */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { rasterOf, type TensorOptions, toTensor } from '@sharena/kernels';
import { PlanError, pipeline, type Runtime } from '@sharena/pipeline';
import { expect, test } from 'vitest';
import { MODES, noiseImage, one, oneFailure, type PipelineMode, photo, useRuntime } from './helpers.ts';

let store: ImageStore;
let runtime: Runtime;

useRuntime((started) => {
  runtime = started;
  store = started.store;
}, 3);

/** What the kernel makes of an image by itself. */
function expected(image: SharedImage, options: TensorOptions, type: 'float32' | 'uint8'): Float32Array | Uint8Array {
  const { width, height } = image;
  const channels = image.mode.startsWith('L') ? 1 : 3;
  const length = channels * width * height;
  const out = type === 'float32' ? new Float32Array(length) : new Uint8Array(length);
  toTensor(rasterOf(image.toBytes(), image.mode as PipelineMode, width, height), out, 0, height, options);
  return out;
}

const forms: readonly (TensorOptions & { readonly type?: 'float32' | 'uint8' })[] = [
  {},
  { mean: 0.5, std: 0.25, layout: 'hwc' },
  { scale: 2, order: 'bgr' },
  { type: 'uint8' },
  { type: 'uint8', layout: 'hwc', order: 'bgr' },
];

test.each(['images', 'strips'] as const)('%s: the numbers of the kernel, and their sides', async (parallel) => {
  for (const mode of MODES) {
    for (const [width, height] of [
      [37, 23],
      [1, 1],
      [5, 2],
    ] as const) {
      using image = noiseImage(store, mode, width, height);
      for (const { type = 'float32', ...options } of forms) {
        const result = await one(runtime.run(pipeline().tensor({ type, ...options }), [image], { parallel }));
        using _held = result.image as SharedImage;
        expect(result).toMatchObject({ width, height, data: undefined });
        expect(result.tensor?.data).toEqual(expected(image, options, type));
        const channels = mode.startsWith('L') ? 1 : 3;
        expect(result.tensor?.shape).toEqual(
          options.layout === 'hwc' ? [height, width, channels] : [channels, height, width],
        );
      }
    }
  }
});

test('one or three numbers for each colour, after other steps, beside other outputs', async () => {
  const options = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
  const plan = pipeline()
    .resize(64, 48)
    .branch({ numbers: pipeline().tensor(options), pixels: pipeline(), file: pipeline().encode('png') });
  for (const parallel of ['images', 'strips'] as const) {
    const { outputs } = await one(runtime.run(plan, [photo('flower')], { parallel }));
    using numbers = outputs[0].image as SharedImage;
    using pixels = outputs[1].image as SharedImage;
    expect(numbers.mode).toBe('F');
    expect(outputs[0].tensor?.data).toEqual(expected(pixels, options, 'float32'));
    expect(outputs[2].data?.length).toBeGreaterThan(100);
  }
});

test.each(['images', 'strips'] as const)('%s: of a photo that nobody else looks at', async (parallel) => {
  using pixels = (await one(runtime.run(pipeline().resize(64, 48), [photo('flower')]))).image as SharedImage;
  const ends = pipeline().tensor();
  const resized = pipeline().resize(64, 48);
  for (const plan of [resized.tensor(), resized.branch({ only: ends }), resized.branch({ first: ends, last: ends })]) {
    const { outputs } = await one(runtime.run(plan, [photo('flower')], { parallel }));
    for (const { image, tensor } of outputs) {
      using _held = image as SharedImage;
      expect(tensor?.data).toEqual(expected(pixels, {}, 'float32'));
    }
  }
});

test('three numbers for a grey image are a failure of that input, and leave nothing', async () => {
  for (const parallel of ['images', 'strips'] as const) {
    using image = noiseImage(store, 'L', 9, 9);
    const { error } = await oneFailure(runtime.run(pipeline().tensor({ mean: [1, 2, 3] }), [image], { parallel }));
    expect(error.message).toMatch(/options\.mean/);
  }
});

test('options that are none are refused when the plan is built', () => {
  expect(() => pipeline().tensor({ type: 'float16' as never })).toThrow(PlanError);
  expect(() => pipeline().tensor({ type: 'float16' as never })).toThrow(/`type` should be float32 or uint8/);
  expect(() => pipeline().tensor({ std: 0 })).toThrow(/options\.std/);
  expect(() => pipeline().tensor({ mean: [1, 2] })).toThrow(/options\.mean/);
  expect(() => pipeline().tensor({ type: 'uint8', scale: 2 })).toThrow(/left out for bytes/);
});
