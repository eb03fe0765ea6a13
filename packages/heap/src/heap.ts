/**
 * The facade: one object per heap and thread.
 *
 * A SharedHeap holds nothing that is shared: only views of the memory, the number of this thread's slot, and the levels
 * built over them. What is shared is described in layout.ts.
 */
import { threadId, type Worker } from 'node:worker_threads';
import { checkSize } from './arguments.ts';
import { findLeaks, formatLeaks, type Leak } from './debug/leaks.ts';
import { DETACHED, type Detached, refuse } from './detached.ts';
import {
  publishAdopted,
  publishArenaAllocated,
  publishArenaReleased,
  publishBadFree,
  publishExhausted,
} from './diagnostics.ts';
import { DomainTable } from './domain-table.ts';
import { type Address, type Allocator, Domain, type DomainName } from './domains.ts';
import { BadAddressError, HeapExhaustedError, InvalidArgumentError, SharenaError } from './errors.ts';
import { type FormatStatsOptions, formatStats } from './format-stats.ts';
import { FreeList, type FreeListHome, type FreeListOptions } from './freelist/free-list.ts';
import { type StructOptions, StructType } from './freelist/struct.ts';
import type { StructFields } from './freelist/struct-layout.ts';
import type { Geometry, GeometryName } from './geometry.ts';
import { createMemory, type HeapHandle, readMemory } from './heap-memory.ts';
import { checkHeapOptions, checkLeakOptions, type HeapOptions, type LeakOptions, printLeaks } from './heap-options.ts';
import { type CheckOptions, checkHeap } from './invariants.ts';
import { Keepers } from './keepers.ts';
import { H_MALLOC, H_PAGES, type Layout, layoutOf, PAGE_BYTES, S_RAW_BLOCKS } from './layout.ts';
import { type AllocatorName, mallocConfig } from './malloc-option.ts';
import { StatsPrinter } from './malloc-stats.ts';
import { type HeapMap, mapHeap } from './map.ts';
import { type Fill, kernelOf } from './memory/kernel.ts';
import { Purger } from './memory/purge.ts';
import { arenaCheck } from './object/arena-check.ts';
import { type ArenaSource, SpanArenaSource } from './object/arena-source.ts';
import { ArenaSupply, type ArenaWatcher } from './object/arena-supply.ts';
import { Arenas } from './object/arenas.ts';
import { ObjectAllocator } from './object/object-allocator.ts';
import { NamedBlocks } from './raw/named-blocks.ts';
import { RawAllocator } from './raw/raw-allocator.ts';
import { Slabs } from './raw/slabs.ts';
import { Spans } from './raw/spans.ts';
import { resizeArray, type TypedArray } from './resize-array.ts';
import { installRoot, readRoot } from './roots.ts';
import { collectStats, type HeapStats, type Location, locate } from './stats.ts';
import { attached } from './threads/attached.ts';
import { Recovery } from './threads/recovery.ts';
import { registerThread, SLOT_ALIVE, slotState, slotWord } from './threads/slots.ts';
import { Watch } from './threads/watch.ts';

const SECOND_COPY =
  'this thread is attached through another copy of @sharena/heap: it can have one slot only; see to it that one copy is installed and loaded';

/** The constructor of a typed array of integers or floats. */
export type TypedArrayConstructor<T> = {
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): T;
  /** Bytes of an element. */
  readonly BYTES_PER_ELEMENT: number;
};

/**
 * One heap for all the threads of a process: any thread allocates, any thread frees, and nothing is copied to hand it over.
 *
 * @example
 * ```ts
 * import { SharedHeap } from '@sharena/heap';
 *
 * using heap = SharedHeap.create({ reserve: '64MiB' });
 * const address = heap.malloc(100);
 * heap.view(Uint8Array, address, 100).fill(7);
 * heap.free(address);
 * ```
 */
export class SharedHeap implements Disposable {
  /** The RAW domain: blocks of any size from level 1, aligned to 64 bytes, above 32 KiB to 64 KiB. */
  readonly raw: Allocator;
  /** The MEM domain: pools up to 512 bytes, RAW above. */
  readonly mem: Allocator;
  /** The OBJ domain: pools up to 512 bytes, RAW above. */
  readonly obj: Allocator;
  /** What another thread needs to {@link SharedHeap.attach | attach}. */
  readonly handle: HeapHandle;
  /** The whole memory as bytes; index = address. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** The whole memory as 32-bit words; index = address / 4. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly #geometry: Geometry;
  readonly #layout: Layout;
  readonly #purger: Purger;
  readonly #fill: Fill;
  readonly #spans: Spans;
  readonly #slabs: Slabs;
  readonly #slot: number;
  readonly #supply: ArenaSupply;
  readonly #arenas: Arenas;
  readonly #recovery: Recovery;
  readonly #watch: Watch;
  readonly #printer: StatsPrinter | undefined;
  readonly #sections: Map<string, () => unknown> = new Map();
  readonly #keepers: Keepers;
  readonly #named: NamedBlocks;
  readonly #domains: DomainTable;
  readonly #onLeaks: NonNullable<LeakOptions['onLeaks']>;
  /** What serves the MEM domain. */
  declare private allocator: Allocator;
  /**
   * Its malloc and free. V8 knows at a call which function it calls, and what that has captured, though it knows nothing of
   * the heap whose field it comes from: a pair takes 2.9 ns instead of 5.2 where the heap is a parameter, or where another
   * heap of this thread has detached before (Node 20).
   */
  declare private allocate: (size: number) => Address;
  declare private release: (address: Address) => void;
  readonly #level3: FreeListHome;
  declare private object: ObjectAllocator | Detached;
  declare private rawAllocator: RawAllocator | Detached;

  private constructor(handle: HeapHandle, geometry: Geometry, options: LeakOptions = {}) {
    this.handle = handle;
    this.bytes = new Uint8Array(handle.memory.buffer);
    this.words = new Int32Array(handle.memory.buffer);
    this.#geometry = geometry;
    this.#layout = layoutOf(this.words[H_PAGES], geometry);
    this.#slot = registerThread(this.words, this.#layout, threadId);
    this.#purger = new Purger(this.words);
    const onRelease = this.#purger.onRelease(() => this.purge());
    const kernel = kernelOf(handle.memory);
    this.#fill = kernel.fill;
    this.#spans = new Spans(this.words, this.#layout, this.#slot, onRelease, kernel);
    this.#supply = new ArenaSupply(
      this.words,
      new SpanArenaSource(this.#spans),
      arenaCheck(this.words, this.#layout, geometry, this.#spans),
      this.#watcher(),
    );
    this.#arenas = new Arenas(this.words, this.#layout, geometry, this.#slot, this.#spans, this.#supply);
    this.#recovery = new Recovery(this.words, this.#layout, geometry, this.#slot, this.#spans, this.#supply, {
      free: (address, domain) => this[domain].free(address),
      adopted: (from, arenas, slabs) => publishAdopted({ heap: handle.id, slot: this.#slot, from, arenas, slabs }),
      giveBackKept: (slot) => this.#keepers.giveBack(slotWord(this.#layout, slot), slot),
    });
    this.#slabs = new Slabs(this.words, this.#layout, this.#slot, this.#spans, this.#recovery, kernel);
    const makeRoom = (): void => this.#makeRoom();
    const raw = new RawAllocator(this.words, this.bytes, this.#layout, this.#spans, this.#slabs, makeRoom, kernel.fill);
    this.rawAllocator = raw;
    this.#named = new NamedBlocks(this.words, kernel.fill, this.#spans, this.#slabs, raw, makeRoom);
    this.#keepers = new Keepers(this.words);
    this.#watch = new Watch((dead) => this.#recovery.reap(dead));
    const config = mallocConfig(this.words[H_MALLOC]);
    const domain = new Domain<Allocator>(raw);
    const object = new ObjectAllocator(
      this.words,
      this.bytes,
      this.#layout,
      geometry,
      this.#slot,
      this.#arenas,
      domain,
      this.#recovery,
      kernel,
    );
    this.object = object;
    this.#domains = new DomainTable(this.words, this.bytes, kernel.fill, config, domain, raw, object);
    this.serve(this.#domains.mem.serving);
    this.raw = domain;
    this.mem = this.#domains.mem;
    this.obj = this.#domains.obj;
    this.#onLeaks = options.onLeaks ?? printLeaks;
    this.#printer = StatsPrinter.of(this);
    this.#level3 = {
      words: this.words,
      slot: slotWord(this.#layout, this.#slot),
      mem: this.mem,
      obj: this.obj,
      lists: new Set(),
      pools: object,
      usableSize: (address) => this.usableSize(address),
      isPooled: (address) => this.locate(address) !== undefined,
      exhausted: (size) => this.exhausted(size),
    };
    attached.set(handle.id, new WeakRef(this));
  }

  /**
   * Makes a heap and attaches the calling thread.
   *
   * @throws {InvalidArgumentError} when an option is out of range, or there is none of that name
   * @throws {HeapExhaustedError} when the system has no address space even for the smallest heap
   */
  static create(options: HeapOptions = {}): SharedHeap {
    checkHeapOptions(options);
    const { handle, geometry } = createMemory(options);
    return new SharedHeap(handle, geometry, options.debug);
  }

  /**
   * Attaches the calling thread to a heap. A second call in the same thread answers the same object.
   *
   * @param handle - the {@link SharedHeap.handle} of the heap, sent from another thread
   * @param options - what happens to leaks of this thread; without effect when it is attached already
   * @throws {InvalidArgumentError} when an option is not what it should be
   * @throws {IncompatibleHeapError} when `handle` is not one, or its heap has another layout
   * @throws {SharenaError} `ERR_SHARENA_TOO_MANY_THREADS` when 255 threads are attached; `ERR_SHARENA_SECOND_COPY` when this one is, through
   *   another copy of this package
   */
  static attach(handle: HeapHandle, options: LeakOptions = {}): SharedHeap {
    checkLeakOptions(options);
    const known = attached.get(handle?.id)?.deref();
    if (known instanceof SharedHeap) return known;
    if (known) throw new SharenaError('ERR_SHARENA_SECOND_COPY', SECOND_COPY);
    const found = readMemory(handle);
    return new SharedHeap(found.handle, found.geometry, options);
  }

  /** The name of the geometry. */
  get geometry(): GeometryName {
    return this.#geometry.name;
  }

  /** The number of this thread's slot, 1 to 255. */
  get slot(): number {
    return this.#slot;
  }

  /** Whether this thread can still use the heap: false after {@link SharedHeap.detach}. */
  get isAttached(): boolean {
    return this.object !== DETACHED;
  }

  /**
   * Allocates `size` bytes with arbitrary contents from the MEM domain. Threads: any, each through its own SharedHeap.
   *
   * @param size - bytes, a whole number from 0; 0 gives a block of its own
   * @returns the address, never 0; aligned as the geometry says up to 512 bytes, as RAW's above
   * @throws {InvalidArgumentError} when `size` is not a whole number from 0
   * @throws {HeapExhaustedError} when there is no room
   */
  malloc(size: number): Address {
    const address = this.allocate(size) >>> 0;
    if (address === 0) this.exhausted(size);
    return address;
  }

  /** As {@link SharedHeap.malloc}, for `nelem` elements of `elsize` bytes, all zero. */
  calloc(nelem: number, elsize: number): Address {
    const address = this.allocator.calloc(nelem, elsize);
    return address || this.exhausted(nelem * elsize);
  }

  /**
   * Makes the block at `address` hold `size` bytes, in place or in a new block with the same contents.
   *
   * @returns the block's address now; the old one is no longer valid when it differs
   * @throws {BadAddressError} when `address` is neither 0 nor a live block
   * @throws {HeapExhaustedError} when there is no room; the old block stays as it was
   */
  realloc(address: Address, size: number): Address {
    return this.#reallocated(address, size) || this.exhausted(size);
  }

  /**
   * Gives a block back, whichever thread allocated it. Address 0 is ignored.
   *
   * @throws {BadAddressError} when `address` is not the start of a live block, or the one that its pool was given last
   */
  free(address: Address): void {
    try {
      this.release(address);
    } catch (error) {
      throw this.#refused(address, error);
    }
  }

  /**
   * Allocates `size` bytes at an address that is a multiple of `alignment`, from the RAW domain. Free it with `heap.free()`; a
   * block that realloc() moves is aligned as RAW's. It has no frame under debug hooks, which hand it on. Threads: any.
   *
   * @param alignment - a power of two, 1 to 65536
   * @param size - bytes, a whole number from 0
   * @throws {InvalidArgumentError} when an argument is out of range
   * @throws {HeapExhaustedError} when there is no room
   */
  alignedAlloc(alignment: number, size: number): Address {
    const address = this.rawAllocator.alignedAlloc(alignment, size);
    if (address === 0) return this.exhausted(size);
    this.words[slotWord(this.#layout, this.#slot) + S_RAW_BLOCKS]++;
    return address;
  }

  /**
   * Bytes that the block at `address` can hold; under debug hooks, those that were asked for.
   *
   * @throws {BadAddressError} when it is not a live block
   * @throws {MemoryCorruptionError} when debug hooks find its frame damaged
   */
  usableSize(address: Address): number {
    return this.#domains.usableSize(address);
  }

  /**
   * The allocator that serves a domain in this thread now, for a wrapper to hand on to.
   *
   * @throws {InvalidArgumentError} for an unknown domain
   */
  getAllocator(domain: DomainName): Allocator {
    return this.#domains.get(domain);
  }

  /**
   * Replaces the allocator that serves a domain in this thread. Blocks that are in use will be given back through the new one,
   * by this thread: so it must be a wrapper that hands on to the one that it replaces, or be installed before the first block.
   * When debug hooks were installed, install them again afterwards to have them at the front.
   *
   * Requests of 0 bytes and of more than 512 to `mem` and `obj` arrive at the allocator of `raw` as well. What the heap needs
   * for itself does not.
   *
   * @example
   * ```ts
   * import { type Allocator, SharedHeap } from '@sharena/heap';
   *
   * using heap = SharedHeap.create({ reserve: '64MiB' });
   * const inner = heap.getAllocator('mem');
   * let calls = 0;
   * const counting: Allocator = {
   *   malloc: (size) => (calls++, inner.malloc(size)),
   *   calloc: (nelem, elsize) => (calls++, inner.calloc(nelem, elsize)),
   *   realloc: (address, size) => (calls++, inner.realloc(address, size)),
   *   free: (address) => inner.free(address),
   * };
   * heap.setAllocator('mem', counting);
   * heap.free(heap.malloc(10)); // calls is 1
   * ```
   *
   * @throws {InvalidArgumentError} for an unknown domain, an object that lacks a method, and an allocator that would hand on to
   * itself: a domain, or level 2 for `raw`
   * @throws {SharenaError} `ERR_SHARENA_DETACHED`
   */
  setAllocator(domain: DomainName, allocator: Allocator): void {
    this.#domains.set(domain, allocator);
    this.serve(this.#domains.mem.serving);
  }

  /**
   * Puts debug hooks before the allocators of all domains in this thread; a domain that has them at the front stays as it is.
   * Blocks that were allocated before are refused by them, and threads without hooks refuse blocks that have them: to have them
   * everywhere from the start, use `create({ malloc: 'debug' })` or `SHARENA_MALLOC=debug`.
   *
   * @throws {SharenaError} `ERR_SHARENA_DETACHED`
   */
  installDebugHooks(): void {
    this.#domains.installDebugHooks();
    this.serve(this.#domains.mem.serving);
  }

  /**
   * What serves the domains in this thread: `pool` or `raw`, or either with `_debug`; undefined when it is something else, an
   * allocator of the program's for example.
   */
  get allocatorName(): AllocatorName | undefined {
    return this.#domains.name;
  }

  /**
   * A typed array over heap memory. It shares, it does not copy, and it does not keep the block alive.
   *
   * @param type - `Uint8Array`, `Float64Array`, …
   * @param address - of its first element, aligned to the element's size
   * @param length - in elements
   * @throws {InvalidArgumentError} when `type` makes no typed arrays, or the view would be misaligned or reach outside the heap
   */
  view<T>(type: TypedArrayConstructor<T>, address: Address, length: number): T {
    const size = elementSize(type);
    if (address >>> 0 !== address || address === 0 || address % size !== 0) {
      throw new InvalidArgumentError('address', `an address that is a multiple of ${size}`, address);
    }
    if (address > this.bytes.length) throw new InvalidArgumentError('address', `at most ${this.bytes.length}`, address);
    const most = Math.floor((this.bytes.length - address) / size);
    if (!Number.isInteger(length) || length < 0 || length > most) {
      throw new InvalidArgumentError('length', `a whole number from 0 to ${most}`, length);
    }
    return new type(this.handle.memory.buffer, address, length);
  }

  /**
   * Allocates a typed array of `length` elements, all zero. Free it with `heap.free(heap.addressOf(array))`.
   *
   * @throws {InvalidArgumentError} when `type` makes no typed arrays, or `length` is not a whole number from 0
   * @throws {HeapExhaustedError} when there is no room
   */
  newArray<T>(type: TypedArrayConstructor<T>, length: number): T {
    checkSize('length', length);
    const size = elementSize(type);
    return this.view(type, this.calloc(length, size), length);
  }

  /**
   * Makes an array of {@link SharedHeap.newArray} hold `length` elements, in place or in a new block: the elements of `array`
   * are kept, those behind them are zero.
   *
   * @param array - a typed array at the start of a block; it is no longer valid when the answer begins elsewhere
   * @param length - in elements
   * @throws {InvalidArgumentError} when `array` is not a typed array of this heap, or `length` not a whole number from 0
   * @throws {BadAddressError} when no live block begins where `array` does
   * @throws {HeapExhaustedError} when there is no room; the array stays as it was
   */
  resizeArray<T extends TypedArray>(array: T, length: number): T {
    return resizeArray(this, this.#fill, array, length);
  }

  /** A list that keeps free blocks of one size for this thread. @throws {InvalidArgumentError} when an option is out of range, or there is none of that name */
  freeList(options: FreeListOptions): FreeList {
    return new FreeList(this.#level3, options);
  }

  /**
   * A type of records with these fields, for this thread. A thread that declares the same fields, under the same name, can use
   * the records that this one makes.
   *
   * @param fields - name to type: `'f64'`, `'ptr'`, …, or `['u8', 16]` for an array
   * @param options - a destructor, a name, settings of the free list
   * @throws {InvalidArgumentError} when a field's name or type is none, or a record would be larger than 32 KiB
   */
  struct<const D extends StructFields>(fields: D, options: StructOptions<D> = {}): StructType<D> {
    return new StructType(this.#level3, fields, options);
  }

  /** The address at which a view of this heap begins. @throws {InvalidArgumentError} for a view of other memory */
  addressOf(view: ArrayBufferView): Address {
    if (view?.buffer === this.handle.memory.buffer) return view.byteOffset;
    throw new InvalidArgumentError('view', 'a view of this heap', view);
  }

  /** Where an address lies in level 2; undefined when it lies in no pool. Threads: any. */
  locate(address: Address): Location | undefined {
    return locate(this.words, this.#layout, this.#geometry, address);
  }

  /**
   * The address that all threads keep under `name`; made by `create` when there is none yet. When two threads make it at
   * once, one address wins and `discard` gets the other.
   *
   * @param name - four ASCII characters
   */
  root(name: string, create: () => Address, discard: (address: Address) => void): Address {
    const known = readRoot(this.words, name);
    if (known !== 0) return known;
    const made = create();
    const kept = installRoot(this.words, name, made);
    if (kept !== made) discard(made);
    return kept;
  }

  /** Blocks of level 1 with a name, of which no death loses one: for packages above the heap. */
  get named(): NamedBlocks {
    if (!this.isAttached) refuse();
    return this.#named;
  }

  /**
   * Tells the heap that this thread, in the name of a root, may hold what must be given back when it is gone: `giveBack` is
   * called for its slot when it detaches, and for the slots of dead threads that this one reaps. A slot for which nobody could do
   * it yet is done by the first thread that calls this.
   *
   * @param name - of a root that exists
   * @param giveBack - gets a slot that has no thread, or this thread's own; may be called again for what it began
   * @throws {InvalidArgumentError} when there is no root of that name
   */
  keep(name: string, giveBack: (slot: number) => void): void {
    if (!this.isAttached) refuse();
    this.#keepers.add(name, giveBack, slotWord(this.#layout, this.#slot), this.#slot);
    this.#recovery.tidy();
  }

  /** Whether a thread is attached with that slot. Threads: any; it may be gone when this is read. */
  hasThread(slot: number): boolean {
    return (
      Number.isInteger(slot) &&
      slot > 0 &&
      slot < this.#layout.slotCount &&
      slotState(this.words, this.#layout, slot) === SLOT_ALIVE
    );
  }

  /** Adds a section to this thread's {@link SharedHeap.stats}: what a package above the heap keeps in it. */
  report(section: string, collect: () => unknown): void {
    if (typeof section !== 'string') throw new InvalidArgumentError('section', 'a string', section);
    if (typeof collect !== 'function') throw new InvalidArgumentError('collect', 'a function', collect);
    this.#sections.set(section, collect);
  }

  /**
   * Bytes in pages that nobody holds: what new arenas, slabs and large blocks can be made of. As in {@link SharedHeap.stats}, whose other
   * counts take ten times as long. Threads: any; others may take them at once.
   */
  get freeBytes(): number {
    return this.#spans.freeBytes();
  }

  /**
   * What the heap holds: of all threads together, and under `self` what the calling thread owns of it. Exact while all are at
   * rest. Threads: any.
   *
   * @example
   * ```ts
   * import { SharedHeap } from '@sharena/heap';
   *
   * using heap = SharedHeap.create({ reserve: '64MiB' });
   * heap.malloc(100);
   * const { usedBytes, failedSwaps, self } = heap.stats();
   * console.log(usedBytes, failedSwaps, self?.objects.blocksInUse);
   * ```
   */
  stats(): HeapStats {
    const sections = [...this.#sections].map(([name, collect]) => [name, collect()]);
    return { ...this.#collect(), ...Object.fromEntries(sections) };
  }

  /**
   * The statistics as text: level 2 of the calling thread in the rows of CPython's `sys._debugmallocstats()`, its free lists,
   * and a second part for what only a shared heap has: slabs, spans, and what threads do to each other. Threads: any.
   *
   * @returns lines, the last one ended as well
   * @throws {InvalidArgumentError} when `options` is not an object, or `all` not a boolean
   * @throws {SharenaError} `ERR_SHARENA_CORRUPT` when the parts of the arenas do not add up to their size
   */
  formatStats(options: FormatStatsOptions = {}): string {
    const all = flagOf(options, 'all');
    return formatStats(this.#geometry, this.#collect(), all);
  }

  /**
   * What `SHARENA_MALLOCSTATS` prints: {@link SharedHeap.formatStats} of the calling thread, or undefined when its pools are
   * not in use.
   */
  mallocStats(): string | undefined {
    return this.isAttached && this.allocatorName?.startsWith('raw') !== true ? this.formatStats() : undefined;
  }

  /**
   * Describes every run of pages, arena, pool and slab, for tools that draw the heap: plain values that go through JSON and
   * messages. Exact while all threads are at rest. Threads: any.
   */
  map(): HeapMap {
    this.object.settle();
    return mapHeap(this.words, this.#layout, this.#geometry, this.#spans);
  }

  /** The blocks that are in use, whichever thread allocated them. Exact while all threads are at rest. Threads: any. */
  leaks(): Leak[] {
    const frame = this.#domains.hasHooks ? this.#domains.frame : undefined;
    return findLeaks(this.words, this.#layout, this.#geometry, frame);
  }

  /** A text about {@link SharedHeap.leaks}: by thread and by site, as far as debug hooks keep them. Threads: any. */
  formatLeaks(): string {
    return formatLeaks(this.leaks());
  }

  /**
   * Gives the memory of all free pages back to the operating system, whatever the heap's `purge` option says. Pages that
   * are taken again later cost a page fault each. Call {@link SharedHeap.trim} first to free all that can be. Threads: any.
   *
   * @returns bytes that were given back; 0 where the system cannot take them
   */
  purge(): number {
    if (!this.isAttached) refuse();
    return this.#spans.purge(this.#purger) * PAGE_BYTES;
  }

  /**
   * Clears this thread's free lists, takes back what other threads have freed, and gives memory that is wholly free back to
   * level 1: this thread's, and what threads that are gone have left.
   *
   * @returns bytes given back by this call
   */
  trim(): number {
    const before = this.#spans.releasedPages;
    for (const list of this.#level3.lists) list.clear();
    this.#makeRoom();
    return (this.#spans.releasedPages - before) * PAGE_BYTES;
  }

  /**
   * Has this thread take care of what a worker leaves when it ends without {@link SharedHeap.detach}: `terminate()`, an
   * uncaught error, `process.exit()`. Its free memory goes back; what is in use stays readable, and is taken over with the rest.
   * A worker that detaches needs no watching, and none harms. Call it in the thread that started the worker, as soon as it has.
   * After this thread has detached, nothing is watched any more.
   *
   * @param worker - a Worker that has not ended; a second call for the same one does nothing
   * @throws {InvalidArgumentError} when `worker` is not a Worker, or has ended already
   * @throws {SharenaError} `ERR_SHARENA_DETACHED` when this thread has detached
   */
  watch(worker: Worker): void {
    if (!this.isAttached) refuse();
    this.#watch.add(worker);
  }

  /** Where this thread gets the memory of its arenas: spans of level 1, unless {@link SharedHeap.setArenaSource} said otherwise. */
  getArenaSource(): ArenaSource {
    return this.#supply.source;
  }

  /**
   * Sets where this thread gets the memory of its arenas from now on. What the source answers must be in blocks of this
   * heap that nothing else uses, from RAW for example, and may begin at any multiple of 16. Arenas of the source before still
   * go back to that one. A source may wrap the one that {@link SharedHeap.getArenaSource} answers.
   *
   * An arena whose thread is gone is taken over by another, which cannot call the source: it serves pools and is kept.
   *
   * @throws {InvalidArgumentError} when `source` lacks `alloc` or `free`. What `alloc` answers is checked when an arena is
   * needed: the request that needs it then throws BadAddressError, and nothing has changed
   */
  setArenaSource(source: ArenaSource): void {
    if (typeof source?.alloc !== 'function' || typeof source.free !== 'function') {
      throw new InvalidArgumentError('source', 'an object with the methods `alloc` and `free`', source);
    }
    if (!this.isAttached) refuse();
    this.#supply.use(source);
  }

  /**
   * Checks everything that must hold in this thread's part of the heap, and in the pages of all: docs/observability.md lists
   * it. For tests and for doubts: it reads every pool. Other threads may go on meanwhile.
   *
   * @throws {SharenaError} `ERR_SHARENA_CORRUPT` at what does not fit: the message names the invariant and the place
   * @throws {InvalidArgumentError} when `options` is not an object, or `atRest` not a boolean
   */
  checkInvariants(options: CheckOptions = {}): void {
    const atRest = flagOf(options, 'atRest');
    this.object.settle();
    const slot = this.isAttached ? this.#slot : undefined;
    checkHeap(this.words, this.#layout, this.#geometry, this.#spans, slot, atRest);
  }

  /**
   * Ends this thread's use of the heap. Blocks stay allocated and can be freed by other threads; the next thread that
   * attaches takes over the arenas that hold them. A second call does nothing.
   */
  detach(): void {
    if (this.object === DETACHED) return;
    this.#keepers.giveBack(slotWord(this.#layout, this.#slot), this.#slot);
    for (const list of this.#level3.lists) list.disable();
    this.trim();
    if (this.#purger.disarm()) this.#spans.purge(this.#purger);
    this.#printer?.finish();
    const leaks = this.#domains.keepsStacks ? this.leaks().filter(({ thread }) => thread === threadId) : [];
    this.object = DETACHED;
    this.rawAllocator = DETACHED;
    this.#domains.detach();
    this.serve(DETACHED);
    attached.delete(this.handle.id);
    this.#watch.clear();
    this.#recovery.leave();
    if (leaks.length !== 0) this.#onLeaks(formatLeaks(leaks), leaks);
  }

  /** The same as {@link SharedHeap.detach}. */
  [Symbol.dispose](): void {
    this.detach();
  }

  private serve(allocator: Allocator): void {
    this.allocator = allocator;
    this.allocate = (size) => allocator.malloc(size);
    this.release = (address) => allocator.free(address);
  }

  /** Gives back what nobody uses. */
  #makeRoom(): void {
    this.object.collect();
    this.#arenas.releaseEmpty();
    this.#slabs.collect();
    this.#slabs.releaseEmpty();
    this.#recovery.tidy();
  }

  #collect(): HeapStats {
    this.object.settle();
    const self = this.isAttached ? this.#slot : undefined;
    const freeLists = [...this.#level3.lists].map((list) => ({ size: list.size, blocks: list.stats().length }));
    return collectStats(this.words, this.#layout, this.#geometry, this.#spans, self, freeLists);
  }

  private exhausted(size: number): never {
    const available = this.#spans.freeBytes();
    publishExhausted({ heap: this.handle.id, slot: this.#slot, requested: size, available });
    throw new HeapExhaustedError(size, available);
  }

  #reallocated(address: Address, size: number): Address {
    try {
      return this.allocator.realloc(address, size);
    } catch (error) {
      throw this.#refused(address, error);
    }
  }

  /** The error that refused an address, told on the way. */
  #refused(address: unknown, error: unknown): unknown {
    if (error instanceof BadAddressError) {
      publishBadFree({ heap: this.handle.id, slot: this.#slot, address, reason: error.message });
    }
    return error;
  }

  /** Who is told of this thread's arenas. */
  #watcher(): ArenaWatcher {
    const about = { heap: this.handle.id, slot: this.#slot };
    return {
      asking: () => this.#printer?.print(),
      allocated: (address, bytes, custom) => publishArenaAllocated({ ...about, address, bytes, custom }),
      released: (address, bytes, custom) => publishArenaReleased({ ...about, address, bytes, custom }),
    };
  }
}

/** A boolean among options, false when it is left out. */
function flagOf<Name extends string>(options: { readonly [name in Name]?: boolean }, name: Name): boolean {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError('options', 'an object', options);
  }
  const value: unknown = options[name];
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new InvalidArgumentError(name, 'a boolean', value);
}

/** Bytes of an element. @throws {InvalidArgumentError} for what makes no typed arrays */
function elementSize(type: TypedArrayConstructor<unknown>): number {
  if (typeof type === 'function' && type.BYTES_PER_ELEMENT > 0) return type.BYTES_PER_ELEMENT;
  throw new InvalidArgumentError('type', 'a constructor of typed arrays, such as Float64Array', type);
}
