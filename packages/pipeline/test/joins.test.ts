/** Plans that part and join: branches, second inputs, taps, and users' functions with neighbours and in WebAssembly. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { composite, rasterOf } from '@sharena/kernels';
import { type Format, type Plan, pipeline, type RunSuccess, type Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  BOTH,
  bytesOf,
  drain,
  expectSameBytes,
  noiseImage,
  one,
  oneData,
  oneFailure,
  oneImage,
  operation,
  PHOTOS,
  temporaryFolder,
  useRuntime,
} from './helpers.ts';
import { compileWasm } from './wasm.ts';

let runtime: Runtime;
let store: ImageStore;
useRuntime((started) => {
  runtime = started;
  store = started.store;
});

function imagesOf({ outputs }: RunSuccess): Record<string, Uint8Array> {
  return Object.fromEntries(outputs.map(({ name, image }) => [name, bytesOf(image as SharedImage)]));
}

describe.each(BOTH)('branches: %o', (options) => {
  test('four sizes in two formats, each as if it were made alone', async () => {
    const widths = [400, 300, 200, 100];
    const formats = { webp: pipeline().encode('webp'), png: pipeline().encode('png', { compressionLevel: 1 }) };
    const sizes = widths.map((width) => [String(width), pipeline().resize(width).branch(formats)] as const);
    const plan = pipeline({ reducingGap: null }).branch(Object.fromEntries(sizes));
    const { outputs, ...first } = await one(runtime.run(plan, [PHOTOS.flower], options));
    const names = outputs.map(({ name }) => name);
    expect(names.toSorted()).toEqual(widths.flatMap((width) => [`${width}/png`, `${width}/webp`]).toSorted());
    expect(first).toMatchObject({ name: 'image.jpg', width: outputs[0].width, data: outputs[0].data });
    for (const { name, width, data, size } of outputs) {
      const [wide, format] = name.split('/') as [string, Format];
      const alone = pipeline({ reducingGap: null })
        .resize(Number(wide))
        .encode(format, format === 'png' ? { compressionLevel: 1 } : {});
      expect(width).toBe(Number(wide));
      expect(size).toBe(data?.length);
      expectSameBytes(data as Uint8Array, await oneData(runtime.run(alone, [PHOTOS.flower])), name);
    }
  });

  test('images, bytes and files, from an image that stays as it is', async () => {
    using image = noiseImage(store, 'RGB;24', 60, 40);
    const before = image.toBytes();
    const folder = await temporaryFolder();
    const plan = pipeline().branch({
      same: pipeline(),
      negative: pipeline().negate(),
      flipped: pipeline()
        .flip()
        .branch({ image: pipeline(), dark: pipeline().linear(0.5), file: pipeline().encode('png') }),
      last: pipeline().linear(2),
    });
    const file = join(folder, 'flipped.png');
    const input = { source: image, files: { 'flipped/file': file } };
    const result = await one(runtime.run(JSON.parse(JSON.stringify(plan)) as Plan, [input], options));
    const { outputs } = result;
    expect(outputs.map(({ name }) => name)).toEqual([
      'same',
      'negative',
      'flipped/image',
      'flipped/dark',
      'flipped/file',
      'last',
    ]);
    expect(outputs[4]).toMatchObject({ file, data: undefined, image: undefined });
    const made = imagesOf({ ...result, outputs: outputs.filter(({ image: held }) => held) });
    expectSameBytes(made.same, before, 'same');
    expectSameBytes(
      made.negative,
      before.map((value) => 255 - value),
      'negative',
    );
    const flipped = bytesOf(await oneImage(runtime.run(pipeline().flip(), [image])));
    expectSameBytes(made['flipped/image'], flipped, 'flipped');
    expectSameBytes(
      new Uint8Array(
        await sharp(await readFile(file))
          .raw()
          .toBuffer(),
      ),
      flipped,
      'file',
    );
    expectSameBytes(made['flipped/dark'], bytesOf(await oneImage(runtime.run(pipeline().flip().linear(0.5), [image]))));
    expectSameBytes(made.last, bytesOf(await oneImage(runtime.run(pipeline().linear(2), [image]))), 'last');
    expectSameBytes(image.toBytes(), before, 'the image that was given');
  });

  test('one that fails fails the input, and nothing is left of the others', async () => {
    const plan = pipeline().branch({
      good: pipeline().resize(20),
      bad: pipeline().map(operation('misbehave'), { how: 'throw' }),
      late: pipeline().encode('png'),
    });
    const { error } = await oneFailure(runtime.run(plan, [PHOTOS.cat], options));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_STEP' });
  });

  test('files for outputs that there are not are refused', async () => {
    const plan = pipeline().branch({ a: pipeline().encode('png') });
    for (const input of [
      { source: PHOTOS.cat, file: 'x.png' },
      { source: PHOTOS.cat, files: { b: 'x.png' } },
    ]) {
      const { error } = await oneFailure(runtime.run(plan, [input], options));
      expect(error).toMatchObject({ code: 'ERR_SHARENA_INVALID_ARGUMENT' });
      expect(error.message).toContain('Expected `inputs[0].files` to be files for a, got');
    }
  });
});

describe.each(BOTH)('second inputs: %o', (options) => {
  /** What the kernel makes of two images of four bytes a pixel. */
  function drawn(
    under: SharedImage,
    over: SharedImage,
    x: number,
    y: number,
    mode: 'over' | 'screen' = 'over',
  ): Uint8Array {
    const bytes = under.toBytes();
    const to = rasterOf(bytes, 'RGBA', under.width, under.height);
    composite(rasterOf(over.toBytes(), 'RGBA', over.width, over.height), to, 0, under.height, { x, y, mode });
    return bytes;
  }

  test('of a run: made once, drawn where the plan says', async () => {
    using image = noiseImage(store, 'RGBA', 70, 50);
    using mark = noiseImage(store, 'RGBA', 20, 10);
    const plan = pipeline().composite('mark', { position: 'southeast', x: -3, y: -4 });
    const results = await drain(runtime.run(plan, [], { ...options, inputs: { mark } }));
    expect(results).toEqual([]);
    for (const given of [plan.toJSON(), JSON.parse(JSON.stringify(plan)) as Plan]) {
      const made = bytesOf(await oneImage(runtime.run(given, [image], { ...options, inputs: { mark } })));
      expectSameBytes(made, drawn(image, mark, 70 - 20 - 3, 50 - 10 - 4));
    }
    // Its own steps, and among other steps of the same stage.
    const turned = pipeline().flip().composite('mark', { x: 5, mode: 'screen' }, pipeline().rotate90()).negate();
    using flipped = await oneImage(runtime.run(pipeline().flip(), [image]));
    using upright = await oneImage(runtime.run(pipeline().rotate90(), [mark]));
    const made = bytesOf(await oneImage(runtime.run(turned, [image], { ...options, inputs: { mark } })));
    expectSameBytes(
      made,
      drawn(flipped, upright, 5, 0, 'screen').map((value, i) => (i % 4 === 3 ? value : 255 - value)),
    );
    expect(mark.isOpen).toBe(true);
  });

  test('of one input, from every kind of source, before those of the run', async () => {
    using image = noiseImage(store, 'RGBA', 70, 50);
    using mark = noiseImage(store, 'RGBA', 20, 10);
    using other = noiseImage(store, 'RGBA', 8, 8);
    const png = await oneData(runtime.run(pipeline().encode('png'), [mark]));
    const plan = pipeline().composite('mark', { x: 1, y: 2 });
    const inputs = [mark, png].map((source) => ({ source: image, inputs: { mark: source } }));
    const expected = drawn(image, mark, 1, 2);
    for (const input of inputs) {
      expectSameBytes(
        bytesOf(await oneImage(runtime.run(plan, [input], { ...options, inputs: { mark: other } }))),
        expected,
      );
    }
  });

  test('the image itself, as it is before the step', async () => {
    using image = noiseImage(store, 'RGBA', 41, 43);
    const plan = pipeline().negate().composite(pipeline().flop().blur(2), { mode: 'screen' });
    using negative = await oneImage(runtime.run(pipeline().negate(), [image]));
    using soft = await oneImage(runtime.run(pipeline().negate().flop().blur(2), [image]));
    const made = bytesOf(await oneImage(runtime.run(plan, [image], options)));
    expectSameBytes(made, drawn(negative, soft, 0, 0, 'screen'));
  });

  test('one that is missing fails the input, one that cannot be decoded the run', async () => {
    const plan = pipeline().composite('mark');
    const { error } = await oneFailure(runtime.run(plan, [PHOTOS.cat], options));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_INVALID_ARGUMENT' });
    expect(error.message).toContain('the second input mark of the plan (there are: none)');
    const broken = { ...options, inputs: { mark: new Uint8Array(9) } };
    await expect(drain(runtime.run(plan, [PHOTOS.cat], broken))).rejects.toThrow('cannot decode mark: ');
    using image = noiseImage(store, 'RGB;24', 9, 9);
    const { error: own } = await oneFailure(
      runtime.run(plan, [{ source: image, inputs: { mark: new Uint8Array(9) } }], options),
    );
    expect(own.message).toContain('cannot decode mark: ');
  });
});

describe.each(BOTH)('taps: %o', (options) => {
  test('their answers are in the result, by their names', async () => {
    const plan = pipeline()
      .tap('before', operation('mean'))
      .threshold(0)
      .branch({ a: pipeline().resize(8, 4).tap('after', operation('mean')), b: pipeline().encode('png') });
    using image = noiseImage(store, 'L', 30, 20);
    const bytes = image.toBytes();
    const { taps, outputs } = await one(runtime.run(plan, [image], options));
    outputs[0].image?.release();
    const mean = Math.round(bytes.reduce((sum, value) => sum + value, 0) / bytes.length);
    expect(taps).toEqual({
      before: { mean, width: 30, height: 20, mode: 'L' },
      after: { mean: 255, width: 8, height: 4, mode: 'L' },
    });
  });

  test('one that throws fails its input', async () => {
    const { error } = await oneFailure(
      runtime.run(pipeline().tap('x', operation('mean'), { fail: true }), [PHOTOS.cat], options),
    );
    expect(error).toMatchObject({ code: 'ERR_SHARENA_STEP', message: `tap ${operation('mean').href}: no mean today` });
  });
});

/** The mean of each byte and those `halo` rows above and below it, where the image ends those of its end. */
function softened(bytes: Uint8Array, lineSize: number, halo: number): Uint8Array {
  const height = bytes.length / lineSize;
  return bytes.map((value, at) => {
    const [y, i] = [Math.floor(at / lineSize), at % lineSize];
    const above = bytes[Math.max(0, y - halo) * lineSize + i];
    const below = bytes[Math.min(height - 1, y + halo) * lineSize + i];
    return Math.floor((above + value + below) / 3);
  });
}

describe.each(BOTH)('a function that sees neighbours: %o', (options) => {
  test.each(['block', 'chain'] as const)('in JavaScript, on a %s', async (kind) => {
    using image = noiseImage(store, 'RGB;24', 33, 57, kind);
    const before = image.toBytes();
    for (const halo of [1, 5, 100]) {
      const plan = pipeline().map(operation('soften'), undefined, { halo });
      expectSameBytes(
        bytesOf(await oneImage(runtime.run(plan, [image], options))),
        softened(before, 99, halo),
        `${halo}`,
      );
    }
    expectSameBytes(image.toBytes(), before, 'the image that was given');
  });

  test('in WebAssembly, and one that does not', async () => {
    const rows = await compileWasm(await temporaryFolder(), 'rows');
    for (const kind of ['block', 'chain'] as const) {
      using image = noiseImage(store, 'RGB;24', 33, 57, kind);
      const before = image.toBytes();
      for (const halo of [1, 5, 100]) {
        const plan = pipeline().mapWasm(rows, 'soften', { params: [halo], halo });
        expectSameBytes(
          bytesOf(await oneImage(runtime.run(plan, [image], options))),
          softened(before, 99, halo),
          `${halo}`,
        );
      }
      const plan = pipeline()
        .mapWasm(rows, 'add', { params: [7] })
        .mapWasm(rows, 'describe');
      const made = bytesOf(await oneImage(runtime.run(plan, [image], options)));
      expectSameBytes(
        made,
        before.map((value, at) => ([Math.floor(at / 99), 57, 3][at % 99] ?? value + 7) & 255),
      );
      expectSameBytes(image.toBytes(), before, 'the image that was given');
    }
  });

  test('in WebAssembly: what goes wrong is told', async () => {
    const folder = await temporaryFolder();
    const rows = await compileWasm(folder, 'rows');
    const withData = await compileWasm(folder, 'with-data');
    using image = noiseImage(store, 'L', 9, 9);
    for (const [plan, message] of [
      [pipeline().mapWasm(rows, 'trap'), `mapWasm ${rows.href}: unreachable`],
      [pipeline().mapWasm(rows, 'nothing'), `${rows.href} exports no function nothing`],
      [pipeline().mapWasm(withData, 'text'), 'it has data for fixed addresses, which are the heap’s'],
      [pipeline().mapWasm(`${rows.href}.missing`, 'add'), 'ENOENT'],
      [pipeline().mapWasm(operation('mark'), 'add'), `cannot load ${operation('mark').href}: `],
    ] as const) {
      const { error } = await oneFailure(runtime.run(plan, [image], options));
      expect(error).toMatchObject({ code: 'ERR_SHARENA_STEP', message: expect.stringContaining(message) });
    }
  });
});
