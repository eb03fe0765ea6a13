/**
 * One contender's run of one case, in a process of its own: prints its time, its processor time and the most memory it held. Each loads only
 * what it needs. sharp takes its `concurrency`, and how many photos are in work at a time, as they are given.
 *
 *   contender.js <ours | sharp> <case> <folder> <watermark> <times> [concurrency] [at once]
 */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const THREADS = 2;
const [who, name, folder, mark, ...rest] = process.argv.slice(2);
const [times, concurrency = 1, atOnce = THREADS] = rest.map(Number);
const files = (await readdir(folder)).map((file) => join(folder, file));
const photos = Array.from({ length: times }, () => files).flat();
const blur = 1.5;

const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** What `tensor()` does, by hand. */
function planes(bytes) {
  const count = bytes.length / 3;
  const numbers = new Float32Array(bytes.length);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) numbers[c * count + i] = (bytes[i * 3 + c] / 255 - mean[c]) / std[c];
  }
  return numbers;
}

/** For each case what is asked for, once with each contender. Sizes of the results are the same, pixels nearly. */
const CASES = {
  thumbnail: {
    // No thread is needed, so none is started.
    lazy: true,
    plan: ({ pipeline }) => pipeline({ scaling: 'codec' }).resize(800).encode('jpeg', { quality: 80 }),
    sharp: (path) => [sharp(path).resize(800).jpeg({ quality: 80 }).toBuffer()],
  },
  // The same with the resize in the heap.
  kernel: {
    plan: ({ pipeline }) => pipeline().resize(800, undefined, { precision: 'fast' }).encode('jpeg', { quality: 80 }),
    sharp: (path) => [sharp(path).resize(800).jpeg({ quality: 80 }).toBuffer()],
  },
  renditions: {
    plan: ({ pipeline }) =>
      pipeline().branch({
        ...sizes(pipeline, [1200, 800, 400], 'fast'),
        tensor: pipeline().resize(224, 224, { precision: 'fast' }).tensor({ mean, std }),
      }),
    sharp: (path) => [
      ...[1200, 800, 400].map((width) => sharp(path).resize(width).jpeg({ quality: 80 }).toBuffer()),
      sharp(path).resize(224, 224).raw().toBuffer().then(planes),
    ],
  },
  watermark: {
    plan: ({ pipeline }) =>
      pipeline()
        .resize(1600, undefined, { precision: 'fast' })
        .blur(blur, { precision: 'fast' })
        .composite('mark', { position: 'southeast' })
        .sharpen({ sigma: 1, percent: 100, threshold: 0 })
        .branch(sizes(pipeline, [1200, 800, 400], 'fast')),
    sharp: (path) =>
      // Its best: everything before the sizes once, as raw pixels, then the sizes.
      sharp(path)
        .resize(1600)
        .blur(blur)
        .composite([{ input: mark, gravity: 'southeast' }])
        .sharpen({ sigma: 1 })
        .raw()
        .toBuffer({ resolveWithObject: true })
        .then(({ data, info }) => {
          const raw = { width: info.width, height: info.height, channels: info.channels };
          return Promise.all(
            [1200, 800, 400].map((width) => sharp(data, { raw }).resize(width).jpeg({ quality: 80 }).toBuffer()),
          );
        }),
  },
};

function sizes(pipeline, widths, precision) {
  const branches = widths.map((width) => [
    String(width),
    pipeline().resize(width, undefined, { precision }).encode('jpeg', { quality: 80 }),
  ]);
  return Object.fromEntries(branches);
}

async function bySharp(paths) {
  const waiting = [...paths];
  const one = async () => {
    for (let path = waiting.shift(); path; path = waiting.shift()) await Promise.all([CASES[name].sharp(path)].flat());
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

async function ours(runtime, plan, paths) {
  const options = { parallel: 'images', inputs: name === 'watermark' ? { mark } : {} };
  for await (const result of runtime.run(plan, paths, options)) {
    if (!result.ok) throw result.error;
    for (const { image } of result.outputs) image?.release();
  }
}

/** What runs photos, and what ends it. */
async function contender() {
  const { lazy, plan } = CASES[name];
  if (who === 'sharp') {
    sharp.cache(false);
    sharp.concurrency(concurrency);
    return { run: bySharp, end: async () => {} };
  }
  const library = await import('@sharena/pipeline');
  const runtime = await library.Runtime.start({ threads: THREADS, reserve: '512MiB', lazy });
  return { run: (paths) => ours(runtime, plan(library), paths), end: () => runtime.close() };
}

const { run, end } = await contender();
await run(photos.slice(0, 16)); // all code is loaded, has run and is compiled
const cpu = process.cpuUsage();
const begun = performance.now();
await run(photos);
const wall = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
await end();
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, peak }));
