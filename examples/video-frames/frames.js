// Frames of raw RGB bytes on standard input, in any pieces, to smaller grey frames on standard output, in their order:
//   ffmpeg -i film.mp4 -f rawvideo -pix_fmt rgb24 - | node frames.js 1920 1080 480 270 | ffmpeg -f rawvideo -pix_fmt gray -s 480x270 -i - small.mp4
import { once } from 'node:events';
import { pipeline, Runtime } from '@sharena/pipeline';

const [width, height, toWidth, toHeight] = process.argv.slice(2).map(Number);
const runtime = await Runtime.start({ threads: 2, reserve: '512MiB' });

/** Each frame is written into the heap as it comes: from then on no thread copies it. The run asks for few frames ahead. */
async function* frames() {
  let image;
  let filled = 0;
  for await (const chunk of process.stdin) {
    for (let at = 0; at < chunk.length; ) {
      image ??= runtime.store.newBlock('RGB;24', width, height, { dirty: true });
      const pixels = image.packed();
      const part = chunk.subarray(at, at + pixels.length - filled);
      pixels.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < pixels.length) continue;
      yield image;
      [image, filled] = [undefined, 0];
    }
  }
  image?.release(); // what came last was no whole frame
}

let count = 0;
const plan = pipeline().resize(toWidth, toHeight, { precision: 'fast' }).grayscale();
for await (const result of runtime.run(plan, frames(), { parallel: 'images' })) {
  if (!result.ok) throw result.error;
  const { image } = result;
  if (!process.stdout.write(image.toBytes())) await once(process.stdout, 'drain');
  image.release();
  result.input.release();
  count++;
}
console.error(`${count} frames, images alive: ${runtime.heap.stats().images.live}`);
await runtime.close();
