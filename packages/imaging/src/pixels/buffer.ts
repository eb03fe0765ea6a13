/**
 * The pixels as one contiguous Buffer, for code that takes such: sharp's raw input, compressors, hashes, sockets.
 *
 * It is the memory of the image, not a copy. Such code reads it later, in other threads, until its promise settles; so the image
 * is kept alive until then by a reference of its own, whatever happens to the caller's. Nobody may write it meanwhile.
 */
import { NotContiguousError } from './errors.ts';
import { isEmpty, type Raster } from './raster.ts';

/** What lies in a buffer: the names are those of sharp's `raw` option. */
export interface BufferShape {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Values of a pixel: the bands, and padding where that was allowed. */
  readonly channels: 1 | 2 | 3 | 4;
}

/** Settings of {@link SharedImage.asBuffer}. */
export interface BufferOptions {
  /**
   * Takes modes with padding too, whose `channels` is then 4: RGB, LA and the like. Without it they are refused, because other
   * code would take the padding for a band.
   *
   * @defaultValue false
   */
  readonly padding?: boolean;
}

/** The buffer of an image. @throws {NotContiguousError} when it is not one contiguous buffer of bands */
export function contiguous(raster: Raster, padding: boolean): Buffer {
  const { info, lineSize, height } = raster;
  const unit = info.type === 'uint8' ? 1 : info.pixelSize;
  if (!padding && info.bands * unit !== info.pixelSize) throw padded(raster);
  if (isEmpty(raster)) return Buffer.alloc(0);
  if (raster.addresses.length > 1) {
    throw new NotContiguousError(
      'blocks',
      `the rows lie in ${raster.addresses.length} blocks; make the image with store.newBlock, set store.useBlockAllocator for all later ones, or take toBytes(), a copy`,
    );
  }
  if (raster.stride !== lineSize) {
    throw new NotContiguousError(
      'stride',
      `rows of ${lineSize} bytes lie ${raster.stride} bytes apart; make the image with store.newBlock, with store.alignment = 1, or take toBytes(), a copy`,
    );
  }
  return Buffer.from(raster.bytes.buffer, raster.bytes.byteOffset + raster.addresses[0], lineSize * height);
}

/** What lies in such a buffer. */
export function shapeOf({ info, width, height }: Raster): BufferShape {
  return { width, height, channels: (info.type === 'uint8' ? info.pixelSize : 1) as BufferShape['channels'] };
}

function padded({ info }: Raster): NotContiguousError {
  const other = info.mode === 'RGB' ? 'make the image in mode RGB;24, or ' : '';
  return new NotContiguousError(
    'padding',
    `mode ${info.mode} has ${info.bands} bands in ${info.pixelSize} bytes a pixel; ${other}take toBytes({ form: 'raw' }), a copy, or allow it with { padding: true }`,
  );
}
