/** One contender's run of one case, in a process of its own: prints its time, its processor time and the most memory it held. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';

const THREADS = 2;
const [, , who, name, folder, mark, times] = process.argv;
const files = (await readdir(folder)).map((file) => join(folder, file));
const photos = Array.from({ length: Number(times) }, () => files).flat();
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
    plan: pipeline({ scaling: 'codec' }).resize(800).encode('jpeg', { quality: 80 }),
    sharp: (path) => [sharp(path).resize(800).jpeg({ quality: 80 }).toBuffer()],
  },
  // The same with the resize in the heap.
  kernel: {
    plan: pipeline().resize(800, undefined, { precision: 'fast' }).encode('jpeg', { quality: 80 }),
    sharp: (path) => [sharp(path).resize(800).jpeg({ quality: 80 }).toBuffer()],
  },
  renditions: {
    plan: pipeline().branch({
      ...sizes([1200, 800, 400], 'fast'),
      tensor: pipeline().resize(224, 224, { precision: 'fast' }).tensor({ mean, std }),
    }),
    sharp: (path) => [
      ...[1200, 800, 400].map((width) => sharp(path).resize(width).jpeg({ quality: 80 }).toBuffer()),
      sharp(path).resize(224, 224).raw().toBuffer().then(planes),
    ],
  },
  watermark: {
    plan: pipeline()
      .resize(1600, undefined, { precision: 'fast' })
      .blur(blur, { precision: 'fast' })
      .composite('mark', { position: 'southeast' })
      .sharpen({ sigma: 1, percent: 100, threshold: 0 })
      .branch(sizes([1200, 800, 400], 'fast')),
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

function sizes(widths, precision) {
  const branches = widths.map((width) => [
    String(width),
    pipeline().resize(width, undefined, { precision }).encode('jpeg', { quality: 80 }),
  ]);
  return Object.fromEntries(branches);
}

/** As many photos at a time as there are threads. */
async function bySharp(paths) {
  const waiting = [...paths];
  const one = async () => {
    for (let path = waiting.shift(); path; path = waiting.shift()) await Promise.all([CASES[name].sharp(path)].flat());
  };
  await Promise.all(Array.from({ length: THREADS }, one));
}

async function ours(runtime, paths) {
  const options = { parallel: 'images', inputs: name === 'watermark' ? { mark } : {} };
  for await (const result of runtime.run(CASES[name].plan, paths, options)) {
    if (!result.ok) throw result.error;
    for (const { image } of result.outputs) image?.release();
  }
}

sharp.cache(false);
sharp.concurrency(Number(process.env.SHARP_CONCURRENCY ?? 1));
const runtime = who === 'sharp' ? undefined : await Runtime.start({ threads: THREADS, reserve: '512MiB' });
const run = (paths) => (runtime ? ours(runtime, paths) : bySharp(paths));
await run(photos.slice(0, 16)); // all code is loaded, has run and is compiled
const cpu = process.cpuUsage();
const begun = performance.now();
await run(photos);
const wall = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
await runtime?.close();
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, peak }));
