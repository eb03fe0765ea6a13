/**
 * Which allocator serves which domain, in one thread.
 *
 * At the bottom lie the two levels of the heap. What getAllocator() answers for them is a Domain as well, not the level itself:
 * a program may keep it for good, and after detach() it refuses like everything else of that thread.
 * Before them may stand allocators of the program (setAllocator) and debug hooks (installDebugHooks), in any order.
 *
 *   heap.mem --> [hooks] --> [the program's] --> level 2 --(0 bytes, more than 512)--> heap.raw --> [hooks] --> … --> level 1
 *
 * Threads: the table is one thread's. Others have their own, and begin with the same when the heap was made with hooks.
 */
import { BlockFrame, domainOf, HEAD_BYTES } from './debug/frame.ts';
import { DebugHooks } from './debug/hooks.ts';
import { Sites } from './debug/sites.ts';
import { DETACHED, refuse } from './detached.ts';
import { type Address, type Allocator, DOMAIN_NAMES, Domain, type DomainName } from './domains.ts';
import { BadAddressError, InvalidArgumentError } from './errors.ts';
import type { AllocatorName, MallocConfig } from './malloc-option.ts';
import type { Fill } from './memory/kernel.ts';

/** A level of the heap: an allocator that knows how many bytes its blocks can hold. */
export interface Level extends Allocator {
  /** Bytes that the block at `address` can hold. @throws {BadAddressError} when it is not a live block */
  usableSize(address: Address): number;
}

const METHODS = ['malloc', 'calloc', 'realloc', 'free'] as const;

/** The allocators of one thread. */
export class DomainTable {
  /** The RAW domain. */
  readonly raw: Domain;
  /** The MEM domain. */
  readonly mem: Domain;
  /** The OBJ domain. */
  readonly obj: Domain;
  /** Reads frames of debug hooks. */
  readonly frame: BlockFrame;
  readonly #bytes: Uint8Array;
  readonly #level1: Domain<Level>;
  readonly #level2: Domain<Level>;
  readonly #installed: Record<DomainName, Allocator>;

  /**
   * @param words - the heap as 32-bit words
   * @param bytes - the heap as bytes
   * @param fill - sets bytes
   * @param config - what serves the domains at first
   * @param raw - the RAW domain, served by level 1
   * @param level1 - level 1
   * @param level2 - level 2, whose large requests go to `raw`
   */
  constructor(
    words: Int32Array,
    bytes: Uint8Array,
    fill: Fill,
    config: MallocConfig,
    raw: Domain,
    level1: Level,
    level2: Level,
  ) {
    this.#bytes = bytes;
    this.#level1 = new Domain(level1);
    this.#level2 = new Domain(level2);
    const base = config.pools ? this.#level2 : this.#level1;
    this.raw = raw;
    this.mem = new Domain<Allocator>(base.serving);
    this.obj = new Domain<Allocator>(base.serving);
    this.#installed = { raw: this.#level1, mem: base, obj: base };
    const sites = config.stacks ? new Sites(words, bytes, this.#level1) : undefined;
    this.frame = new BlockFrame(words, bytes, fill, config.serials, sites);
    if (config.hooks) this.installDebugHooks();
  }

  /** The allocator that serves a domain now. @throws {InvalidArgumentError} for an unknown domain */
  get(name: DomainName): Allocator {
    checkName(name);
    return this.#installed[name];
  }

  /**
   * Replaces the allocator that serves a domain.
   *
   * @throws {InvalidArgumentError} for an unknown domain, and for what is no allocator or would call itself
   * @throws {SharenaError} `ERR_SHARENA_DETACHED`
   */
  set(name: DomainName, allocator: Allocator): void {
    checkName(name);
    checkAllocator(allocator);
    if (this.#installed.raw === DETACHED) refuse();
    // These would end in themselves: a domain hands on to what serves it, and level 2 hands large requests on to RAW.
    const circular = [this.raw, this.mem, this.obj, ...(name === 'raw' ? [this.#level2] : [])];
    if (circular.some((each) => each === allocator)) {
      throw new InvalidArgumentError(
        'allocator',
        `an allocator that does not hand on to domain ${name} itself`,
        allocator,
      );
    }
    this.#installed[name] = allocator;
    const level = allocator === this.#level1 || allocator === this.#level2;
    this[name].use(level ? (allocator as Domain).serving : allocator);
  }

  /** Puts debug hooks before every domain that has none at the front. */
  installDebugHooks(): void {
    for (const name of DOMAIN_NAMES) {
      const inner = this.#installed[name];
      if (inner instanceof DebugHooks) continue;
      const capacityOf = (block: Address) => this.#capacityOf(inner, block);
      const isBare = (p: Address) => this.#isBare(p);
      this.set(name, new DebugHooks(this.#bytes, this.frame, name, inner, capacityOf, isBare));
    }
  }

  /** Whether debug hooks stand before a domain. */
  get hasHooks(): boolean {
    return DOMAIN_NAMES.some((name) => this.#installed[name] instanceof DebugHooks);
  }

  /** Whether the stacks of allocations are kept. */
  get keepsStacks(): boolean {
    return this.hasHooks && this.frame.sites !== undefined;
  }

  /** The name of what serves the domains; undefined when it is none of the combinations that have one. */
  get name(): AllocatorName | undefined {
    const [raw, mem, obj] = DOMAIN_NAMES.map((name) => this.#installed[name]);
    const hooked = [raw, mem, obj].map((each) => each instanceof DebugHooks);
    if (hooked.some((each) => each !== hooked[0])) return undefined;
    const [rawBase, memBase, objBase] = [raw, mem, obj].map((each) => (each instanceof DebugHooks ? each.inner : each));
    if (rawBase !== this.#level1 || memBase !== objBase) return undefined;
    if (memBase === this.#level2) return hooked[0] ? 'pool_debug' : 'pool';
    if (memBase === this.#level1) return hooked[0] ? 'raw_debug' : 'raw';
    return undefined;
  }

  /**
   * Bytes that the block at `address` can hold; under debug hooks, those that were asked for.
   *
   * @throws {BadAddressError} when it is not a live block
   */
  usableSize(address: Address): number {
    const front = this.#installed[this.#domainOf(address)];
    if (front instanceof DebugHooks) return front.usableSize(address);
    return this.#level2.serving.usableSize(address) || this.#level1.serving.usableSize(address);
  }

  /** Refuses every call from now on, those to allocators that a program has kept as well. */
  detach(): void {
    this.#level1.use(DETACHED);
    this.#level2.use(DETACHED);
    for (const name of DOMAIN_NAMES) {
      this.#installed[name] = DETACHED;
      this[name].use(DETACHED);
    }
  }

  /** The domain that a frame before `address` names; MEM when there is none. */
  #domainOf(address: Address): DomainName {
    const named = this.hasHooks && address >= 16 ? domainOf(this.frame.domainByteOf(address)) : undefined;
    return named ?? 'mem';
  }

  /** Whether a block of level 1 begins at `p` that is not the start of one with a frame. */
  #isBare(p: Address): boolean {
    try {
      const room = this.#level1.serving.usableSize(p) - this.frame.overhead;
      return !this.frame.isFramed(p + HEAD_BYTES, room);
    } catch (error) {
      if (error instanceof BadAddressError) return false;
      throw error;
    }
  }

  #capacityOf(allocator: Allocator, address: Address): number {
    if (allocator instanceof DebugHooks) return allocator.capacityOf(address);
    if (allocator === this.#level1) return this.#level1.serving.usableSize(address);
    if (allocator === this.#level2) {
      return this.#level2.serving.usableSize(address) || this.#capacityOf(this.#installed.raw, address);
    }
    return this.#bytes.length - address; // the program's own: no more can be told
  }
}

function checkName(name: DomainName): void {
  if (!DOMAIN_NAMES.includes(name)) {
    throw new InvalidArgumentError('domain', `one of ${DOMAIN_NAMES.join(', ')}`, name);
  }
}

function checkAllocator(allocator: Allocator): void {
  if (METHODS.every((method) => typeof allocator?.[method] === 'function')) return;
  throw new InvalidArgumentError('allocator', `an object with the methods ${METHODS.join(', ')}`, allocator);
}
