/**
 * An image, as one thread sees it: the shape, read once from its record, and views of its rows.
 *
 * The shape never changes while the image lives, so it needs no synchronisation. The pixels belong to whoever the threads
 * agree on: writers of different rows need no lock, whatever else shares a row must be ordered by the program (a message,
 * an Atomics.wait/notify, the end of a task).
 *
 * If the thread dies, or detaches, the references that its objects hold are dropped by who reaps its slot, or by itself.
 */
import type { Address, SharedHeap } from '@sharena/heap';
import { InvalidArgumentError } from '@sharena/heap';
import { ImageClosedError } from './errors.ts';
import {
  R_ALIGNMENT,
  R_BLOCKS,
  R_HEIGHT,
  R_IS_BLOCK,
  R_LINES_PER_BLOCK,
  R_MODE,
  R_STRIDE,
  R_TABLE,
  R_WIDTH,
} from './layout.ts';
import { MODES, type Mode, type ModeInfo } from './modes.ts';

/**
 * What another thread needs to open an image: three numbers, and a fourth when it comes from {@link SharedImage.giveAway}. It
 * goes through messages as it is and copies no pixel.
 */
export interface ImageHandle {
  /** The id of the heap. */
  readonly heap: number;
  /** The number of the image's record. */
  readonly image: number;
  /** Which of the images that had this record. */
  readonly generation: number;
  /** Which of the references that are on their way, when the handle takes one along. */
  readonly parcel?: number;
}

/** A block of a chain: whole scan lines. */
export interface ImageBlock {
  /** The address of its first row. */
  readonly address: Address;
  /** The number of its first row. */
  readonly top: number;
  /** Rows in it. */
  readonly lines: number;
}

/** The pixels of an image as kernels take them: bytes, and the index of the first byte of every row. */
export interface ImageRows {
  /** The block, for an image of one block; else the whole heap. */
  readonly bytes: Uint8Array;
  /** For each row the index in `bytes` of its first byte. */
  readonly rows: Float64Array;
}

/** What a store gives an image to work with. */
export interface ImageOwner {
  /** The heap. */
  readonly heap: SharedHeap;
  /** The word index of the record of a handle. */
  recordOf(handle: ImageHandle): number;
  /** Adds a reference of this thread. */
  retain(handle: ImageHandle): void;
  /** Drops one. */
  release(handle: ImageHandle): void;
  /** Puts one on its way. Returns the handle that takes it along. */
  send(handle: ImageHandle): ImageHandle;
  /** The object holds no reference any more. */
  closed(image: SharedImage): void;
}

/**
 * An image in the heap. It holds references to it: give them back with {@link SharedImage.release}, or with `using`.
 *
 * Made by {@link ImageStore}; see there for an example.
 */
export class SharedImage implements Disposable {
  /** The mode's name. */
  readonly mode: Mode;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** How many bands carry something. */
  readonly bands: number;
  /** Bytes of a pixel. */
  readonly pixelSize: number;
  /** Bytes of the pixels of a row. */
  readonly lineSize: number;
  /** Bytes from one row to the next inside a block. */
  readonly stride: number;
  /** Whether the image was made as a single packed segment. */
  readonly isBlock: boolean;
  readonly #owner: ImageOwner;
  readonly #handle: ImageHandle;
  readonly #linesPerBlock: number;
  readonly #addresses: readonly Address[];
  #held = 1;

  /** @internal */
  constructor(owner: ImageOwner, handle: ImageHandle) {
    const words = owner.heap.words;
    const record = owner.recordOf(handle);
    const info: ModeInfo = MODES[words[record + R_MODE]];
    this.mode = info.mode;
    this.bands = info.bands;
    this.pixelSize = info.pixelSize;
    this.width = words[record + R_WIDTH];
    this.height = words[record + R_HEIGHT];
    this.lineSize = this.width * this.pixelSize;
    this.stride = words[record + R_STRIDE];
    this.isBlock = words[record + R_IS_BLOCK] === 1;
    this.#owner = owner;
    this.#handle = Object.freeze({ ...handle });
    this.#linesPerBlock = words[record + R_LINES_PER_BLOCK];
    const table = words[record + R_TABLE] >>> 2;
    const alignment = words[record + R_ALIGNMENT];
    this.#addresses = Array.from({ length: words[record + R_BLOCKS] }, (_, i) => {
      return Math.ceil((words[table + i] >>> 0) / alignment) * alignment;
    });
  }

  /** What another thread needs to open the image. Valid while somebody holds a reference. */
  get handle(): ImageHandle {
    return this.#handle;
  }

  /** The blocks, by their rows. */
  get blocks(): readonly ImageBlock[] {
    this.#expectOpen();
    return this.#addresses.map((address, i) => {
      const top = i * this.#linesPerBlock;
      return { address, top, lines: Math.min(this.#linesPerBlock, this.height - top) };
    });
  }

  /** The address of row `y`. @throws {InvalidArgumentError} when there is no such row */
  rowAddress(y: number): Address {
    this.#expectOpen();
    if (!Number.isInteger(y) || y < 0 || y >= this.height || this.lineSize === 0) {
      throw new InvalidArgumentError('y', `a row of the image, 0 to ${this.height - 1}`, y);
    }
    const block = Math.floor(y / this.#linesPerBlock);
    return this.#addresses[block] + (y - block * this.#linesPerBlock) * this.stride;
  }

  /** A view of the pixels of row `y`: `lineSize` bytes. @throws {InvalidArgumentError} when there is no such row */
  row(y: number): Uint8Array {
    const address = this.rowAddress(y);
    return this.#owner.heap.bytes.subarray(address, address + this.lineSize);
  }

  /** All rows at once, for loops that go over many of them. */
  rows(): ImageRows {
    this.#expectOpen();
    const rows = new Float64Array(this.lineSize === 0 ? 0 : this.height);
    const { bytes } = this.#owner.heap;
    const first = this.#addresses[0] ?? 0;
    // Small indexes are faster than those beyond 2^31, so the usual image, of one block, gets a view of its own.
    const base = this.#addresses.length === 1 ? first : 0;
    for (let y = 0; y < rows.length; y++) rows[y] = this.rowAddress(y) - base;
    const end = rows.length === 0 ? 0 : rows[rows.length - 1] + this.lineSize;
    return { bytes: base === 0 ? bytes : bytes.subarray(base, base + end), rows };
  }

  /** The pixels as one packed view, when the image lies in one block without gaps between its rows; else undefined. */
  packed(): Uint8Array | undefined {
    this.#expectOpen();
    const size = this.lineSize * this.height;
    if (size === 0 || this.#addresses.length !== 1 || this.stride !== this.lineSize) return undefined;
    return this.#owner.heap.bytes.subarray(this.#addresses[0], this.#addresses[0] + size);
  }

  /** A packed copy of the pixels. */
  toBytes(): Uint8Array {
    const copy = new Uint8Array(this.lineSize * this.height);
    const packed = this.packed();
    if (packed) copy.set(packed);
    else if (this.lineSize > 0) for (let y = 0; y < this.height; y++) copy.set(this.row(y), y * this.lineSize);
    return copy;
  }

  /** Writes packed pixels into the image. @throws {InvalidArgumentError} when their length is not that of the image */
  fromBytes(pixels: Uint8Array): void {
    const size = this.lineSize * this.height;
    if (pixels.length !== size)
      throw new InvalidArgumentError('pixels.length', `${size} for this image`, pixels.length);
    const packed = this.packed();
    if (packed) packed.set(pixels);
    else if (size > 0) for (let y = 0; y < this.height; y++) this.#setRow(y, pixels);
  }

  /** Adds a reference to those that this object holds. */
  retain(): this {
    this.#expectOpen();
    this.#owner.retain(this.#handle);
    this.#held++;
    return this;
  }

  /**
   * Gives back one reference. With this object's last one the object is closed; with the last one of all threads the
   * blocks go back to the cache or the heap. Threads: any, each through its own object.
   */
  release(): void {
    this.#expectOpen();
    this.#owner.release(this.#handle);
    this.#drop();
  }

  /**
   * Puts one reference on its way: the image stays alive until somebody calls {@link ImageStore.takeOver} with the handle that
   * this answers, and this object loses the reference. The thread may detach or die meanwhile. Whoever has the handle can
   * take the reference over, this thread too, when the message did not arrive; it is there once.
   *
   * @throws {SharenaError} `ERR_SHARENA_TOO_MANY_REFERENCES` when 16 references to the image are on their way; nothing has changed
   */
  giveAway(): ImageHandle {
    this.#expectOpen();
    const handle = this.#owner.send(this.#handle);
    this.#drop();
    return handle;
  }

  /** Gives back every reference that this object still holds. */
  [Symbol.dispose](): void {
    while (this.isOpen) this.release();
  }

  /** Whether this object holds a reference, and its thread is still attached to the heap. */
  get isOpen(): boolean {
    return this.#held > 0 && this.#owner.heap.isAttached;
  }

  #setRow(y: number, pixels: Uint8Array): void {
    this.row(y).set(pixels.subarray(y * this.lineSize, (y + 1) * this.lineSize));
  }

  #drop(): void {
    if (--this.#held === 0) this.#owner.closed(this);
  }

  #expectOpen(): void {
    if (!this.isOpen) throw new ImageClosedError();
  }
}
