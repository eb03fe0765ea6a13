/** Strips: what a user's own operation gets to see of an image. */
import type { PipelineMode } from './steps/modes.ts';

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
  /**
   * What a pixel is: `L` 1 byte, `RGB;24` 3 bytes, `RGBA` 4 bytes, `LA` 4 bytes (L, L, L, alpha); one number of 2 bytes is
   * `I;16`, of 4 bytes `I` (an integer) and `F` (a float).
   */
  readonly mode: PipelineMode;
  /** Bytes of a pixel. */
  readonly pixelSize: number;
  /** How many rows above and below the strip can be read: what was given to `map()`. */
  readonly halo: number;
  /** The pixels of row `y` of the strip, 0 to `height - 1`: a view, so what is written into it is in the image. */
  row(y: number): Uint8Array;
  /**
   * The pixels before this step of row `y` of the strip, `-halo` to `height - 1 + halo`: a view, to be read only. Rows beyond the image are its
   * first or last row. Without a halo these are the rows themselves.
   */
  source(y: number): Uint8Array;
}

/**
 * A user's own operation: the default export of the module that `map()` names. It changes the rows of its strip in place.
 * It may be async. It is called for strips from one row to many, in any order, perhaps in several threads at the same
 * time; every row is in one of them.
 *
 * @param strip - the rows
 * @param params - what was given to `map()`
 */
export type StripOperation<Params = unknown> = (strip: Strip, params: Params) => void | Promise<void>;

/**
 * A user's own look at an image: the default export of the module that `tap()` names. It may be async. What it answers, anything that structured
 * clone can carry, is in the result.
 *
 * @param image - all rows, to be read only
 * @param params - what was given to `tap()`
 */
export type TapOperation<Params = unknown, Answer = unknown> = (
  image: Strip,
  params: Params,
) => Answer | Promise<Answer>;
