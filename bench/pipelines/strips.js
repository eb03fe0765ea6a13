/** strips <resize|blur|sharpen> <threads> <images>: one image of 24 megapixels at a time, in strips over all threads. */
import { pipeline, Runtime } from '@sharena/pipeline';
import { measureImages } from './measure.js';

const PLANS = {
  resize: pipeline().resize(1500, 1000).grayscale(),
  blur: pipeline().blur(8),
  sharpen: pipeline().sharpen({ sigma: 2 }),
};

const [plan, ...rest] = process.argv.slice(2);
const [threads, images] = rest.map(Number);
const runtime = await Runtime.start({ threads, reserve: '512MiB' });
const image = runtime.store.newBlock('RGB;24', 6000, 4000);
image.fromBytes(Uint8Array.from({ length: image.lineSize * image.height }, (_, i) => (i * 7 + (i >> 12)) & 255));
await measureImages(images, async (count) => {
  for await (const result of runtime.run(PLANS[plan], Array(count).fill(image), { parallel: 'strips' })) {
    if (!result.ok) throw result.error;
    result.image.release();
  }
});
image.release();
await runtime.close();
