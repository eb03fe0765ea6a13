/** Strips: what a user's own operation gets to see of an image. */

/** Whole rows of an image, one above the other, that nobody else touches while the operation runs. */
export interface Strip {
  /** Width of the image and of the strip in pixels. */
  readonly width: number;
  /** Rows in the strip. */
  readonly height: number;
  /** The number, in the image, of the strip's first row. */
  readonly top: number;
  /** Height of the whole image. */
  readonly imageHeight: number;
  /** What a pixel is: `L` 1 byte, `RGB;24` 3 bytes, `RGBA` 4 bytes, `LA` 4 bytes (L, L, L, alpha). */
  readonly mode: 'L' | 'LA' | 'RGB;24' | 'RGBA';
  /** Bytes of a pixel. */
  readonly pixelSize: number;
  /** The pixels of row `y` of the strip, 0 to `height - 1`: a view, so what is written into it is in the image. */
  row(y: number): Uint8Array;
}

/**
 * A user's own operation: the default export of the module that `map()` names. It changes the rows of its strip in place.
 * It may be async. It is called once for every strip, in any order, perhaps in several threads at the same time.
 *
 * @param strip - the rows
 * @param params - what was given to `map()`
 */
export type StripOperation<Params = unknown> = (strip: Strip, params: Params) => void | Promise<void>;
