/**
 * Images in shared memory: chains of blocks of whole scan lines, or single segments, that any worker thread opens.
 *
 * @packageDocumentation
 */
export { ImageClosedError, ImageSettingError, ImageSizeError, StaleHandleError, UnknownModeError } from './errors.ts';
export { type ImageBlock, type ImageHandle, type ImageRows, SharedImage } from './image.ts';
export { MODES, type Mode, type ModeInfo } from './modes.ts';
export {
  type CheckImagesOptions,
  type ImageStats,
  ImageStore,
  type LiveImages,
  type NewImageOptions,
} from './store/image-store.ts';
export type { LeakedMessage } from './store/leaks.ts';
