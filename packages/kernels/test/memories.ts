/**
 * The memories that tests run on: one for each way in which kernels can run here, and the checks that scratch is used as agreed.
 *
 * `allocate` takes from the memory that a test file has chosen last. Memory is taken in turn and taken again when the end is reached, long after
 * any test still looks at it.
 */
import { expect } from 'vitest';
import { type Acceleration, accelerate } from '../src/index.ts';
import { noise } from './inputs.ts';

// Node's types do not declare it.
declare const WebAssembly: {
  Memory: new (_: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
};

/** A memory of the tests. */
export interface TestMemory {
  /** How kernels run on it. */
  readonly acceleration: Acceleration;
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Makes it the one that {@link allocate} takes from. */
  use(): void;
}

const mebibytes = 96;
const guard = 64;

let allocateHere: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(new SharedArrayBuffer(bytes));

/** Bytes in the memory in use, with arbitrary contents. */
export function allocate(bytes: number): Uint8Array {
  return allocateHere(bytes);
}

/** The memories on which kernels can run with this engine: `scalar`, and a build each. */
export function memories(): readonly TestMemory[] {
  const allowed = [[], ['simd'], ['relaxed-simd']] as const;
  const made = allowed.map((builds) => {
    const memory = new WebAssembly.Memory({ initial: mebibytes * 16, maximum: mebibytes * 16, shared: true });
    const bytes = new Uint8Array(memory.buffer);
    const scratch = guardedScratch(bytes);
    const acceleration = accelerate(memory, scratch, builds);
    return { acceleration, bytes, use: () => take(bytes) };
  });
  return made.filter(({ acceleration }, i) => i === 0 || acceleration !== 'scalar');
}

/** The lower half is for rasters. */
function take(bytes: Uint8Array): void {
  let next = 1;
  allocateHere = (length) => {
    if (next + length > bytes.length / 2) next = 1;
    const at = next;
    next += length + 1; // odd addresses too
    return new Uint8Array(bytes.buffer, at, length);
  };
}

/** Scratch from the upper half, between guards that must be untouched when it is given back. */
function guardedScratch(bytes: Uint8Array) {
  const sizes = new Map<number, number>();
  const signs = noise(guard, 99);
  let next = bytes.length / 2;
  return {
    malloc(size: number): number {
      if (next + size + 2 * guard > bytes.length) next = bytes.length / 2;
      if (next + size + 2 * guard > bytes.length) throw new Error('no room');
      const address = next + guard;
      bytes.set(signs, next);
      bytes.fill(0xa5, address, address + size);
      bytes.set(signs, address + size);
      next = address + size + guard;
      sizes.set(address, size);
      return address;
    },
    free(address: number): void {
      const size = sizes.get(address) as number;
      expect(size).toBeDefined();
      sizes.delete(address);
      expect([...bytes.subarray(address - guard, address)]).toEqual([...signs]);
      expect([...bytes.subarray(address + size, address + size + guard)]).toEqual([...signs]);
    },
  };
}
