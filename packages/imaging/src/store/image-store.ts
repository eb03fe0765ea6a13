/**
 * The store: makes images as chains of blocks, opens them by handle, and counts. One object per heap and thread.
 *
 * An image's rows lie in blocks of at most `blockSize` bytes; a block holds whole scan lines only, and is as long as its
 * lines need. Settings, cache and counters lie in the heap (layout.ts), so all threads share them. The object itself holds
 * nothing that is shared: what it does is done by its hand (hand.ts), in the name of the thread's slot.
 */
import { threadId } from 'node:worker_threads';
import { type Address, HeapExhaustedError, InvalidArgumentError, type SharedHeap, SharenaError } from '@sharena/heap';
import { ImageSizeError, StaleHandleError } from '../errors.ts';
import { type ImageHandle, type ImageOwner, SharedImage } from '../image.ts';
import {
  R_BLOCKS,
  R_HEIGHT,
  R_STRIDE,
  STORE_BYTES,
  STORE_ROOT,
  W_ALIGNMENT,
  W_BLOCK_ALLOCATOR,
  W_BLOCK_SIZE,
  W_BLOCKS_MAX,
} from '../layout.ts';
import { MODES, type Mode, modeIndex } from '../modes.ts';
import { generationOf, LIVE, stateOf } from '../records/control.ts';
import { Leases } from '../records/leases.ts';
import { Parcels } from '../records/parcels.ts';
import { type Cut, cutBlock, cutChain } from './cut.ts';
import { readEnvironment } from './environment.ts';
import { Hand, type Shape } from './hand.ts';
import { checkImages } from './invariants.ts';
import { LeakWatch } from './leaks.ts';
import { giveBackAll } from './recovery.ts';
import { checkKeep, checkSetting, DEFAULTS, type Setting } from './settings.ts';
import { type ImageStats, readStats, resetStats } from './stats.ts';

export type { ImageStats } from './stats.ts';

/** The bound on the width of an image, as in Pillow. */
const MAX_WIDTH = 0x7fffffff / 4 - 1;
const MAX_HEIGHT = 0x7fffffff;
/** The size of blocks that is tried when there is no room for larger ones. */
const SMALL_BLOCK = 4096;

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

/** Settings of {@link ImageStore.checkInvariants}. */
export interface CheckImagesOptions {
  /**
   * Whether no thread is doing anything: then what may be passing must hold too.
   *
   * @defaultValue false
   */
  readonly atRest?: boolean;
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
  readonly #hand: Hand;
  readonly #leases: Leases;
  readonly #parcels: Parcels;
  readonly #leaks: LeakWatch;
  readonly #owner: ImageOwner;

  private constructor(heap: SharedHeap) {
    this.heap = heap;
    const address = heap.root(
      STORE_ROOT,
      () => createStore(heap),
      (unused) => heap.raw.free(unused),
    );
    this.#words = address >>> 2;
    heap.keep(STORE_ROOT, (slot) => giveBackAll(heap, this.#words, slot));
    this.#hand = new Hand(heap, this.#words, heap.slot);
    this.#hand.holders.enroll();
    this.#leases = new Leases(this.#hand.holders);
    this.#parcels = new Parcels(heap.words, threadId);
    this.#leaks = new LeakWatch(heap.slot);
    this.#owner = {
      heap,
      store: this,
      recordOf: (handle) => this.#recordOf(handle),
      retain: (handle) => this.#retain(handle),
      release: (handle) => this.#leases.release(this.#recordOf(handle)),
      send: (handle) => this.#send(handle),
      closed: (image) => this.#leaks.remove(image),
    };
    heap.report('images', () => this.#live());
  }

  /**
   * The store of a heap. A second call in the same thread answers the same object. The first call of all threads reads the
   * settings in the environment: `SHARENA_ALIGNMENT`, `SHARENA_BLOCK_SIZE`, `SHARENA_BLOCKS_MAX`, or their `PILLOW_` spellings.
   */
  static over(heap: SharedHeap): ImageStore {
    const known = stores.get(heap);
    if (known) return known;
    // By its method: a heap of another copy of the package is one as well.
    if (typeof heap?.root !== 'function') throw new InvalidArgumentError('heap', 'a SharedHeap', heap);
    const store = new ImageStore(heap);
    stores.set(heap, store);
    return store;
  }

  /**
   * Makes an image as a chain of blocks; as one segment while {@link ImageStore.useBlockAllocator} is set.
   *
   * @param mode - one of {@link MODES}
   * @param width - in pixels, 0 to 536870910
   * @param height - in pixels, 0 to 2147483647
   * @throws {UnknownModeError} when there is no such mode
   * @throws {ImageSizeError} when width or height is no size
   * @throws {HeapExhaustedError} when there is no room, even in blocks of 4 KiB, or of one line: nothing is kept then. The error
   * says how much was asked for and how much is free
   */
  new(mode: Mode, width: number, height: number, options: NewImageOptions = {}): SharedImage {
    if (this.useBlockAllocator) return this.newBlock(mode, width, height, options);
    const shape = this.#begin(mode, width, height, options, false);
    const { alignment, blockSize } = this;
    const cut = (size: number): Cut => cutChain(shape.mode, width, height, alignment, size);
    return this.#make(shape, cut(blockSize)) ?? this.#make(shape, cut(SMALL_BLOCK)) ?? this.#exhausted(shape);
  }

  /**
   * Makes an image as a single packed segment, whatever the settings: for other code that takes contiguous pixels. It is not
   * of the cache, and not counted among the blocks.
   *
   * @throws as {@link ImageStore.new}; cached blocks go back to the heap before there is no room
   */
  newBlock(mode: Mode, width: number, height: number, options: NewImageOptions = {}): SharedImage {
    const shape = this.#begin(mode, width, height, options, true);
    const cut = cutBlock(shape.mode, width, height);
    const made = this.#make(shape, cut);
    if (made) return made;
    this.clearCache();
    return this.#make(shape, cut) ?? this.#exhausted(shape);
  }

  /**
   * Opens the image of a handle, and adds a reference. Threads: any.
   *
   * @throws {StaleHandleError} when the image was released, or there never was one
   */
  open(handle: ImageHandle): SharedImage {
    this.#retain(handle);
    return this.#image(handle);
  }

  /**
   * Opens the image of a handle that {@link SharedImage.giveAway} answered, with the reference that came with it. Threads: any,
   * the one that gave it away as well; the first one gets it.
   *
   * @throws {StaleHandleError} when the image is gone, the reference was taken over already, or none was given away
   */
  takeOver(handle: ImageHandle): SharedImage {
    const image = this.open(handle);
    if (handle.parcel !== undefined && this.#parcels.take(this.#recordOf(handle), handle.parcel)) return image;
    image.release();
    throw new StaleHandleError('the reference of this handle was taken over already, or was never given away');
  }

  /**
   * Drops all references that a thread has given away and that nobody has taken over. For who knows that no message of that
   * thread will come any more, or be read: of a worker that has ended, when its last results are in.
   *
   * @param sender - the id of the thread that gave them away
   * @returns how many there were
   * @throws {InvalidArgumentError} when `sender` is not a whole number from 0
   */
  recall(sender: number): number {
    if (!Number.isSafeInteger(sender) || sender < 0) {
      throw new InvalidArgumentError('sender', 'the id of a thread, a whole number from 0', sender);
    }
    let recalled = 0;
    this.#hand.records.forEach((record, word, image) => {
      if (stateOf(word) !== LIVE || this.#parcels.sentBy(record, sender) === 0) return;
      recalled += this.#recallFrom(
        record,
        { heap: this.heap.handle.id, image, generation: generationOf(word) },
        sender,
      );
    });
    return recalled;
  }

  /** Alignment of scan lines in bytes: a power of two from 1 to 128. Counts for later images. */
  get alignment(): number {
    return this.heap.words[this.#words + W_ALIGNMENT];
  }

  set alignment(value: number) {
    checkSetting('alignment', value);
    this.heap.words[this.#words + W_ALIGNMENT] = value;
  }

  /** The largest block of a chain in bytes: a multiple of 4096. Counts for later images. */
  get blockSize(): number {
    return this.heap.words[this.#words + W_BLOCK_SIZE];
  }

  set blockSize(value: number) {
    checkSetting('blockSize', value);
    this.heap.words[this.#words + W_BLOCK_SIZE] = value;
  }

  /**
   * How many blocks the cache keeps for later images, all threads together: a whole number from 0. A heap keeps 65536 at most,
   * whatever is set. Setting it gives blocks back to the heap until no more than that are cached.
   */
  get blocksMax(): number {
    return Atomics.load(this.heap.words, this.#words + W_BLOCKS_MAX);
  }

  set blocksMax(value: number) {
    checkSetting('blocksMax', value);
    Atomics.store(this.heap.words, this.#words + W_BLOCKS_MAX, value);
    this.#hand.cache.trim();
  }

  /** Whether {@link ImageStore.new} makes single segments, as {@link ImageStore.newBlock} does. Counts for later images. */
  get useBlockAllocator(): boolean {
    return this.heap.words[this.#words + W_BLOCK_ALLOCATOR] === 1;
  }

  set useBlockAllocator(value: boolean) {
    if (typeof value !== 'boolean') throw new InvalidArgumentError('useBlockAllocator', 'a boolean', value);
    this.heap.words[this.#words + W_BLOCK_ALLOCATOR] = value ? 1 : 0;
  }

  /**
   * Gives cached blocks back to the heap, the last one first, until `keep` are left.
   *
   * @throws {ImageSettingError} when `keep` is not a whole number from 0
   */
  clearCache(keep = 0): void {
    checkKeep(keep);
    this.#hand.cache.clear(keep);
  }

  /** Counters since the last reset, over all threads. Exact while all are at rest. */
  stats(): ImageStats {
    return readStats(this.heap.words, this.#words, this.#hand.cells.count());
  }

  /** Sets the counters to 0, but for `blocksCached`. */
  resetStats(): void {
    resetStats(this.heap.words, this.#words);
  }

  /**
   * Checks everything that must hold among the images of the heap: docs/observability.md lists it. For tests and for doubts.
   *
   * @throws {SharenaError} `ERR_SHARENA_CORRUPT` at what does not fit
   */
  checkInvariants({ atRest = false }: CheckImagesOptions = {}): void {
    checkImages(this.heap, this.#words, this.#hand, atRest);
  }

  // ---- making -----------------------------------------------------------------------------------------------------

  #begin(mode: Mode, width: number, height: number, { dirty = false }: NewImageOptions, isBlock: boolean): Shape {
    checkSide('width', width, MAX_WIDTH);
    checkSide('height', height, MAX_HEIGHT);
    const shape = { mode: modeIndex(mode), width, height, dirty, isBlock };
    this.#hand.ledger.countNew();
    if (bytesOf(shape) > this.heap.bytes.length) this.#exhausted(shape);
    return shape;
  }

  #make(shape: Shape, cut: Cut): SharedImage | undefined {
    const made = this.#hand.make(shape, cut);
    if (!made) return undefined;
    this.#leases.made(made.record, made.generation);
    return this.#image({ heap: this.heap.handle.id, image: made.image, generation: made.generation });
  }

  #exhausted(shape: Shape): never {
    throw new HeapExhaustedError(bytesOf(shape), this.heap.stats().freeBytes);
  }

  // ---- opening ----------------------------------------------------------------------------------------------------

  #recordOf(handle: ImageHandle): number {
    if (handle?.heap !== this.heap.handle.id)
      throw new StaleHandleError('this is not the handle of an image of this heap');
    const record = this.#hand.records.find(handle.image);
    if (record === 0) throw new StaleHandleError(`there is no image ${handle.image}`);
    return record;
  }

  #retain(handle: ImageHandle): void {
    if (this.#leases.retain(this.#recordOf(handle), handle.generation)) return;
    throw new StaleHandleError('the image of this handle was released');
  }

  #send(handle: ImageHandle): ImageHandle {
    const record = this.#recordOf(handle);
    const parcel = this.#parcels.send(record);
    if (parcel === 0) {
      throw new SharenaError(
        'ERR_SHARENA_TOO_MANY_REFERENCES',
        'an image can have 16 references on their way at most; let the receivers open() its handle instead',
      );
    }
    this.#leases.release(record);
    return { ...handle, parcel };
  }

  #recallFrom(record: number, handle: ImageHandle, sender: number): number {
    if (!this.#leases.retain(record, handle.generation)) return 0;
    let recalled = 0;
    for (let parcel = this.#parcels.sentBy(record, sender); parcel !== 0; ) {
      if (this.#parcels.take(record, parcel)) recalled++;
      parcel = this.#parcels.sentBy(record, sender);
    }
    this.#leases.release(record);
    return recalled;
  }

  #image({ heap, image, generation }: ImageHandle): SharedImage {
    const opened = new SharedImage(this.#owner, { heap, image, generation });
    this.#leaks.add(opened, opened.handle);
    return opened;
  }

  #live(): LiveImages {
    const { words } = this.heap;
    let live = 0;
    let blocks = 0;
    let bytes = 0;
    this.#hand.records.forEach((record, word) => {
      if (stateOf(word) !== LIVE) return;
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
  const store = address >>> 2;
  const set = (setting: Setting, value: number): void => {
    heap.words[store + SETTINGS[setting]] = value;
  };
  for (const setting of Object.keys(SETTINGS) as Setting[]) set(setting, DEFAULTS[setting]);
  readEnvironment(process.env, set, (text) => process.emitWarning(text, { code: 'SHARENA_IMAGE_SETTING' }));
  return address;
}

const SETTINGS: Readonly<Record<Setting, number>> = Object.freeze({
  alignment: W_ALIGNMENT,
  blockSize: W_BLOCK_SIZE,
  blocksMax: W_BLOCKS_MAX,
});

/** Bytes of the pixels. */
function bytesOf({ mode, width, height }: Shape): number {
  return width * height * MODES[mode].pixelSize;
}

function checkSide(argument: 'width' | 'height', value: number, most: number): void {
  if (typeof value !== 'number') throw new InvalidArgumentError(argument, 'a number', value);
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new ImageSizeError(`${argument} should be a whole number from 0 to ${Math.floor(most)}, got ${value}`);
}
