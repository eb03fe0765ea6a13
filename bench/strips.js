/** One image in strips: the same pipeline with one thread and with two. */
import { pipeline, Runtime } from '@sharena/pipeline';
import { printTable } from './report.js';

const ROUNDS = 7;
const plan = pipeline().resize(1500, 1000).grayscale();
const cases = [];
for (const threads of [1, 2]) {
  const runtime = await Runtime.start({ threads, reserve: '512MiB' });
  const image = runtime.store.newBlock('RGB;24', 6000, 4000);
  const pixels = Uint8Array.from({ length: image.lineSize * image.height }, (_, i) => (i * 7 + (i >> 12)) & 255);
  image.fromBytes(pixels);
  cases.push({ name: `${threads} thread${threads > 1 ? 's' : ''}`, samples: [], runtime, image });
}
for (let round = 0; round <= ROUNDS; round++) {
  for (const { samples, runtime, image } of cases) {
    const begun = performance.now();
    for await (const result of runtime.run(plan, [image], { parallel: 'strips' })) result.image.release();
    if (round > 0) samples.push((performance.now() - begun) * 1e6); // the first round warms up
  }
}
printTable('24 megapixels to 1500x1000 and grey, in strips', cases);
for (const { runtime, image } of cases) {
  image.release();
  await runtime.close();
}
