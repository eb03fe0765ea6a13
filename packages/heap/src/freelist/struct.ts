/**
 * Types of records: fixed fields, blocks from a free list, a reference count that all threads share.
 *
 *   new      block from this thread's list; fields 0; count 1; tag           plain stores: nobody else knows the address
 *   retain   count n -> n + 1                                               any thread that holds a reference
 *   release  count n -> n - 1; at 0: destroy(), block to this thread's list  any thread that holds one
 *
 * Who writes: the header as said; the fields whoever holds a reference, as the threads agree among themselves. The swap that
 * releases a reference orders what its holder wrote before what `destroy` reads.
 *
 * If a thread dies in new() or behind the swap to 0, the one block in its hands is lost. References that a dead thread held
 * are never released: such a record stays.
 *
 * A `destroy` that releases further records of its type does not nest: they wait until it has returned, so the release of
 * the first record of a long chain needs no deep stack.
 */
import { checkOptions, type Names } from '../arguments.ts';
import { DETACHED } from '../detached.ts';
import type { Address } from '../domains.ts';
import { InvalidArgumentError } from '../errors.ts';
import { R_COUNT, R_TAG, RECORD_HEADER_BYTES } from '../layout.ts';
import { FreeList, type FreeListHome, type FreeListOptions, type FreeListStats } from './free-list.ts';
import { checkValue, dead, type ElementViews, elementViews, StructRecord } from './record.ts';
import { dropReference } from './reference-count.ts';
import { type Field, layoutStruct, type ScalarType, type StructFields, type StructLayout } from './struct-layout.ts';

/** What a field of a type holds: a number, or a bigint for 64-bit integers. */
export type ScalarValue<T extends ScalarType> = T extends 'i64' | 'u64' ? bigint : number;

/** The typed array that an array field is. */
export type ArrayValue<T extends ScalarType> = T extends 'i8'
  ? Int8Array<SharedArrayBuffer>
  : T extends 'u8'
    ? Uint8Array<SharedArrayBuffer>
    : T extends 'i16'
      ? Int16Array<SharedArrayBuffer>
      : T extends 'u16'
        ? Uint16Array<SharedArrayBuffer>
        : T extends 'i32'
          ? Int32Array<SharedArrayBuffer>
          : T extends 'f32'
            ? Float32Array<SharedArrayBuffer>
            : T extends 'f64'
              ? Float64Array<SharedArrayBuffer>
              : T extends 'i64'
                ? BigInt64Array<SharedArrayBuffer>
                : T extends 'u64'
                  ? BigUint64Array<SharedArrayBuffer>
                  : Uint32Array<SharedArrayBuffer>;

/** A record of a declaration: {@link StructRecord}, a property for each number, a typed array for each array. */
export type RecordOf<D extends StructFields> = StructRecord & {
  -readonly [K in keyof D as D[K] extends ScalarType ? K : never]: D[K] extends ScalarType ? ScalarValue<D[K]> : never;
} & {
  readonly [K in keyof D as D[K] extends ScalarType ? never : K]: D[K] extends readonly [
    infer T extends ScalarType,
    number,
  ]
    ? ArrayValue<T>
    : never;
};

/** First values of a record's fields; those left out are 0. An array may be shorter than its field. */
export type StructInit<D extends StructFields> = {
  readonly [K in keyof D]?: D[K] extends ScalarType
    ? ScalarValue<D[K]>
    : D[K] extends readonly [infer T extends ScalarType, number]
      ? ArrayLike<ScalarValue<T>>
      : never;
};

type RecordClass<D extends StructFields> = new (type: StructType<D>, address: Address) => RecordOf<D>;

/** Settings of a {@link StructType}. */
export interface StructOptions<D extends StructFields> extends Omit<FreeListOptions, 'size'> {
  /**
   * Tells types with the same fields apart: it is part of what `at()` compares.
   *
   * @defaultValue `''`
   */
  readonly name?: string;
  /**
   * Runs in the thread that releases a record's last reference, before the block is freed. The fields can still be read; the
   * record cannot be retained any more. When it throws, the block is freed all the same, and release() throws the error.
   */
  readonly destroy?: (record: RecordOf<D>) => void;
}

const OPTION_NAMES: Names<StructOptions<StructFields>> = { name: true, destroy: true, limit: true, domain: true };

// As in pools/pool-set.ts: V8 takes local names and declared fields for constants.
const TAG = R_TAG;
const COUNT = R_COUNT;

/**
 * A type of records with fixed fields. One thread's; made by `heap.struct()`. Each thread declares the same fields, and
 * finds a record by its address.
 *
 * @example
 * ```ts
 * import { SharedHeap } from '@sharena/heap';
 *
 * using heap = SharedHeap.create({ reserve: '64MiB' });
 * const Point = heap.struct({ x: 'f64', y: 'f64', next: 'ptr', name: ['u8', 16] });
 * using point = Point.new({ x: 1, y: 2 });
 * point.x += 0.5;
 * const same = Point.at(point.address); // in another thread: with its own Point
 * console.log(same.x, Point.offsets.y); // 1.5 16
 * ```
 */
export class StructType<D extends StructFields> {
  /** The type's name. */
  declare readonly name: string;
  /** Bytes of a record, the header of 8 bytes included. */
  declare readonly size: number;
  /** Byte offset of each field from the record's address. */
  declare readonly offsets: Readonly<Record<keyof D & string, number>>;
  /** The number in the first word of every live record of this type: the same in all threads. */
  declare readonly tag: number;
  /** The heap's memory as elements of each type. @internal */
  declare readonly views: ElementViews;
  declare private readonly home: FreeListHome;
  declare private readonly words: Int32Array;
  declare private readonly fields: ReadonlyMap<string, Field>;
  declare private readonly list: FreeList;
  declare private readonly destroy: ((record: RecordOf<D>) => void) | undefined;
  declare private readonly Record: RecordClass<D>;
  /** Records whose last reference was released while `destroy` ran for another one. */
  declare private readonly waiting: Address[];
  declare private destroying: boolean;

  /**
   * @param home - the thread's heap
   * @param fields - the declaration
   * @param options - name, destructor, settings of the free list
   * @internal
   */
  constructor(home: FreeListHome, fields: D, options: StructOptions<D>) {
    checkOptions('options', options, OPTION_NAMES);
    const { name = '', destroy, ...list } = options;
    if (destroy !== undefined && typeof destroy !== 'function')
      throw new InvalidArgumentError('destroy', 'a function', destroy);
    const layout = layoutStruct(name, fields);
    this.name = name;
    this.size = layout.size;
    this.tag = layout.tag;
    this.offsets = offsetsOf(layout) as Readonly<Record<keyof D & string, number>>;
    this.views = elementViews(home.words.buffer as SharedArrayBuffer);
    this.waiting = [];
    this.destroying = false;
    this.home = home;
    this.words = home.words;
    this.fields = layout.fields;
    this.destroy = destroy;
    this.list = new FreeList(home, { ...list, size: layout.size });
    this.Record = recordClass(this.views, layout) as unknown as RecordClass<D>;
  }

  /**
   * Makes a record with one reference, which is the caller's. Threads: the type's.
   *
   * @param init - first values; fields left out are 0
   * @throws {InvalidArgumentError} when `init` names no field, or a value is not of its field's type
   * @throws {HeapExhaustedError} when there is no room
   */
  new(init?: StructInit<D>): RecordOf<D> {
    if (init !== undefined) this.checkInit(init);
    const address = this.list.malloc();
    const words = this.words;
    const at = address >>> 2;
    const end = at + (this.size >>> 2);
    for (let word = at + (RECORD_HEADER_BYTES >>> 2); word < end; word++) words[word] = 0;
    words[at + COUNT] = 1;
    words[at + TAG] = this.tag;
    const record = new this.Record(this, address);
    if (init !== undefined) this.fill(record, init);
    return record;
  }

  /**
   * The record at `address`, whichever thread made it. Adds no reference: the caller has one, or borrows one for as long as
   * somebody else keeps it. Threads: the type's.
   *
   * @throws {BadAddressError} when no live record of this type begins there
   */
  at(address: Address): RecordOf<D> {
    const usable = this.home.usableSize(address);
    const at = address >>> 2;
    if (usable < this.size || this.words[at + TAG] !== this.tag || Atomics.load(this.words, at + COUNT) <= 0)
      throw dead(address);
    return new this.Record(this, address);
  }

  /** What the free list of the type's blocks did in this thread. */
  stats(): FreeListStats {
    return this.list.stats();
  }

  /** Takes a reference from the record at `address`: {@link StructRecord.release} does. @internal */
  release(address: Address): number {
    if (this.list.isDisabled) return DETACHED.free(address); // refuses, before anything has changed
    const count = dropReference(this.words, address >>> 2);
    if (count < 0) throw dead(address);
    if (count === 0) this.bury(address);
    return count;
  }

  private bury(address: Address): void {
    if (this.destroy === undefined) return this.list.free(address);
    this.waiting.push(address);
    if (!this.destroying) this.buryWaiting(this.destroy);
  }

  /** Destroys what waits, and what comes to wait meanwhile; then throws the first error of a destructor. */
  private buryWaiting(destroy: (record: RecordOf<D>) => void): void {
    const errors: unknown[] = [];
    this.destroying = true;
    for (let address = this.waiting.pop(); address !== undefined; address = this.waiting.pop()) {
      try {
        destroy(new this.Record(this, address));
      } catch (error) {
        errors.push(error);
      }
      this.list.free(address);
    }
    this.destroying = false;
    if (errors.length !== 0) throw errors[0];
  }

  private checkInit(init: StructInit<D>): void {
    if (typeof init !== 'object' || init === null) throw new InvalidArgumentError('init', 'an object', init);
    for (const [name, value] of Object.entries(init)) {
      const field = this.fields.get(name);
      if (!field) throw new InvalidArgumentError('init', `made of ${[...this.fields.keys()].join(', ')}`, name);
      if (field.length === 0) checkValue(field.type, name, value);
      else checkElements(field, name, value);
    }
  }

  private fill(record: RecordOf<D>, init: StructInit<D>): void {
    const properties = record as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(init)) {
      if (this.fields.get(name)?.length === 0) properties[name] = value;
      else (properties[name] as { set(values: unknown): void }).set(value);
    }
  }
}

/** The class of a type's records: a property for each field. */
function recordClass(views: ElementViews, layout: StructLayout): typeof StructRecord {
  class TypedRecord extends StructRecord {}
  for (const [name, field] of layout.fields) {
    Object.defineProperty(TypedRecord.prototype, name, StructRecord.property(views, name, field));
  }
  return TypedRecord;
}

function offsetsOf(layout: StructLayout): Readonly<Record<string, number>> {
  return Object.freeze(Object.fromEntries([...layout.fields].map(([name, { offset }]) => [name, offset])));
}

function checkElements({ type, length }: Field, name: string, value: unknown): void {
  const values = value as ArrayLike<unknown> | null;
  if (typeof values !== 'object' || values === null || !Number.isInteger(values.length) || values.length > length)
    throw new InvalidArgumentError(name, `at most ${length} elements`, value);
  for (let i = 0; i < values.length; i++) checkValue(type, `${name}[${i}]`, values[i]);
}
