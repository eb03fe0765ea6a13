/** The sections of a WebAssembly module, read as far as it takes to find data for fixed addresses. */

const HEADER = 8;
const DATA_SECTION = 11;
/** The kind of a segment that is copied only when the module asks for it. */
const PASSIVE = 1;

/** How many data segments the module copies into its memory as it is instantiated; at least one when they cannot be read. */
export function activeDataSegments(module: Uint8Array): number {
  const reader = new Reader(module, HEADER);
  while (!reader.isAtEnd) {
    const section = reader.byte();
    const size = reader.number();
    if (section === DATA_SECTION) return countActive(reader);
    reader.skip(size);
  }
  return 0;
}

function countActive(reader: Reader): number {
  const segments = reader.number();
  for (let i = 0; i < segments; i++) {
    if (reader.number() !== PASSIVE) return segments - i;
    reader.skip(reader.number());
  }
  return 0;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** An unsigned LEB128 of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }
}
