/** Images as the kernels see them, and colours as their layouts have them. */
import type { SharedImage } from '@sharena/imaging';
import type { Layout, Raster } from '@sharena/kernels';

/** The rows of an image of a pipeline. */
export function rasterOf(image: SharedImage): Raster {
  return { ...image.rows(), width: image.width, height: image.height, layout: image.mode as Layout };
}

/** A colour with alpha as the bands of a layout. */
export function colourFor(layout: Layout, [r, g, b, a]: readonly [number, number, number, number]): readonly number[] {
  const grey = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16; // the weights of grayscale
  if (layout === 'L') return [grey];
  if (layout === 'LA') return [grey, a];
  return layout === 'RGBA' ? [r, g, b, a] : [r, g, b];
}
