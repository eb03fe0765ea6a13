/**
 * The main job: real photographs, processed by all cores through one shared heap.
 *
 *   decode     every photo once, by the threads of the pool, into shared memory
 *   recipes    four pipelines over the decoded images; what goes to a thread and comes back is a handle
 *   enlarge    one photo to twelve megapixels, cut into strips that all threads compute in the same memory
 *   write      results as WebP, and a contact sheet: each photo with its four results
 *
 * `node main.js [folder]` writes into `folder`, by default `out/` at the top of the repository.
 */
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipeline, Runtime } from '@sharena/pipeline';
import { contactSheet, TILE } from './contact-sheet.js';
import { photos } from './photos.js';

const out = resolve(process.argv[2] ?? fileURLToPath(new URL('../../out/', import.meta.url)));

const recipes = {
  square: pipeline().resize(480, 480),
  duotone: pipeline()
    .resize(480, 480)
    .map(new URL('../custom-step/duotone.js', import.meta.url), { dark: [20, 30, 80], light: [255, 214, 150] }),
  framed: pipeline()
    .flop()
    .resize(480, 480, { fit: 'contain', background: [244, 238, 226, 255] }),
  turned: pipeline().rotate90().resize(480, 480).grayscale(),
};

const started = performance.now();
await mkdir(out, { recursive: true });
const runtime = await Runtime.start();

const originals = await collect(
  pipeline(),
  photos.map((photo) => ({ source: photo.path, name: photo.name })),
);
const written = [];
const rows = originals.map((original) => [original]);
for (const [recipe, plan] of Object.entries(recipes)) {
  const results = await collect(plan, originals);
  for (const [i, result] of results.entries()) rows[i].push(result);
  await write(results, (i) => `${photos[i].name}-${recipe}.webp`);
}

const [large] = await collect(pipeline().resize(4000, 3000), [originals[3]], { parallel: 'strips' });
await write([large], () => `${photos[3].name}-large.webp`);

const tiles = await collect(pipeline().resize(TILE, TILE, { fit: 'inside' }), rows.flat());
const sheet = contactSheet(runtime.store, tiles, rows[0].length);
await write([sheet], () => 'contact-sheet.jpg', 'jpeg');
for (const image of [...rows.flat(), ...tiles, large, sheet]) image.release();

report();
await runtime.close();

/** Runs a plan whose results stay in the heap. A photo that fails ends the job. */
async function collect(plan, inputs, options = {}) {
  const images = [];
  for await (const result of runtime.run(plan, inputs, { parallel: 'images', ...options })) {
    if (!result.ok) throw result.error;
    images.push(result.image);
  }
  return images;
}

/** Encodes images of the heap into files. */
async function write(images, nameOf, format = 'webp') {
  const inputs = images.map((source, i) => ({ source, file: join(out, nameOf(i)) }));
  const plan = pipeline().encode(format, { quality: 85 });
  for await (const result of runtime.run(plan, inputs, { parallel: 'images' })) {
    if (!result.ok) throw result.error;
    written.push(result);
  }
}

function report() {
  const { threads, bytesShared } = runtime.stats();
  const { peakBytes, images } = runtime.heap.stats();
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const lines = {
    photos: originals.length,
    'pictures written': `${written.length}, ${mib(written.reduce((sum, { size }) => sum + size, 0))}`,
    threads,
    'wall time': `${((performance.now() - started) / 1000).toFixed(2)} s`,
    'pixels shared, not copied': mib(bytesShared),
    'peak heap': mib(peakBytes),
    'images left in the heap': images.live,
    'contact sheet': relative('', join(out, 'contact-sheet.jpg')),
  };
  for (const [label, value] of Object.entries(lines)) console.log(`${label.padEnd(26)}${value}`);
}
