/** The errors of images. Each is thrown before anything has changed. */
import { SharenaError } from '@sharena/heap';

/** A setting of the store is out of its bounds. A RangeError with a code; also an instance of SharenaError. */
export class ImageSettingError extends RangeError {
  /** `ERR_SHARENA_IMAGE_SETTING`. */
  readonly code: string = 'ERR_SHARENA_IMAGE_SETTING';

  /** @param message - the setting, its bounds and the value */
  constructor(message: string) {
    super(message);
    this.name = 'ImageSettingError';
  }
}

/** There is no mode of that name. */
export class UnknownModeError extends SharenaError {
  /** @param mode - the name that was given */
  constructor(mode: unknown) {
    super('ERR_SHARENA_UNKNOWN_MODE', `unrecognized image mode ${JSON.stringify(mode)}`);
  }
}

/** Width or height is not a size that an image can have. */
export class ImageSizeError extends SharenaError {
  /** @param message - the argument, its bounds and the value */
  constructor(message: string) {
    super('ERR_SHARENA_IMAGE_SIZE', `bad image size: ${message}`);
  }
}

/** A handle that names no live image: it was released, or the handle was never right. */
export class StaleHandleError extends SharenaError {
  /** @param message - what does not fit */
  constructor(message: string) {
    super('ERR_SHARENA_STALE_HANDLE', message);
  }
}

/** This object has given its reference to the image back, or its thread has detached from the heap. */
export class ImageClosedError extends SharenaError {
  constructor() {
    super('ERR_SHARENA_IMAGE_CLOSED', 'this image was released or given away; open its handle again while it lives');
  }
}
