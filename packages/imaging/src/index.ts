/**
 * Images in shared memory: chains of blocks of whole scan lines, or single segments, that any worker thread opens.
 *
 * @packageDocumentation
 */
export { ImageClosedError, ImageSettingError, ImageSizeError, StaleHandleError, UnknownModeError } from './errors.ts';
export { type ImageBlock, type ImageHandle, SharedImage } from './image.ts';
export { MODES, type Mode, type ModeInfo } from './modes.ts';
export type { BboxOptions } from './pixels/bbox.ts';
export type { Box } from './pixels/box.ts';
export type { BufferOptions, BufferShape } from './pixels/buffer.ts';
export type { BytesOptions } from './pixels/bytes.ts';
export { ImageMismatchError, NotContiguousError, type NotContiguousReason } from './pixels/errors.ts';
export type { PixelValue } from './pixels/pixel.ts';
export { type ImageRows, Pixels } from './pixels/pixels.ts';
export type { Samples, SamplesType } from './pixels/samples.ts';
export type { ImageStrip } from './pixels/strips.ts';
export {
  type CheckImagesOptions,
  type ImageStats,
  ImageStore,
  type LiveImages,
  type NewImageOptions,
} from './store/image-store.ts';
export type { LeakedMessage } from './store/leaks.ts';
