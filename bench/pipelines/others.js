/** others <wasm-vips | jimp> <threads> <images> <folder>: thumbnails as in contender.js, by libraries that need nothing native. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureImages } from './measure.js';

const [who, ...rest] = process.argv.slice(2);
const [threads, images] = rest.map(Number);
const files = readdirSync(rest[2]).map((name) => join(rest[2], name));
const WIDTH = 800;
const QUALITY = 80;

const contenders = {
  async 'wasm-vips'() {
    const { default: Vips } = await import('wasm-vips');
    const vips = await Vips();
    vips.concurrency(threads);
    return (file) => {
      const image = vips.Image.thumbnailBuffer(readFileSync(file), WIDTH);
      image.jpegsaveBuffer({ Q: QUALITY });
      image.delete();
    };
  },
  async jimp() {
    const { Jimp } = await import('jimp');
    return async (file) => {
      const image = await Jimp.read(file);
      await image.resize({ w: WIDTH }).getBuffer('image/jpeg', { quality: QUALITY });
    };
  },
};

const one = await contenders[who]();
await measureImages(images, async (count) => {
  for (let i = 0; i < count; i++) await one(files[i % files.length]);
});
process.exit(); // wasm-vips keeps its threads
