/**
 * Sites: the JavaScript stacks at which blocks were allocated, kept in the heap, so that any thread can print where a block
 * came from. Each different stack is kept once, as a record that lives as long as the heap:
 *
 *   word 0  the next record in its bucket, 0 at the end     word 1  hash of the text
 *   word 2  bytes of the text                               behind  the text, UTF-8
 *
 * H_SITES holds the address of the table: one word for each bucket, the address of its first record. The table is installed
 * by one swap, 0 to address, and a record by one swap of its bucket's word. A record is complete before that swap and never
 * changes or goes away after it: so readers need no care, and there is no ABA.
 * If a thread dies between taking the memory and the swap, that memory is lost to the heap, and nothing else.
 */
import type { Address, Allocator } from '../domains.ts';
import { H_SITES } from '../layout.ts';

const BUCKETS = 256;
const RECORD_BYTES = 12;
/** Frames that are kept of a stack. */
const FRAMES = 12;
/** Frames of this package that may stand before them. */
const INNER_FRAMES = 8;
/** What a program calls, and what that calls. In a bundle with shortened names these frames stay in the text. */
const INNER = /^\s+at (?:new )?(?:DebugHooks|Domain|ObjectAllocator|SharedHeap)\./;

/** The sites of one heap, as one thread works with them. */
export class Sites {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #raw: Allocator;
  readonly #known = new Map<string, Address>();

  /**
   * @param words - the heap as 32-bit words
   * @param bytes - the heap as bytes
   * @param raw - where records come from
   */
  constructor(words: Int32Array, bytes: Uint8Array, raw: Allocator) {
    this.#words = words;
    this.#bytes = bytes;
    this.#raw = raw;
  }

  /** The record of the stack of whoever called the heap, or 0 when there is no room for it. Threads: any. */
  here(): Address {
    const text = callerStack();
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const address = this.intern(text);
    if (address !== 0) this.#known.set(text, address);
    return address;
  }

  /** The text of a record, one line for each frame; undefined when there is no such record. Threads: any. */
  textOf(address: Address): string | undefined {
    if (address === 0 || !this.records().has(address)) return undefined;
    const length = this.#words[(address >>> 2) + 2];
    // A copy: a decoder takes no shared memory.
    return new TextDecoder().decode(this.#bytes.slice(address + RECORD_BYTES, address + RECORD_BYTES + length));
  }

  /** The addresses of all records, and of the table. Threads: any. */
  records(): Set<Address> {
    const words = this.#words;
    const found = new Set<Address>();
    const table = Atomics.load(words, H_SITES) >>> 0;
    if (table === 0) return found;
    found.add(table);
    for (let bucket = table >>> 2; bucket < (table >>> 2) + BUCKETS; bucket++) {
      for (let at = Atomics.load(words, bucket) >>> 0; at !== 0; at = words[at >>> 2] >>> 0) found.add(at);
    }
    return found;
  }

  /** The record of a text, or 0 when there is no room for it. Threads: any. Never waits. */
  intern(text: string): Address {
    const table = this.#table();
    if (table === 0) return 0;
    const encoded = new TextEncoder().encode(text);
    const hash = hashOf(encoded);
    const bucket = (table >>> 2) + (hash & (BUCKETS - 1));
    const words = this.#words;
    let made = 0;
    for (;;) {
      const first = Atomics.load(words, bucket);
      const found = this.#find(first >>> 0, hash, encoded);
      if (found !== 0) {
        this.#raw.free(made);
        return found;
      }
      made ||= this.#record(hash, encoded);
      if (made === 0) return 0;
      words[made >>> 2] = first;
      if (Atomics.compareExchange(words, bucket, first, made | 0) === first) return made;
    }
  }

  #find(first: Address, hash: number, encoded: Uint8Array<ArrayBuffer>): Address {
    const words = this.#words;
    for (let at = first; at !== 0; at = words[at >>> 2] >>> 0) {
      const same = words[(at >>> 2) + 1] === hash && words[(at >>> 2) + 2] === encoded.length;
      if (same && this.#holds(at + RECORD_BYTES, encoded)) return at;
    }
    return 0;
  }

  #holds(at: Address, encoded: Uint8Array<ArrayBuffer>): boolean {
    for (let i = 0; i < encoded.length; i++) if (this.#bytes[at + i] !== encoded[i]) return false;
    return true;
  }

  #record(hash: number, encoded: Uint8Array<ArrayBuffer>): Address {
    const at = this.#raw.malloc(RECORD_BYTES + encoded.length);
    if (at === 0) return 0;
    this.#words[(at >>> 2) + 1] = hash;
    this.#words[(at >>> 2) + 2] = encoded.length;
    this.#bytes.set(encoded, at + RECORD_BYTES);
    return at;
  }

  #table(): Address {
    const known = Atomics.load(this.#words, H_SITES) >>> 0;
    if (known !== 0) return known;
    const made = this.#raw.calloc(BUCKETS, 4);
    if (made === 0) return 0;
    const found = Atomics.compareExchange(this.#words, H_SITES, 0, made | 0) >>> 0;
    if (found === 0) return made;
    this.#raw.free(made);
    return found;
  }
}

/** The stack without its first line, this package's own frames and Node's. */
function callerStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES + INNER_FRAMES;
  const lines = `${new Error().stack}`.split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const inner = lines.slice(0, INNER_FRAMES).findLastIndex((line) => INNER.test(line));
  return lines
    .slice(inner + 1)
    .filter((line) => !line.includes('node:internal/'))
    .slice(0, FRAMES)
    .map((line) => line.trim())
    .join('\n');
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array<ArrayBuffer>): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
