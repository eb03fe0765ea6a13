/**
 * The store: makes images as chains of blocks, opens them by handle, and counts.
 *
 * An image's rows lie in blocks of at most `blockSize` bytes; a block holds whole scan lines only, and is as long as its
 * lines need. Settings and counters lie in the heap (layout.ts), so all threads share them.
 */
import { type Address, HeapExhaustedError, InvalidArgumentError, type SharedHeap } from '@sharena/heap';
import { ImageSettingError, ImageSizeError, StaleHandleError } from './errors.ts';
import { type ImageHandle, SharedImage } from './image.ts';
import {
  INLINE_BLOCKS,
  R_ALIGNMENT,
  R_BLOCKS,
  R_HEIGHT,
  R_INLINE,
  R_IS_BLOCK,
  R_LINES_PER_BLOCK,
  R_LOCK,
  R_MODE,
  R_STRIDE,
  R_TABLE,
  R_WIDTH,
  STORE_BYTES,
  STORE_ROOT,
  W_ALIGNMENT,
  W_ALLOCATED,
  W_BLOCK_SIZE,
  W_FREED,
  W_NEW,
} from './layout.ts';
import { MODES, type Mode, modeIndex } from './modes.ts';
import { Records } from './records.ts';

/** The bound on the width of an image, as in Pillow. */
const MAX_WIDTH = 0x7fffffff / 4 - 1;
const MAX_HEIGHT = 0x7fffffff;
/** The size of blocks that is tried when there is no room for larger ones. */
const SMALL_BLOCK = 4096;
const DEFAULT_BLOCK_SIZE = 16 * 2 ** 20;

/** Counters of a store, over all threads. */
export interface ImageStats {
  /** Images asked for since the last reset, those that failed included. */
  readonly newCount: number;
  /** Blocks asked of the heap for chains, since the last reset. */
  readonly allocatedBlocks: number;
  /** Blocks that were taken from the cache. */
  readonly reusedBlocks: number;
  /** Of these, those that had to move to get their size. */
  readonly reallocatedBlocks: number;
  /** Blocks of chains given back to the heap, since the last reset. */
  readonly freedBlocks: number;
  /** Blocks in the cache now. */
  readonly blocksCached: number;
}

/** What `heap.stats().images` says. */
export interface LiveImages {
  /** Images that somebody holds a reference to. */
  readonly live: number;
  /** Their blocks. */
  readonly blocks: number;
  /** Bytes of their rows. */
  readonly bytes: number;
}

/** Settings of {@link ImageStore.new}. */
export interface NewImageOptions {
  /**
   * Leaves the pixels arbitrary: for those who write every one of them.
   *
   * @defaultValue false: all bytes are 0
   */
  readonly dirty?: boolean;
}

/** How an image's rows are cut into blocks. */
interface Cut {
  readonly stride: number;
  readonly linesPerBlock: number;
  readonly blocks: number;
  /** Bytes that a block needs in addition to its rows, to align the first of them. */
  readonly slack: number;
}

const stores = new WeakMap<SharedHeap, ImageStore>();

/**
 * The images of a heap.
 *
 * @example
 * ```ts
 * import { SharedHeap } from '@sharena/heap';
 * import { ImageStore } from '@sharena/imaging';
 *
 * using heap = SharedHeap.create({ reserve: '64MiB' });
 * const store = ImageStore.over(heap);
 * using image = store.new('RGB', 640, 480);
 * image.row(0).fill(255);
 * // worker.postMessage({ heap: heap.handle, image: image.handle }) hands it over: three numbers, no pixel
 * ```
 */
export class ImageStore {
  /** The heap whose images these are. */
  readonly heap: SharedHeap;
  readonly #words: number;
  readonly #records: Records;

  private constructor(heap: SharedHeap) {
    this.heap = heap;
    const address = heap.root(
      STORE_ROOT,
      () => createStore(heap),
      (unused) => heap.raw.free(unused),
    );
    this.#words = address >>> 2;
    this.#records = new Records(heap, this.#words);
    heap.report('images', () => this.#live());
  }

  /** The store of a heap. A second call in the same thread answers the same object. */
  static over(heap: SharedHeap): ImageStore {
    const known = stores.get(heap);
    if (known) return known;
    const store = new ImageStore(heap);
    stores.set(heap, store);
    return store;
  }

  /**
   * Makes an image as a chain of blocks.
   *
   * @param mode - one of {@link MODES}
   * @param width - in pixels, from 0
   * @param height - in pixels, from 0
   * @throws {UnknownModeError} when there is no such mode
   * @throws {ImageSizeError} when width or height is no size
   * @throws {HeapExhaustedError} when there is no room, even in small pieces; nothing is kept then
   */
  new(mode: Mode, width: number, height: number, options: NewImageOptions = {}): SharedImage {
    const index = this.#begin(mode, width, height);
    const cut = (blockSize: number) => this.#cut(index, width, height, blockSize);
    const { blockSize } = this;
    const made =
      this.#make(index, width, height, cut(blockSize), options.dirty === true, false) ??
      this.#make(index, width, height, cut(Math.min(blockSize, SMALL_BLOCK)), options.dirty === true, false);
    return made ?? this.#exhausted(index, width, height);
  }

  /**
   * Makes an image as a single packed segment, all 0: for other code that takes contiguous pixels.
   *
   * @param options - `dirty: true` leaves the pixels arbitrary
   * @throws as {@link ImageStore.new}
   */
  newBlock(mode: Mode, width: number, height: number, options: NewImageOptions = {}): SharedImage {
    const index = this.#begin(mode, width, height);
    const lineSize = width * MODES[index].pixelSize;
    const cut = {
      stride: lineSize,
      linesPerBlock: Math.max(1, height),
      blocks: lineSize * height > 0 ? 1 : 0,
      slack: 0,
    };
    return this.#make(index, width, height, cut, options.dirty === true, true) ?? this.#exhausted(index, width, height);
  }

  /**
   * Opens the image of a handle, and adds a reference. Threads: any.
   *
   * @throws {StaleHandleError} when the image was released, or there never was one
   */
  open(handle: ImageHandle): SharedImage {
    this.#records.retain(this.#recordOf(handle), handle.generation);
    return this.#image(handle);
  }

  /** Opens the image of a handle that {@link SharedImage.giveAway} answered, with the reference that came with it. */
  takeOver(handle: ImageHandle): SharedImage {
    this.#records.expectLive(this.#recordOf(handle), handle.generation);
    return this.#image(handle);
  }

  /** Alignment of scan lines in bytes: a power of two from 1 to 128. Counts for later images. */
  get alignment(): number {
    return this.heap.words[this.#words + W_ALIGNMENT];
  }

  set alignment(value: number) {
    if (!Number.isInteger(value) || value < 1 || value > 128) {
      throw new ImageSettingError(`alignment should be from 1 to 128, got ${value}`);
    }
    if ((value & (value - 1)) !== 0) throw new ImageSettingError(`alignment should be power of two, got ${value}`);
    this.heap.words[this.#words + W_ALIGNMENT] = value;
  }

  /** The largest block of a chain in bytes: a multiple of 4096. Counts for later images. */
  get blockSize(): number {
    return this.heap.words[this.#words + W_BLOCK_SIZE];
  }

  set blockSize(value: number) {
    if (!Number.isInteger(value) || value <= 0 || value > 0x7fffffff) {
      throw new ImageSettingError(`block_size should be greater than 0 and fit 31 bits, got ${value}`);
    }
    if (value % 4096 !== 0) throw new ImageSettingError(`block_size should be multiple of 4096, got ${value}`);
    this.heap.words[this.#words + W_BLOCK_SIZE] = value;
  }

  /** Counters since the last reset, over all threads. */
  stats(): ImageStats {
    const count = (word: number) => Atomics.load(this.heap.words, this.#words + word) >>> 0;
    return {
      newCount: count(W_NEW),
      allocatedBlocks: count(W_ALLOCATED),
      reusedBlocks: 0,
      reallocatedBlocks: 0,
      freedBlocks: count(W_FREED),
      blocksCached: 0,
    };
  }

  /** Sets the counters to 0. */
  resetStats(): void {
    for (const word of [W_NEW, W_ALLOCATED, W_FREED]) Atomics.store(this.heap.words, this.#words + word, 0);
  }

  // ---- making -----------------------------------------------------------------------------------------------------

  #begin(mode: Mode, width: number, height: number): number {
    checkSide('width', width, MAX_WIDTH);
    checkSide('height', height, MAX_HEIGHT);
    const index = modeIndex(mode);
    Atomics.add(this.heap.words, this.#words + W_NEW, 1);
    return index;
  }

  /** The arithmetic of a chain: as many whole lines to a block as fit it with its alignment, but one at least. */
  #cut(index: number, width: number, height: number, blockSize: number): Cut {
    const { alignment } = this;
    const lineSize = width * MODES[index].pixelSize;
    if (lineSize === 0 || height === 0) return { stride: lineSize, linesPerBlock: 1, blocks: 0, slack: 0 };
    const stride = Math.ceil(lineSize / alignment) * alignment;
    const linesPerBlock = Math.max(1, Math.floor((blockSize - (alignment - 1)) / stride));
    return { stride, linesPerBlock, blocks: Math.ceil(height / linesPerBlock), slack: alignment - 1 };
  }

  /** Makes a live image, or undefined when the heap has no room for it: then everything is given back. */
  #make(
    mode: number,
    width: number,
    height: number,
    cut: Cut,
    dirty: boolean,
    isBlock: boolean,
  ): SharedImage | undefined {
    const { heap } = this;
    const image = this.#records.take();
    const record = this.#records.wordOf(image);
    const inline = cut.blocks <= INLINE_BLOCKS;
    const table = inline ? (record + R_INLINE) * 4 : heap.mem.malloc(cut.blocks * 4);
    heap.words[record + R_MODE] = mode;
    heap.words[record + R_WIDTH] = width;
    heap.words[record + R_HEIGHT] = height;
    heap.words[record + R_STRIDE] = cut.stride;
    heap.words[record + R_LINES_PER_BLOCK] = cut.linesPerBlock;
    heap.words[record + R_IS_BLOCK] = isBlock ? 1 : 0;
    heap.words[record + R_ALIGNMENT] = cut.slack + 1;
    heap.words[record + R_TABLE] = table;
    heap.words[record + R_BLOCKS] = 0;
    heap.words[record + R_LOCK] = 0;
    if (table === 0 || !this.#fillTable(record, height, cut, dirty)) {
      this.#destroy(record);
      return undefined;
    }
    const generation = this.#records.publish(record);
    return this.#image({ heap: heap.handle.id, image, generation });
  }

  #fillTable(record: number, height: number, cut: Cut, dirty: boolean): boolean {
    const { heap } = this;
    const table = heap.words[record + R_TABLE] >>> 2;
    const isBlock = heap.words[record + R_IS_BLOCK] === 1;
    for (let i = 0; i < cut.blocks; i++) {
      const lines = Math.min(cut.linesPerBlock, height - i * cut.linesPerBlock);
      const size = lines * cut.stride + cut.slack;
      const block = dirty ? heap.raw.malloc(size) : heap.raw.calloc(1, size);
      if (block === 0) return false;
      heap.words[table + i] = block;
      heap.words[record + R_BLOCKS] = i + 1;
      if (!isBlock) Atomics.add(heap.words, this.#words + W_ALLOCATED, 1);
    }
    return true;
  }

  /** Gives back the blocks of a BUSY record in ascending order, its table, and the record itself. */
  #destroy(record: number): void {
    const { heap } = this;
    const table: Address = heap.words[record + R_TABLE] >>> 0;
    const blocks = heap.words[record + R_BLOCKS];
    for (let i = 0; i < blocks; i++) heap.raw.free(heap.words[(table >>> 2) + i] >>> 0);
    if (heap.words[record + R_IS_BLOCK] === 0) Atomics.add(heap.words, this.#words + W_FREED, blocks);
    if (table !== (record + R_INLINE) * 4) heap.mem.free(table);
    heap.mem.free(Atomics.exchange(heap.words, record + R_LOCK, 0) >>> 0);
    this.#records.giveBack(record);
  }

  #exhausted(mode: number, width: number, height: number): never {
    throw new HeapExhaustedError(width * height * MODES[mode].pixelSize, this.heap.stats().freeBytes);
  }

  // ---- opening ----------------------------------------------------------------------------------------------------

  #recordOf(handle: ImageHandle): number {
    if (handle?.heap !== this.heap.handle.id)
      throw new StaleHandleError('this is not the handle of an image of this heap');
    return this.#records.wordOf(handle.image);
  }

  #image({ heap, image, generation }: ImageHandle): SharedImage {
    const owner = {
      heap: this.heap,
      store: this,
      records: this.#records,
      destroy: (record: number) => this.#destroy(record),
    };
    return new SharedImage(owner, { heap, image, generation });
  }

  #live(): LiveImages {
    const { words } = this.heap;
    let live = 0;
    let blocks = 0;
    let bytes = 0;
    this.#records.forEachLive((record) => {
      live++;
      blocks += words[record + R_BLOCKS];
      bytes += words[record + R_STRIDE] * words[record + R_HEIGHT];
    });
    return { live, blocks, bytes };
  }
}

function createStore(heap: SharedHeap): Address {
  const address = heap.raw.calloc(1, STORE_BYTES);
  if (address === 0) throw new HeapExhaustedError(STORE_BYTES, heap.stats().freeBytes);
  heap.words[(address >>> 2) + W_ALIGNMENT] = 1;
  heap.words[(address >>> 2) + W_BLOCK_SIZE] = DEFAULT_BLOCK_SIZE;
  return address;
}

function checkSide(argument: 'width' | 'height', value: number, most: number): void {
  if (typeof value !== 'number') throw new InvalidArgumentError(argument, 'a number', value);
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new ImageSizeError(`${argument} should be a whole number from 0 to ${Math.floor(most)}, got ${value}`);
}
