/** Images as the kernels see them, and colours as their layouts have them. */
import type { SharedImage } from '@sharena/imaging';
import type { AnyLayout, AnyRaster, Raster } from '@sharena/kernels';

/** The rows of an image of a pipeline. */
export function rasterOf(image: SharedImage): AnyRaster {
  return { ...image.rows(), width: image.width, height: image.height, layout: image.mode as AnyLayout };
}

/** The rows of an image of bytes. Kernels of bytes refuse others by name. */
export function bytesRasterOf(image: SharedImage): Raster {
  return rasterOf(image) as Raster;
}

/** A colour with alpha as the bands of a layout; its grey level for layouts of one number. */
export function colourFor(
  layout: AnyLayout,
  [r, g, b, a]: readonly [number, number, number, number],
): readonly number[] {
  if (layout === 'RGBA') return [r, g, b, a];
  if (layout === 'RGB' || layout === 'RGB;24') return [r, g, b];
  const grey = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16; // the weights of grayscale
  return layout === 'LA' ? [grey, a] : [grey];
}
