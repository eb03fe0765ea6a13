/** strips <resize|blur|sharpen> <threads> <images>: one image of 24 megapixels at a time, in strips over all threads. */
import { pipeline, Runtime } from '@sharena/pipeline';
import { measureImages } from './measure.js';

const PLANS = {
  resize: pipeline().resize(1500, 1000).grayscale(),
  blur: pipeline().blur(8),
  sharpen: pipeline().sharpen({ sigma: 2 }),
};

/** Some picture; what is in it does not matter to what is measured. */
function fillRow(row, y) {
  for (let i = 0; i < row.length; i++) row[i] = i * 7 + y;
}

const [plan, ...rest] = process.argv.slice(2);
const [threads, images] = rest.map(Number);
const runtime = await Runtime.start({ threads, reserve: '512MiB' });
const image = runtime.store.newBlock('RGB;24', 6000, 4000);
for (let y = 0; y < image.height; y++) fillRow(image.row(y), y);
await measureImages(images, async (count) => {
  for await (const result of runtime.run(PLANS[plan], Array(count).fill(image), { parallel: 'strips' })) {
    if (!result.ok) throw result.error;
    result.image.release();
  }
});
image.release();
await runtime.close();
