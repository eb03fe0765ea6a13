/**
 * mapWasm: a function of a user's WebAssembly module on the rows of a strip, in the memory of the heap.
 *
 * The function gets the addresses of the rows in tables of its own, which lie in a block of the heap while it runs. A module that brings data
 * to fixed addresses would write over the heap, so it is refused before it is instantiated.
 *
 *   block | rows: u32 x height | source: u32 x (height + 2 halo) | padding to 8 | params: f64 x n |
 *
 * If the thread dies here the block goes with what else it had.
 */
import { readFile } from 'node:fs/promises';
import type { SharedHeap } from '@sharena/heap';
import type { SharedImage } from '@sharena/imaging';
import { reasonOf, StepError } from '../errors.ts';
import type { MapWasmStep } from '../plan.ts';
import { haloOf } from './stages.ts';
import { activeDataSegments } from './wasm-sections.ts';

type WasmFunction = (...numbers: number[]) => unknown;
interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** As much of WebAssembly as is used here; Node's types do not declare it. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: { env: { memory: object } }): Promise<{ readonly instance: Instance }>;
};

const instances = new Map<string, Promise<Instance>>();
let heap: SharedHeap | undefined;

/** Tells in which heap the images of this thread lie. */
export function useHeap(mine: SharedHeap): void {
  heap = mine;
}

/** Calls the step's function for rows `top` to `bottom - 1`. @throws {StepError} when it cannot be loaded, or traps */
export async function runMapWasm(
  step: MapWasmStep,
  source: SharedImage,
  target: SharedImage,
  top: number,
  bottom: number,
): Promise<void> {
  if (!heap) throw new StepError(`mapWasm ${step.module}: this thread has no heap`);
  const work = await functionOf(heap, step);
  const height = bottom - top;
  const halo = haloOf(step);
  const count = halo === 0 ? height : 2 * height + 2 * halo;
  const paramsAt = Math.ceil((count * 4) / 8) * 8;
  const block = heap.malloc(paramsAt + step.params.length * 8 + 8);
  try {
    const table = new Uint32Array(heap.bytes.buffer, block, count);
    for (let y = 0; y < height; y++) table[y] = target.rowAddress(top + y);
    if (halo > 0) {
      const last = source.height - 1;
      for (let y = -halo; y < height + halo; y++) {
        table[height + halo + y] = source.rowAddress(Math.max(0, Math.min(top + y, last)));
      }
    }
    new Float64Array(heap.bytes.buffer, block + paramsAt, step.params.length).set(step.params);
    const from = halo === 0 ? block : block + height * 4;
    const { width, pixelSize, height: imageHeight } = target;
    work(block, from, width, height, pixelSize, top, imageHeight, block + paramsAt);
  } catch (error) {
    throw new StepError(`mapWasm ${step.module}: ${reasonOf(error)}`, { cause: error });
  } finally {
    heap.free(block);
  }
}

async function functionOf(own: SharedHeap, step: MapWasmStep): Promise<WasmFunction> {
  let loading = instances.get(step.module);
  if (!loading) {
    loading = instantiate(own, step.module);
    instances.set(step.module, loading);
  }
  const work = (await loading).exports[step.function];
  if (typeof work === 'function') return work as WasmFunction;
  throw new StepError(`mapWasm: ${step.module} exports no function ${step.function}`);
}

async function instantiate(own: SharedHeap, module: string): Promise<Instance> {
  try {
    const bytes = await bytesAt(module);
    if (activeDataSegments(bytes) > 0) throw new Error('it has data for fixed addresses, which are the heap’s');
    return (await WebAssembly.instantiate(bytes, { env: { memory: own.handle.memory } })).instance;
  } catch (error) {
    throw new StepError(`mapWasm: cannot load ${module}: ${reasonOf(error)}`, { cause: error });
  }
}

async function bytesAt(module: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(module);
  if (url.protocol === 'file:') return new Uint8Array(await readFile(url));
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
