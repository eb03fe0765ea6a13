/**
 * What can be done with the pixels of an image: the methods of {@link SharedImage} that read and write them. Each checks its
 * arguments, and calls the file of this folder that does the work.
 *
 * Threads: any. Nothing here locks, waits, or orders what threads do. Writers of different rows need no lock; whatever else shares
 * a pixel must be ordered by the program: by a message, an Atomics.wait and notify, the end of a task, or {@link SharedImage.lock}.
 * If a thread dies here, the rows that it was writing are partly written; nothing else is touched.
 */
import { type Address, InvalidArgumentError } from '@sharena/heap';
import type { ImageHandle, SharedImage } from '../image.ts';
import type { Mode } from '../modes.ts';
import type { ImageStore } from '../store/image-store.ts';
import { bandNumber, readBand, writeBand } from './bands.ts';
import { type BboxOptions, bboxOf } from './bbox.ts';
import { type Box, checkBox, checkCoordinate, clip } from './box.ts';
import { type BufferOptions, type BufferShape, contiguous, shapeOf } from './buffer.ts';
import { type BytesOptions, fromBytes, toBytes } from './bytes.ts';
import { ImageMismatchError } from './errors.ts';
import { fillBox } from './fill.ts';
import { merge, split } from './merge.ts';
import { place } from './move.ts';
import { decodePixel, encodePixel, type PixelValue } from './pixel.ts';
import { isPacked, type Raster, rowAt } from './raster.ts';
import { type Samples, type SamplesType, viewSamples } from './samples.ts';
import { checkedStrip, cutStrips, type ImageStrip } from './strips.ts';

/** The pixels of an image as kernels take them: bytes, and the index of the first byte of every row. */
export interface ImageRows {
  /** The block, for an image of one block; else the whole heap. */
  readonly bytes: Uint8Array;
  /** For each row the index in `bytes` of its first byte. */
  readonly rows: Float64Array;
}

/** The pixels of an image. */
export abstract class Pixels {
  /** What another thread needs to open the image. */
  abstract readonly handle: ImageHandle;
  /** The mode's name. */
  abstract readonly mode: Mode;
  /** Width in pixels. */
  abstract readonly width: number;
  /** Height in pixels. */
  abstract readonly height: number;
  /** How many bands carry something. */
  abstract readonly bands: number;
  /** Bytes of a pixel. */
  abstract readonly pixelSize: number;
  /** Bytes of the pixels of a row. */
  abstract readonly lineSize: number;

  /**
   * Where the pixels lie.
   *
   * @internal
   * @throws {ImageClosedError} when the image is closed
   */
  protected abstract open(): Raster;
  /**
   * Where images are made and opened.
   *
   * @internal
   */
  protected abstract get store(): ImageStore;

  // ---- rows -------------------------------------------------------------------------------------------------------

  /** The address of row `y`. @throws {InvalidArgumentError} when there is no such row */
  rowAddress(y: number): Address {
    const raster = this.open();
    if (!Number.isInteger(y) || y < 0 || y >= this.height || this.lineSize === 0) {
      throw new InvalidArgumentError('y', `a row of the image, 0 to ${this.height - 1}`, y);
    }
    return rowAt(raster, y);
  }

  /** A view of the pixels of row `y`: `lineSize` bytes. @throws {InvalidArgumentError} when there is no such row */
  row(y: number): Uint8Array {
    const address = this.rowAddress(y);
    return this.open().bytes.subarray(address, address + this.lineSize);
  }

  /**
   * A view of row `y` as values: Int32Array in mode I, Float32Array in F, Uint16Array in I;16, I;16L and I;16N, Uint8Array in
   * the others.
   *
   * @throws {InvalidArgumentError} when there is no such row, when the mode has other values, or when they lie in another
   * byte order than this machine's, as in I;16B: {@link SharedImage.getBand} turns them around
   */
  rowAs<T extends Samples>(type: SamplesType<T>, y: number): T {
    return viewSamples(this.open().bytes, this.open().info, type, this.rowAddress(y), this.lineSize);
  }

  /**
   * Many rows at once, for loops that go over them.
   *
   * @param top - the first row
   * @param bottom - the row after the last
   * @throws {InvalidArgumentError} when these are no rows of the image
   */
  rows(top = 0, bottom: number = this.height): ImageRows {
    const raster = this.open();
    this.#checkRange(top, bottom);
    const rows = new Float64Array(this.lineSize === 0 ? 0 : bottom - top);
    const { bytes } = raster;
    const first = raster.addresses[0] ?? 0;
    // Small indexes are faster than those beyond 2^31, so the usual image, of one block, gets a view of its own.
    const base = raster.addresses.length === 1 ? first : 0;
    for (let i = 0; i < rows.length; i++) rows[i] = rowAt(raster, top + i) - base;
    const end = rows.length === 0 ? 0 : rows[rows.length - 1] + this.lineSize;
    return { bytes: base === 0 ? bytes : bytes.subarray(base, base + end), rows };
  }

  /**
   * Cuts the image into strips of rows, for threads that write it together: each strip lies in one block, and no two share a
   * byte. For `n` threads ask for `Math.ceil(height / n)` rows; each of them makes its own with {@link SharedImage.strip}.
   *
   * @param lines - rows of a strip at most, from 1
   * @throws {InvalidArgumentError} when it is no such number
   * @example
   * ```ts
   * import { SharedHeap } from '@sharena/heap';
   * import { ImageStore } from '@sharena/imaging';
   *
   * using image = ImageStore.over(SharedHeap.create({ reserve: '64MiB' })).new('L', 640, 480);
   * for (const { top, lines } of image.strips(Math.ceil(image.height / 4))) {
   *   // pool.run({ image: image.handle, top, lines }), which there does
   *   const { bytes, stride } = image.strip(top, lines);
   *   for (let y = 0; y < lines; y++) bytes.fill(255, y * stride, y * stride + image.lineSize);
   * }
   * ```
   */
  strips(lines: number = Math.max(1, this.height)): ImageStrip[] {
    return cutStrips(this.open(), lines);
  }

  /** The strip of `lines` rows from row `top`. @throws {InvalidArgumentError} when these are not rows of one block */
  strip(top: number, lines: number): ImageStrip {
    return checkedStrip(this.open(), top, lines);
  }

  // ---- all pixels -------------------------------------------------------------------------------------------------

  /** The pixels as one packed view, when the image lies in one block without gaps between its rows; else undefined. */
  packed(): Uint8Array | undefined {
    const raster = this.open();
    const size = this.lineSize * this.height;
    if (size === 0 || !isPacked(raster)) return undefined;
    return raster.bytes.subarray(raster.addresses[0], raster.addresses[0] + size);
  }

  /** As {@link SharedImage.packed}, but as values; see {@link SharedImage.rowAs}. */
  packedAs<T extends Samples>(type: SamplesType<T>): T | undefined {
    const view = this.packed();
    return view && viewSamples(this.open().bytes, this.open().info, type, view.byteOffset, view.length);
  }

  /**
   * A copy of the pixels, row after row: as they lie in the image (`lineSize` bytes a row), or in the form that Pillow's
   * `tobytes()` gives.
   *
   * @param options - `form: 'raw'` for Pillow's form, `stride` for rows further apart
   */
  toBytes(options: BytesOptions = {}): Uint8Array {
    return toBytes(this.open(), options);
  }

  /**
   * Writes pixels into the image, in the form that {@link SharedImage.toBytes} gives with the same options.
   *
   * @throws {InvalidArgumentError} when their number is not that of the image
   */
  fromBytes(pixels: Uint8Array, options: BytesOptions = {}): void {
    fromBytes(this.open(), pixels, options);
  }

  /**
   * Lends the pixels, without a copy, to code that takes one contiguous Buffer: sharp's raw input, a compressor, a socket. The
   * image stays alive until what `use` answers settles, even when every reference to it is released meanwhile. Nobody may
   * write the pixels until then, and this thread must not detach from the heap: it would give up the image.
   *
   * Values wider than a byte are read through the buffer: `new Float32Array(buffer.buffer, buffer.byteOffset,
   * buffer.length / 4)`.
   *
   * @param use - gets the buffer and what lies in it; it is called at once
   * @returns what `use` answers
   * @throws {NotContiguousError} (the promise) when the image lies in several blocks, has gaps between its rows, or padding in
   * its pixels; the message says what to do
   * @example
   * ```ts
   * import { SharedHeap } from '@sharena/heap';
   * import { ImageStore } from '@sharena/imaging';
   * import sharp from 'sharp';
   *
   * const store = ImageStore.over(SharedHeap.create({ reserve: '64MiB' }));
   * using image = store.newBlock('RGB;24', 640, 480);
   * const png = await image.asBuffer((buffer, raw) => sharp(buffer, { raw }).png().toBuffer());
   * ```
   */
  async asBuffer<T>(
    use: (buffer: Buffer, shape: BufferShape) => T | PromiseLike<T>,
    options: BufferOptions = {},
  ): Promise<T> {
    if (typeof use !== 'function') throw new InvalidArgumentError('use', 'a function', use);
    const raster = this.open();
    const buffer = contiguous(raster, options.padding === true);
    using _pin = this.store.open(this.handle);
    return await use(buffer, shapeOf(raster));
  }

  // ---- rectangles -------------------------------------------------------------------------------------------------

  /** A new image with the same pixels, as {@link ImageStore.new} makes it now. @throws as {@link ImageStore.new} */
  copy(): SharedImage {
    return this.crop([0, 0, this.width, this.height]);
  }

  /**
   * A new image with the pixels of a box, which may reach beyond this one: what is outside is 0.
   *
   * @throws {InvalidArgumentError} when right is less than left or lower less than upper
   * @throws as {@link ImageStore.new}
   * @example
   * ```ts
   * import { SharedHeap } from '@sharena/heap';
   * import { ImageStore } from '@sharena/imaging';
   *
   * using image = ImageStore.over(SharedHeap.create({ reserve: '64MiB' })).new('RGB', 60, 40);
   * image.fill([255, 255, 255], [10, 10, 20, 20]);
   * using cut = image.crop([15, 15, 65, 25]);
   * console.log(cut.width, cut.getBbox()); // 50 [ 0, 0, 5, 5 ]
   * ```
   */
  crop(box: Box): SharedImage {
    const raster = this.open();
    checkBox(box);
    const [left, upper, right, lower] = box;
    const dirty = left >= 0 && upper >= 0 && right <= this.width && lower <= this.height;
    const made = this.store.new(this.mode, right - left, lower - upper, { dirty });
    place(raster, Pixels.#open(made), -left, -upper);
    return made;
  }

  /**
   * Copies all of `source` into this image, its left upper pixel to column `x` and row `y`. What falls outside is left out.
   * The source may be this image.
   *
   * @throws {ImageMismatchError} when the modes are not the same
   */
  paste(source: SharedImage, x = 0, y = 0): void {
    const raster = this.open();
    if (!(source instanceof Pixels)) throw new InvalidArgumentError('source', 'a SharedImage', source);
    if (source.mode !== this.mode) throw new ImageMismatchError(`mode ${source.mode} into ${this.mode}`);
    checkCoordinate('x', x);
    checkCoordinate('y', y);
    place(Pixels.#open(source), raster, x, y);
  }

  /**
   * Sets every pixel, or those of a box that are in the image.
   *
   * @param pixel - a number, or in modes of several bands one for each
   * @throws {InvalidArgumentError} when it does not fit the mode, or the box is none
   */
  fill(pixel: PixelValue, box: Box = [0, 0, this.width, this.height]): void {
    const raster = this.open();
    checkBox(box);
    fillBox(raster, clip(box, this.width, this.height), encodePixel(raster.info, pixel));
  }

  /** The smallest box with every pixel that is not 0, or undefined when all are. In modes with alpha only alpha counts. */
  getBbox(options: BboxOptions = {}): Box | undefined {
    return bboxOf(this.open(), options.alphaOnly !== false);
  }

  // ---- pixels and bands -------------------------------------------------------------------------------------------

  /** A pixel's values. For single pixels: loops are faster over rows. @throws {InvalidArgumentError} when there is no such pixel */
  getPixel(x: number, y: number): PixelValue {
    return decodePixel(this.open().info, this.row(y), this.#column(x));
  }

  /** Sets a pixel. @throws {InvalidArgumentError} when there is no such pixel, or the value does not fit */
  putPixel(x: number, y: number, pixel: PixelValue): void {
    this.row(y).set(encodePixel(this.open().info, pixel), this.#column(x));
  }

  /**
   * A copy of the values of a band, `width` for each row, in this machine's byte order.
   *
   * @param band - its number, or its name: `'R'`
   * @param top - the first row
   * @param bottom - the row after the last
   * @throws {InvalidArgumentError} when there is no such band or row
   */
  getBand(band: number | string, top = 0, bottom: number = this.height): Samples {
    const raster = this.open();
    this.#checkRange(top, bottom);
    return readBand(raster, bandNumber(raster.info, band), top, bottom);
  }

  /**
   * Writes the values of a band; the others stay as they are.
   *
   * @param values - what {@link SharedImage.getBand} gives for the same rows
   * @throws {InvalidArgumentError} when there is no such band or row, or the values are of another type or number
   */
  setBand(band: number | string, values: Samples, top = 0, bottom: number = this.height): void {
    const raster = this.open();
    this.#checkRange(top, bottom);
    writeBand(raster, bandNumber(raster.info, band), values, top, bottom);
  }

  /** New images, one for each band, of mode L; a copy when there is one band. @throws as {@link ImageStore.new} */
  split(): SharedImage[] {
    if (this.bands === 1) return [this.copy()];
    return split(this.store, this.open(), Pixels.#open);
  }

  /**
   * A new image of several bands from images of mode L of the same size and heap.
   *
   * @throws {ImageMismatchError} when their number, modes or sizes do not fit
   * @throws as {@link ImageStore.new}
   */
  static merge(mode: Mode, bands: readonly SharedImage[]): SharedImage {
    if (!Array.isArray(bands) || bands.some((band) => !(band instanceof Pixels))) {
      throw new InvalidArgumentError('bands', 'a list of SharedImage', bands);
    }
    return merge(mode, bands, Pixels.#storeOf(bands[0]), Pixels.#open);
  }

  static #open(image: Pixels): Raster {
    return image.open();
  }

  static #storeOf(image: Pixels | undefined): ImageStore | undefined {
    return image?.store;
  }

  #column(x: number): number {
    if (Number.isInteger(x) && x >= 0 && x < this.width) return x * this.pixelSize;
    throw new InvalidArgumentError('x', `a column of the image, 0 to ${this.width - 1}`, x);
  }

  #checkRange(top: number, bottom: number): void {
    if (!Number.isInteger(top) || top < 0 || top > this.height) {
      throw new InvalidArgumentError('top', `a row of the image, 0 to ${this.height}`, top);
    }
    if (!Number.isInteger(bottom) || bottom < top || bottom > this.height) {
      throw new InvalidArgumentError('bottom', `${top} to ${this.height}`, bottom);
    }
  }
}
