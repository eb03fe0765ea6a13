/**
 * The layout of a record: where each field of a declaration lies. A pure function of the declaration, so every thread that
 * declares the same fields gets the same places and the same tag, and nothing has to be sent but an address.
 *
 * A field lies at the next multiple of its element's size, in the order of the declaration, behind a header of 8 bytes.
 * Nothing here touches shared memory.
 */
import { InvalidArgumentError } from '../errors.ts';
import { RECORD_HEADER_BYTES } from '../layout.ts';
import { MOST_SIZE } from './free-list.ts';

/** The type of a number in a record; `ptr` is an address in the heap, 0 for none. */
export type ScalarType = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'ptr';

/** The type of a field: a number, or so many of them. */
export type FieldType = ScalarType | readonly [type: ScalarType, length: number];

/** The fields of a record, in their order. */
export type StructFields = Readonly<Record<string, FieldType>>;

/** Where a field lies. */
export interface Field {
  /** The type of its elements. */
  readonly type: ScalarType;
  /** Byte offset from the record's address. */
  readonly offset: number;
  /** Elements of an array; 0 when the field is a single number. */
  readonly length: number;
}

/** The layout of a record. */
export interface StructLayout {
  /** Bytes of a record, its header included: a multiple of 8. */
  readonly size: number;
  /** Each field's place. */
  readonly fields: ReadonlyMap<string, Field>;
  /** An odd number of 32 bits, signed, that stands for the declaration. */
  readonly tag: number;
}

/** Bytes of an element of each type. */
export const ELEMENT_BYTES: Readonly<Record<ScalarType, number>> = Object.freeze({
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  ptr: 4,
  i64: 8,
  u64: 8,
  f64: 8,
});

/** Names that a record has already. */
const TAKEN: ReadonlySet<string> = new Set([
  'address',
  'retain',
  'release',
  'references',
  'constructor',
  'then',
  'toString',
  'toJSON',
]);

/**
 * Lays out a declaration.
 *
 * @param name - the type's name; types of different names do not take each other's records
 * @throws {InvalidArgumentError} when a field's name or type is none, or the record would be too large
 */
export function layoutStruct(name: string, declared: StructFields): StructLayout {
  if (typeof name !== 'string') throw new InvalidArgumentError('name', 'a string', name);
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared))
    throw new InvalidArgumentError('fields', "an object such as { x: 'f64' }", declared);
  const fields = new Map<string, Field>();
  let end = RECORD_HEADER_BYTES;
  for (const [key, declaration] of Object.entries(declared)) {
    checkName(key);
    const [type, length] = typeOf(key, declaration);
    const bytes = ELEMENT_BYTES[type];
    const offset = Math.ceil(end / bytes) * bytes;
    fields.set(key, Object.freeze({ type, offset, length }));
    end = offset + bytes * Math.max(1, length);
  }
  const size = Math.ceil(end / 8) * 8;
  if (size > MOST_SIZE)
    throw new InvalidArgumentError('fields', `of ${MOST_SIZE} bytes at most, header included`, size);
  return Object.freeze({ size, fields, tag: tagOf(name, fields) });
}

/** `__proto__` and integers would not be properties like the others: an object sorts the latter. */
function checkName(key: string): void {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && !TAKEN.has(key) && !(key in Object.prototype)) return;
  throw new InvalidArgumentError('fields', `named by identifiers other than ${[...TAKEN].join(', ')}`, key);
}

function typeOf(key: string, declaration: FieldType): readonly [ScalarType, number] {
  const [type, length] = Array.isArray(declaration) ? declaration : [declaration, 0];
  if (!Object.hasOwn(ELEMENT_BYTES, type))
    throw new InvalidArgumentError(`fields.${key}`, `one of ${Object.keys(ELEMENT_BYTES).join(', ')}`, type);
  const least = Array.isArray(declaration) ? 1 : 0;
  if (!Number.isInteger(length) || length < least || length > MOST_SIZE)
    throw new InvalidArgumentError(`fields.${key}`, `an array of 1 to ${MOST_SIZE} elements`, length);
  return [type, length];
}

/** FNV-1a of the name and of every field's name, type and length. Odd: a link, of which a free block's first word is one, is even. */
function tagOf(name: string, fields: ReadonlyMap<string, Field>): number {
  const text = JSON.stringify([name, ...[...fields].map(([key, { type, length }]) => [key, type, length])]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 1;
}
