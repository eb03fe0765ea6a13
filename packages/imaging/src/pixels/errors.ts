/** The errors of pixel work. Each is thrown before anything has changed. */
import { SharenaError } from '@sharena/heap';

/** Two images that should have the same mode or size do not. */
export class ImageMismatchError extends SharenaError {
  /** @param message - what differs, with both values */
  constructor(message: string) {
    super('ERR_SHARENA_IMAGE_MISMATCH', `images do not match: ${message}`);
  }
}

/** Why an image cannot be given to other code as one contiguous buffer; see {@link NotContiguousError}. */
export type NotContiguousReason = 'blocks' | 'stride' | 'padding';

/** The image does not lie in memory as other code wants to have it. The message says why, and what to do. */
export class NotContiguousError extends SharenaError {
  /**
   * `blocks`: the rows lie in several blocks. `stride`: there are gaps between the rows. `padding`: there are bytes in each
   * pixel that belong to no band.
   */
  readonly reason: NotContiguousReason;

  /**
   * @param reason - why not
   * @param message - the same in words
   */
  constructor(reason: NotContiguousReason, message: string) {
    super('ERR_SHARENA_NOT_CONTIGUOUS', message);
    this.reason = reason;
  }
}
