/**
 * The codec: sharp between encoded bytes and images in the heap. One copy each way at most.
 *
 * sharp decodes into memory of its own, from where the pixels are copied into the heap. It encodes straight from the heap:
 * it reads its input when it needs it, so the image must stay alive, and unchanged, until the promise settles.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import sharp, { type Sharp } from 'sharp';
import { DecodeError, EncodeError, reasonOf } from './errors.ts';
import type { EncodeOptions, Format } from './plan.ts';
import { newImage, type PipelineMode } from './steps/run.ts';

// Pixels go through once, so sharp's cache of operations would only hold memory. One thread for each call: the workers
// are the parallelism, and two pools that multiply are the usual way to lose to contention. Both count for the whole process.
sharp.cache(false);
sharp.concurrency(1);

/** The modes of raw pixels by their number of channels. */
const MODES: readonly (PipelineMode | undefined)[] = [undefined, 'L', undefined, 'RGB;24', 'RGBA'];

/**
 * Decodes an image into the heap: 8 bits a channel, sRGB or grey, turned as its EXIF orientation says.
 *
 * @param input - a path, or encoded bytes
 * @param name - what messages call it
 * @throws {DecodeError} naming the input and the reason
 */
export async function decode(store: ImageStore, input: string | Uint8Array, name: string): Promise<SharedImage> {
  const { data, greyAlpha, channels, width, height } = await decodeRaw(input, name);
  const mode = greyAlpha ? 'LA' : MODES[channels];
  if (!mode) throw new DecodeError(`cannot decode ${name}: ${channels} channels`);
  const image = newImage(store, { mode, width, height });
  image.fromBytes(data);
  return image;
}

async function decodeRaw(
  input: string | Uint8Array,
  name: string,
): Promise<{ data: Uint8Array; greyAlpha: boolean; channels: number; width: number; height: number }> {
  try {
    const bytes = typeof input === 'string' ? await readFile(input) : input;
    if (bytes.length === 0) throw new Error('it is empty');
    const file = sharp(bytes).autoOrient();
    const { space, hasAlpha } = await file.metadata();
    const grey = space === 'b-w' || space === 'grey16';
    // sharp drops alpha from raw grey pixels. As colours they come out as L, L, L, alpha: just what LA is in an image.
    const { data, info } = await file
      .toColourspace(grey && !hasAlpha ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, greyAlpha: grey && hasAlpha, ...info };
  } catch (error) {
    throw new DecodeError(`cannot decode ${name}: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Encodes an image. The image must stay alive and unchanged until the promise settles.
 *
 * @returns the encoded bytes, in memory of their own
 * @throws {EncodeError} with the reason
 */
export async function encode(image: SharedImage, format: Format, options: EncodeOptions): Promise<Uint8Array> {
  try {
    const { data } = await rawInput(image).toFormat(format, options).toUint8Array();
    return data;
  } catch (error) {
    throw new EncodeError(`cannot encode ${image.width}x${image.height} pixels as ${format}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Writes bytes to a file: beside it first, so that a file of that name is whole whenever it is there. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw new EncodeError(`cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

function rawInput(image: SharedImage): Sharp {
  const { width, height } = image;
  if (image.mode === 'LA') return grey(sharp(image.toBytes({ form: 'raw' }), { raw: { width, height, channels: 2 } }));
  const channels = image.pixelSize as 1 | 3 | 4;
  const pixels = sharp(image.packed() ?? image.toBytes(), { raw: { width, height, channels } });
  return channels === 1 ? grey(pixels) : pixels;
}

/** Grey stays grey in formats that have it. Without being told, sharp writes three channels. */
function grey(pixels: Sharp): Sharp {
  return pixels.toColourspace('b-w');
}
