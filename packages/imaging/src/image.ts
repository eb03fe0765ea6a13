/**
 * An image, as one thread sees it: the shape, read once from its record, and views of its rows.
 *
 * The shape never changes while the image lives, so it needs no synchronisation. The pixels belong to whoever the threads
 * agree on: writers of different rows need no lock, whatever else shares a row must be ordered by the program (a message,
 * an Atomics.wait/notify, the end of a task).
 *
 * If the thread dies, or detaches, the references that its objects hold are dropped by who reaps its slot, or by itself.
 */
import type { RWLock } from '@sharena/atomics-sync';
import type { Address, SharedHeap } from '@sharena/heap';
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
import { MODES, type Mode, type ModeInfo, modeIndex } from './modes.ts';
import { lockOf } from './pixels/lock.ts';
import { moverOf } from './pixels/mover.ts';
import { Pixels } from './pixels/pixels.ts';
import type { Raster } from './pixels/raster.ts';
import type { ImageStore } from './store/image-store.ts';

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

/** What a store gives an image to work with. */
export interface ImageOwner {
  /** The heap. */
  readonly heap: SharedHeap;
  /** Where images are made and opened. */
  readonly store: ImageStore;
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
export class SharedImage extends Pixels implements Disposable {
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
  #raster: Raster | undefined;
  #lock: RWLock | undefined;
  #held = 1;

  /** @internal */
  constructor(owner: ImageOwner, handle: ImageHandle) {
    super();
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

  /**
   * The image's lock, for threads that want one: nothing here takes it. Made at the first use, gone with the image. A thread's
   * number in it is its slot in the heap plus 1.
   *
   * @throws {HeapExhaustedError} when there is no room for its 64 bytes
   */
  get lock(): RWLock {
    this.#expectOpen();
    this.#lock ??= lockOf(this.#owner.heap, this.#owner.recordOf(this.#handle));
    return this.#lock;
  }

  // ---- references -------------------------------------------------------------------------------------------------

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

  /** @internal */
  protected override open(): Raster {
    this.#expectOpen();
    this.#raster ??= this.#makeRaster();
    return this.#raster;
  }

  /** @internal */
  protected override get store(): ImageStore {
    return this.#owner.store;
  }

  #makeRaster(): Raster {
    const { heap } = this.#owner;
    return {
      bytes: heap.bytes,
      mover: moverOf(heap),
      info: MODES[modeIndex(this.mode)],
      width: this.width,
      height: this.height,
      lineSize: this.lineSize,
      stride: this.stride,
      linesPerBlock: this.#linesPerBlock,
      addresses: this.#addresses,
    };
  }

  #drop(): void {
    if (--this.#held === 0) this.#owner.closed(this);
  }

  #expectOpen(): void {
    if (!this.isOpen) throw new ImageClosedError();
  }
}
