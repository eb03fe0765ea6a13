/** photos <who> <threads> <images> <file>: a JPEG from file to bytes: decoded, resized to 720x588 with Lanczos, encoded with quality 80. */
import { readFileSync } from 'node:fs';
import { eachAtOnce, measureImages } from './measure.js';

const [who, ...rest] = process.argv.slice(2);
const [threads, images] = rest.map(Number);
const file = rest[2];
const [WIDTH, HEIGHT] = [720, 588];

const contenders = {
  async sharena() {
    const { pipeline, Runtime } = await import('@sharena/pipeline');
    const runtime = await Runtime.start({ threads });
    const plan = pipeline().resize(WIDTH, HEIGHT, { fit: 'fill' }).encode('jpeg', { quality: 80 });
    await measureImages(images, async (count) => {
      for await (const result of runtime.run(plan, Array(count).fill(file))) if (!result.ok) throw result.error;
    });
    await runtime.close();
  },
  'sharp, an image a thread': () => withSharp(1, threads),
  'sharp, all threads on an image': () => withSharp(threads, 1),
  async 'wasm-vips'() {
    const { default: Vips } = await import('wasm-vips');
    const vips = await Vips();
    vips.concurrency(threads);
    await measureImages(images, (count) =>
      eachAtOnce(count, 1, async () => {
        const image = vips.Image.thumbnailBuffer(readFileSync(file), WIDTH, { height: HEIGHT, size: 'force' });
        image.jpegsaveBuffer({ Q: 80 });
        image.delete();
      }),
    );
    vips.shutdown();
  },
  async jimp() {
    const { Jimp } = await import('jimp');
    await measureImages(images, (count) =>
      eachAtOnce(count, 1, async () => {
        const image = await Jimp.read(file);
        await image.resize({ w: WIDTH, h: HEIGHT }).getBuffer('image/jpeg', { quality: 80 });
      }),
    );
  },
};

async function withSharp(concurrency, atOnce) {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(concurrency);
  sharp.cache(false);
  const options = { fit: 'fill', kernel: 'lanczos3' };
  await measureImages(images, (count) =>
    eachAtOnce(count, atOnce, () => sharp(file).resize(WIDTH, HEIGHT, options).jpeg({ quality: 80 }).toBuffer()),
  );
}

await contenders[who]();
process.exit(); // wasm-vips keeps its threads
