/**
 * Splits an image into one image for each band, and merges them again. When one of the images cannot be made, those that were are
 * given back.
 */
import type { SharedImage } from '../image.ts';
import { MODES, type Mode, modeIndex } from '../modes.ts';
import type { ImageStore } from '../store/image-store.ts';
import { moveBand } from './bands.ts';
import { ImageMismatchError } from './errors.ts';
import type { Raster } from './raster.ts';

/** An open image's pixels. */
type Open = (image: SharedImage) => Raster;

/** New images of mode L, one for each band. */
export function split(store: ImageStore, source: Raster, open: Open): SharedImage[] {
  const images: SharedImage[] = [];
  try {
    for (let band = 0; band < source.info.bands; band++) {
      const image = store.new('L', source.width, source.height, { dirty: true });
      images.push(image);
      moveBand(source, band, open(image), 0);
    }
    return images;
  } catch (error) {
    for (const image of images) image.release();
    throw error;
  }
}

/** A new image of several bands. @throws {ImageMismatchError} when the bands do not fit */
export function merge(
  mode: Mode,
  bands: readonly SharedImage[],
  store: ImageStore | undefined,
  open: Open,
): SharedImage {
  const info = MODES[modeIndex(mode)];
  if (info.bands === 1) throw new ImageMismatchError(`mode ${mode} has a single band; copy the image`);
  if (bands.length !== info.bands || store === undefined) {
    throw new ImageMismatchError(`${bands.length} images for the ${info.bands} bands of mode ${mode}`);
  }
  const sources = bands.map(open);
  const [first] = sources;
  for (const source of sources) checkBand(source, first);
  const made = store.new(mode, first.width, first.height);
  const target = open(made);
  sources.forEach((source, band) => {
    moveBand(source, 0, target, band);
  });
  return made;
}

function checkBand({ info, width, height }: Raster, first: Raster): void {
  if (info.mode !== 'L') throw new ImageMismatchError(`a band is an image of mode L, not ${info.mode}`);
  if (width === first.width && height === first.height) return;
  throw new ImageMismatchError(`${width}x${height} and ${first.width}x${first.height} pixels`);
}
