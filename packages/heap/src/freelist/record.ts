/**
 * Records: an object with a typed property for each field, over memory that it does not own alone.
 *
 * A record object is one thread's and holds nothing but a place; what is shared is the memory there: the header, and the
 * fields, which threads write as they agree among themselves. Fields are written with plain stores.
 *
 * Every use compares the header's tag first. So a record that was destroyed is refused, in whichever thread, until its block
 * is handed out again. If a thread dies in a setter, the field has its old or its new value.
 */
import type { Address } from '../domains.ts';
import { BadAddressError, InvalidArgumentError } from '../errors.ts';
import { R_COUNT, R_TAG } from '../layout.ts';
import { addReference } from './reference-count.ts';
import { ELEMENT_BYTES, type Field, type ScalarType } from './struct-layout.ts';

type Shared = SharedArrayBuffer;

// As in pools/pool-set.ts: V8 takes local names for constants.
const TAG = R_TAG;
const COUNT = R_COUNT;

/** A heap's memory as elements of every type. */
export interface ElementViews {
  readonly i8: Int8Array<Shared>;
  readonly u8: Uint8Array<Shared>;
  readonly i16: Int16Array<Shared>;
  readonly u16: Uint16Array<Shared>;
  readonly i32: Int32Array<Shared>;
  readonly u32: Uint32Array<Shared>;
  readonly i64: BigInt64Array<Shared>;
  readonly u64: BigUint64Array<Shared>;
  readonly f32: Float32Array<Shared>;
  readonly f64: Float64Array<Shared>;
  readonly ptr: Uint32Array<Shared>;
}

/** The views of a memory. */
export function elementViews(buffer: Shared): ElementViews {
  const u32 = new Uint32Array(buffer);
  return {
    i8: new Int8Array(buffer),
    u8: new Uint8Array(buffer),
    i16: new Int16Array(buffer),
    u16: new Uint16Array(buffer),
    i32: new Int32Array(buffer),
    u32,
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    ptr: u32,
  };
}

/** What a record object needs of its type. */
export interface RecordType {
  /** The tag of its records. */
  readonly tag: number;
  /** The heap's memory. */
  readonly views: ElementViews;
  /** Takes a reference from the record at `address`; destroys it when that was the last. */
  release(address: Address): number;
}

/** Makes the property of a single number. `place`: where the field lies in a record, in elements. */
type Accessors = (
  views: ElementViews,
  place: number,
  name: string,
) => { get(): unknown; set(value: never): void } & ThisType<StructRecord>;

/** What every record has beside its fields. Made by `Type.new()` and `Type.at()`; each type has a subclass. */
export class StructRecord implements Disposable {
  readonly #type: RecordType;
  readonly #words: Int32Array;
  readonly #tag: number;
  /** The word index of the header: below 2^30, unlike an address, so that it is a small integer for the engine. */
  readonly #at: number;

  /**
   * @param type - the record's type
   * @param address - where it lies
   * @internal
   */
  constructor(type: RecordType, address: Address) {
    this.#type = type;
    this.#words = type.views.i32;
    this.#tag = type.tag;
    this.#at = address >>> 2;
  }

  /** Where the record lies: what another thread needs to reach it. */
  get address(): Address {
    return this.#at * 4;
  }

  /** How many references the record has; 0 when it is dead. Another thread may change it at any time. */
  get references(): number {
    return this.#words[this.#at + TAG] === this.#tag ? Atomics.load(this.#words, this.#at + COUNT) : 0;
  }

  /**
   * Adds a reference: who gets the address then may use the record until it releases it. Threads: any.
   *
   * @returns this record
   * @throws {BadAddressError} when the record is dead
   * @throws {InvalidArgumentError} when it has 2^31 - 1 references
   */
  retain(): this {
    const count = addReference(this.#words, this.#live());
    if (count === 0) throw dead(this.address);
    if (count < 0) throw new InvalidArgumentError('references', 'fewer than 2^31', 2 ** 31);
    return this;
  }

  /**
   * Takes a reference away. Who takes the last runs the type's `destroy`, and the block goes to that thread's free list.
   * Threads: any.
   *
   * @returns how many references are left
   * @throws {BadAddressError} when the record is dead
   */
  release(): number {
    this.#live();
    return this.#type.release(this.address);
  }

  /** The same as {@link StructRecord.release}. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** The property of a field. Each type has accessors of its own, so that the engine compiles an access for each. @internal */
  static property(views: ElementViews, name: string, field: Field): PropertyDescriptor {
    const { type, offset, length } = field;
    const place = offset / ELEMENT_BYTES[type];
    if (length !== 0) return StructRecord.#array(views[type], place, length);
    return { enumerable: true, ...StructRecord.#scalars[type](views, place, name) };
  }

  static #array(view: ElementViews[ScalarType], place: number, length: number): PropertyDescriptor {
    const perWord = 4 / view.BYTES_PER_ELEMENT;
    return {
      enumerable: true,
      get(this: StructRecord): unknown {
        const from = this.#live() * perWord + place;
        return view.subarray(from, from + length);
      },
    };
  }

  static readonly #scalars: Record<ScalarType, Accessors> = {
    i8: ({ i8 }, place, name) => ({
      get() {
        return i8[this.#live() * 4 + place];
      },
      set(value: number) {
        checkNumber(name, value);
        i8[this.#live() * 4 + place] = value;
      },
    }),
    u8: ({ u8 }, place, name) => ({
      get() {
        return u8[this.#live() * 4 + place];
      },
      set(value: number) {
        checkNumber(name, value);
        u8[this.#live() * 4 + place] = value;
      },
    }),
    i16: ({ i16 }, place, name) => ({
      get() {
        return i16[this.#live() * 2 + place];
      },
      set(value: number) {
        checkNumber(name, value);
        i16[this.#live() * 2 + place] = value;
      },
    }),
    u16: ({ u16 }, place, name) => ({
      get() {
        return u16[this.#live() * 2 + place];
      },
      set(value: number) {
        checkNumber(name, value);
        u16[this.#live() * 2 + place] = value;
      },
    }),
    i32: ({ i32 }, place, name) => ({
      get() {
        return i32[this.#live() + place];
      },
      set(value: number) {
        checkNumber(name, value);
        i32[this.#live() + place] = value;
      },
    }),
    u32: ({ u32 }, place, name) => ({
      get() {
        return u32[this.#live() + place];
      },
      set(value: number) {
        checkNumber(name, value);
        u32[this.#live() + place] = value;
      },
    }),
    f32: ({ f32 }, place, name) => ({
      get() {
        return f32[this.#live() + place];
      },
      set(value: number) {
        checkNumber(name, value);
        f32[this.#live() + place] = value;
      },
    }),
    i64: ({ i64 }, place, name) => ({
      get() {
        return i64[(this.#live() >>> 1) + place];
      },
      set(value: bigint) {
        checkBigint(name, value);
        i64[(this.#live() >>> 1) + place] = value;
      },
    }),
    u64: ({ u64 }, place, name) => ({
      get() {
        return u64[(this.#live() >>> 1) + place];
      },
      set(value: bigint) {
        checkBigint(name, value);
        u64[(this.#live() >>> 1) + place] = value;
      },
    }),
    f64: ({ f64 }, place, name) => ({
      get() {
        return f64[(this.#live() >>> 1) + place];
      },
      set(value: number) {
        checkNumber(name, value);
        f64[(this.#live() >>> 1) + place] = value;
      },
    }),
    ptr: ({ ptr }, place, name) => ({
      get() {
        return ptr[this.#live() + place];
      },
      set(value: number) {
        checkAddress(name, value);
        ptr[this.#live() + place] = value;
      },
    }),
  };

  /** The word index of the header. @throws {BadAddressError} when the record is dead */
  #live(): number {
    const at = this.#at;
    // benign: whoever may use the record got its address after the tag was written, and holds a reference, so it stays.
    if (this.#words[at + TAG] !== this.#tag) throw dead(at * 4);
    return at;
  }
}

/** The error for a record that is dead, or is none of the type that is asked for. */
export function dead(address: Address): BadAddressError {
  return new BadAddressError(address, 'is not a live record of this type');
}

/** Refuses what a field of that type cannot take. Numbers out of its range are converted as typed arrays convert them. */
export function checkValue(type: ScalarType, name: string, value: unknown): void {
  if (type === 'ptr') return checkAddress(name, value);
  if (type === 'i64' || type === 'u64') return checkBigint(name, value);
  checkNumber(name, value);
}

function checkNumber(name: string, value: unknown): void {
  if (typeof value !== 'number') throw new InvalidArgumentError(name, 'a number', value);
}

function checkBigint(name: string, value: unknown): void {
  if (typeof value !== 'bigint') throw new InvalidArgumentError(name, 'a bigint', value);
}

function checkAddress(name: string, value: unknown): void {
  if (typeof value !== 'number' || value >>> 0 !== value)
    throw new InvalidArgumentError(name, 'an address, or 0 for none', value);
}
