/**
 * steps <who> <threads> <images>: 24 megapixels of RGB, resized to 3000x2000, blurred and made grey, in three steps that are tasks of
 * their own, as in a program whose steps are not known in advance. What differs is what becomes of the pixels between them.
 */
import sharp from 'sharp';
import { measureImages } from './measure.js';

const [WIDTH, HEIGHT] = [6000, 4000];
const [who, ...rest] = process.argv.slice(2);
const [threads, images] = rest.map(Number);
sharp.cache(false);

/** Some picture; what is in it does not matter to what is measured. */
function picture() {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = i * 7 + (i >> 12);
  return pixels;
}

const contenders = {
  async sharena() {
    const { pipeline, Runtime } = await import('@sharena/pipeline');
    const runtime = await Runtime.start({ threads, reserve: '1GiB' });
    const image = runtime.store.newBlock('RGB;24', WIDTH, HEIGHT);
    image.fromBytes(picture());
    const plan = pipeline()
      .resize(WIDTH / 2, HEIGHT / 2)
      .blur(2)
      .grayscale();
    await measureImages(images, async (count) => {
      for await (const result of runtime.run(plan, Array(count).fill(image), { parallel: 'strips' })) {
        if (!result.ok) throw result.error;
        result.image.release();
      }
    });
    image.release();
    await runtime.close();
  },
  async 'sharp alone'() {
    sharp.concurrency(threads);
    const pixels = picture();
    await measureImages(images, async (count) => {
      for (let i = 0; i < count; i++) {
        await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
          .resize(WIDTH / 2, HEIGHT / 2)
          .blur(2)
          .grayscale()
          .raw()
          .toBuffer();
      }
    });
  },
  'Piscina and transfer': () => withPiscina(true),
  'Piscina and clone': () => withPiscina(false),
};

async function withPiscina(moves) {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./steps-worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  });
  const original = picture();
  const runSteps = async () => {
    let image = { pixels: original.slice(), width: WIDTH, height: HEIGHT, channels: 3 };
    for (const step of ['resize', 'blur', 'grey']) {
      image = await pool.run({ step, image, moves }, moves ? { transferList: [image.pixels.buffer] } : {});
    }
  };
  await measureImages(images, async (count) => {
    let left = count;
    const lane = async () => {
      while (left-- > 0) await runSteps();
    };
    await Promise.all(Array.from({ length: threads }, lane));
  });
  await pool.destroy();
}

await contenders[who]();
