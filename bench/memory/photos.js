/**
 * photos <folder> <photos>: photographs of a folder, decoded in full by two threads in a heap of 512 MiB, sharpened, made smaller, encoded.
 * What the process holds meanwhile, and by what it differs from before when the runtime is closed.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { answer } from '../run/program.js';

const RUNTIME = { threads: 2, reserve: '512MiB' };
/** Milliseconds between two looks at the resident set. */
const LOOK = 20;

const [folder, count] = process.argv.slice(2);
const files = readdirSync(folder).map((name) => join(folder, name));
const paths = Array.from({ length: Number(count) }, (_, i) => files[i % files.length]);
const plan = pipeline({ reducingGap: null }).sharpen().resize(1500).encode('jpeg');

async function run(runtime, inputs, onPhoto = () => {}) {
  for await (const result of runtime.run(plan, inputs, { parallel: 'images' })) {
    if (!result.ok) throw result.error;
    onPhoto();
  }
}

/** All code is loaded and has run once, on a small photograph. */
async function warmUp() {
  const runtime = await Runtime.start(RUNTIME);
  await run(runtime, [await sharp(files[0]).resize(300).toBuffer()]);
  await runtime.close();
  await settle();
}

async function settle() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await sleep(200);
  }
}

await warmUp();
const before = process.memoryUsage.rss();
const runtime = await Runtime.start(RUNTIME);
const resident = [[0, process.memoryUsage.rss()]];
const highest = [];
let [done, peak] = [0, 0];
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, LOOK);
await run(runtime, paths, () => {
  resident.push([++done, process.memoryUsage.rss()]);
  highest.push([done, Math.max(peak, resident.at(-1)[1])]);
  peak = 0;
});
clearInterval(timer);
await runtime.close();
await settle();
const after = process.memoryUsage.rss();
const along = 'photographs done';
answer({
  bytes: Math.max(...highest.map(([, value]) => value)),
  part: after / before,
  series: [
    { metric: 'resident set', unit: 'B', along, points: resident },
    { metric: 'highest since the one before', unit: 'B', along, points: highest },
  ],
});
