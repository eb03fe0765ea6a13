/**
 * The codec: sharp between encoded bytes and images in the heap. One copy each way at most.
 *
 * sharp decodes into memory of its own, from where the pixels are copied into the heap. It encodes straight from the heap:
 * it reads its input when it needs it, so the image must stay alive, and unchanged, until the promise settles.
 *
 * Results come by `toBuffer()`: `toUint8Array()` of sharp 0.35.5 never frees what libvips made.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open as openFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import type { Exif, Sharp, Metadata as SharpMetadata } from 'sharp';
import { carrier } from './carrier.ts';
import { type DecodeOptions, LIMIT_INPUT_PIXELS } from './decoding.ts';
import { DecodeError, EncodeError, reasonOf } from './errors.ts';
import { collectYoung } from './garbage.ts';
import { type InputMetadata, type WrittenMetadata, writtenWith } from './metadata.ts';
import type { EncodedOutput } from './outputs.ts';
import type { Scaled } from './scaling.ts';
import { useSharp } from './sharp.ts';
import type { PipelineMode } from './steps/modes.ts';
import { newImage } from './steps/run.ts';
import type { DecodedSize, EncodedAnswer, EncodedInput } from './tasks.ts';

/**
 * Whether the pixels of HEIC can be decoded: not by the libvips that comes with sharp, whose HEIF is AVIF alone, since HEVC needs a licence. Its
 * header is read all the same, and what libvips says as it decodes names another reason.
 */
const hasHevc = (): boolean => useSharp().format.heif.input.fileSuffix?.includes('.heic') ?? false;
const NO_HEVC = 'it is HEIC, and this libvips has no decoder for its compression, HEVC';

/** The modes of raw pixels by their number of channels. */
const MODES: readonly (PipelineMode | undefined)[] = [undefined, 'L', undefined, 'RGB;24', 'RGBA'];

/** What the header of an input says. */
export interface Header {
  /** Pixels, upright. */
  readonly width: number;
  /** Pixels, upright. */
  readonly height: number;
  /** What it will be in the heap. */
  readonly mode: PipelineMode;
  /** Whether it lies on its side, upside down or mirrored in the file. */
  readonly turned: boolean;
  /** The decoder can give it at a part of its size. */
  readonly reducible: 'shrink' | 'scale' | undefined;
  /** What it says beside that, if it was asked. */
  readonly metadata?: InputMetadata;
}

/** How many times smaller than it is an image can be decoded. */
export const REDUCTIONS = [8, 4, 2, 1] as const;

/**
 * Reads the header of an image, and nothing else of it.
 *
 * @param wantsMetadata - whether what it says beside its shape is wanted
 * @throws {DecodeError} naming the input and the reason
 */
export async function readHeader(
  { from, name }: EncodedInput,
  options: DecodeOptions,
  wantsMetadata = false,
): Promise<Header> {
  try {
    const seen = await open(from, { ...options, limitInputPixels: Infinity }).metadata();
    const { width, height, orientation = 1, autoOrient, space, hasAlpha, format } = seen;
    if (seen.compression === 'hevc' && !hasHevc()) throw new Error(NO_HEVC);
    const limit = options.limitInputPixels ?? LIMIT_INPUT_PIXELS;
    if (width * height > limit) throw new Error(`${width}x${height} pixels are more than the limit of ${limit}`);
    const grey = space === 'b-w' || space === 'grey16';
    const mode = grey ? (hasAlpha ? 'LA' : 'L') : hasAlpha ? 'RGBA' : 'RGB;24';
    const reducible = format === 'jpeg' ? 'shrink' : format === 'webp' || format === 'svg' ? 'scale' : undefined;
    const turned = orientation > 1;
    const header = { width: autoOrient.width, height: autoOrient.height, mode, turned, reducible } as const;
    return wantsMetadata ? { ...header, metadata: inputMetadata(seen) } : header;
  } catch (error) {
    const cause = await expectContents(from).then(
      () => error,
      (reason: unknown) => reason,
    );
    throw new DecodeError(`cannot decode ${name}: ${reasonOf(cause)}`, { cause });
  }
}

/** What goes beside the pixels. The bytes are copies: those of sharp cannot be moved to another thread. */
function inputMetadata({ exif, xmpAsString, density, hasProfile }: SharpMetadata): InputMetadata {
  return {
    ...(exif && { exif: new Uint8Array(exif) }),
    ...(xmpAsString && { xmp: xmpAsString }),
    ...(density && { density }),
    hasProfile,
  };
}

/**
 * Decodes an image into the heap: 8 bits a channel, sRGB or grey, turned as its EXIF orientation says.
 *
 * @param input - a path or encoded bytes, its name for messages, and its header if it has been read
 * @param size - how large it is decoded
 * @param folder - where bytes are written to when they are decoded smaller than they are
 * @throws {DecodeError} naming the input and the reason
 */
export async function decode(
  store: ImageStore,
  input: EncodedInput,
  options: DecodeOptions,
  size: DecodedSize,
  folder: string,
): Promise<SharedImage> {
  const header = input.header ?? (await readHeader(input, options));
  const image = await copied(store, decodeRaw(input, header, options, size, folder), header, input.name);
  collectYoung();
  return image;
}

/** The pixels in the heap. A function of its own, so that nothing holds those of sharp when it has returned. */
async function copied(store: ImageStore, raw: Promise<RawPixels>, header: Header, name: string): Promise<SharedImage> {
  const { data, channels, width, height } = await raw;
  const mode = header.mode === 'LA' ? 'LA' : MODES[channels];
  if (!mode) throw new DecodeError(`cannot decode ${name}: ${channels} channels`);
  const image = newImage(store, { mode, width, height });
  image.fromBytes(data);
  return image;
}

interface RawPixels {
  readonly data: Uint8Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

async function decodeRaw(
  { from, name }: EncodedInput,
  { mode, turned, reducible }: Header,
  options: DecodeOptions,
  { reduction, scaled }: DecodedSize,
  folder: string,
): Promise<RawPixels> {
  const isReduced = reduction > 1 && reducible !== undefined;
  // The decoder's own options are only for files: bytes become one.
  const file = isReduced && typeof from !== 'string' ? await temporaryFile(folder, from) : undefined;
  try {
    const suffix = reducible === 'shrink' ? `[shrink=${reduction}]` : `[scale=${1 / reduction}]`;
    const source = isReduced ? `${file ?? from}${suffix}` : from;
    // sharp drops alpha from raw grey pixels. As colours they come out as L, L, L, alpha: just what LA is in an image.
    const { data, info } = await upright(open(source, options), turned, scaled)
      .toColourspace(mode === 'L' ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, ...info };
  } catch (error) {
    throw new DecodeError(`cannot decode ${name}: ${reasonOf(error)}`, { cause: error });
  } finally {
    if (file !== undefined) await rm(file, { force: true }).catch(() => {});
  }
}

/** Upright, and scaled if it shall be. sharp takes 1 to 2 ms for `autoOrient()` of 6 megapixels that are upright already. */
function upright(input: Sharp, turned: boolean, scaled: Scaled | undefined): Sharp {
  const pixels = turned ? input.autoOrient() : input;
  if (!scaled) return pixels;
  const { width, height, fit, kernel } = scaled;
  return pixels.resize(width, height, { fit, kernel });
}

/**
 * Decodes, scales and encodes without any pixel in the heap.
 *
 * @returns the encoded bytes, in memory that cannot be moved to another thread, and their size; nothing when it failed
 */
export async function transcode(
  { from }: EncodedInput,
  { mode, turned }: Header,
  options: DecodeOptions,
  scaled: Scaled | undefined,
  output: EncodedOutput,
): Promise<{ readonly data: Uint8Array; readonly width: number; readonly height: number } | undefined> {
  const pixels = upright(open(from, options), turned, scaled).toFormat(output.format, encoderOf(output));
  const isGrey = mode === 'L' || mode === 'LA';
  try {
    const { data, info } = await (isGrey ? grey(pixels) : pixels).toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch {
    return undefined;
  }
}

function open(source: string | Uint8Array, { limitInputPixels, failOn, density, page }: DecodeOptions): Sharp {
  return useSharp()(source, {
    limitInputPixels: limitInputPixels === Infinity ? false : (limitInputPixels ?? LIMIT_INPUT_PIXELS),
    sequentialRead: true,
    ...(failOn && { failOn }),
    ...(density && { density }),
    ...(page && { page }),
  });
}

/** What sharp says of files that are missing, empty or folders is less than what the system says. */
async function expectContents(source: string | Uint8Array): Promise<void> {
  if (typeof source !== 'string') {
    if (source.length === 0) throw new Error('it is empty');
    return;
  }
  const file = await openFile(source);
  try {
    const { bytesRead } = await file.read(new Uint8Array(1), 0, 1, 0);
    if (bytesRead === 0) throw new Error('it is empty');
  } finally {
    await file.close();
  }
}

async function temporaryFile(folder: string, bytes: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, randomUUID());
  await writeFile(path, bytes);
  return path;
}

/**
 * Encodes an image. The image must stay alive and unchanged until the promise settles.
 *
 * @returns the encoded bytes, in memory that cannot be moved to another thread
 * @throws {EncodeError} with the reason
 */
export async function encode(image: SharedImage, output: EncodedOutput): Promise<Uint8Array> {
  const written = writtenWith(output);
  try {
    const pixels = written ? described(image, written) : plain(image);
    return await pixels.toFormat(output.format, encoderOf(output)).toBuffer();
  } catch (error) {
    const what = `${image.width}x${image.height} pixels as ${output.format}`;
    throw new EncodeError(`cannot encode ${what}: ${reasonOf(error)}`, { cause: error });
  }
}

/** What sharp's encoder takes. */
function encoderOf({ options }: EncodedOutput): object {
  const { metadata: _, ...encoder } = options;
  return encoder;
}

/** Encoded bytes as they are answered: in a file, or in memory of their own that can be moved to another thread. @throws {EncodeError} */
export async function delivered(data: Uint8Array, file: string | undefined): Promise<EncodedAnswer> {
  if (file === undefined) return { data: new Uint8Array(data), size: data.length };
  await writeWhole(file, data);
  return { file, size: data.length };
}

/** Writes bytes to a file: beside it first, so that a file of that name is whole whenever it is there. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw new EncodeError(`cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** sharp's limit is for what comes from outside. These pixels are in the heap already. */
const ANY_SIZE = { limitInputPixels: false } as const;

/** Pixels alone. */
function plain(image: SharedImage): Sharp {
  if (image.mode === 'I;16') return deep(image);
  const { data, raw } = rawPixels(image);
  const pixels = useSharp()(data, { raw, ...ANY_SIZE });
  return raw.channels < 3 ? grey(pixels) : pixels;
}

/** Pixels with metadata. Those of 16 bits take the tags that the plan names, and not what came with the input. */
function described(image: SharedImage, { exif, tags, xmp, icc, density }: WrittenMetadata): Sharp {
  const isGrey = image.mode === 'L' || image.mode === 'LA' || image.mode === 'I;16';
  const isCarried = exif !== undefined && image.mode !== 'I;16';
  let pixels = isCarried ? carried(image, exif) : plain(image);
  if (isCarried) pixels = pixels.withExifMerge(uprightTags(tags));
  else if (tags) pixels = pixels.withExif(uprightTags(tags));
  if (density) pixels = pixels.withDensity(density);
  if (xmp) pixels = pixels.withXmp(xmp);
  return icc && !isGrey ? pixels.withIccProfile(icc) : pixels;
}

function uprightTags(tags: WrittenMetadata['tags']): Exif {
  return { ...tags, IFD0: { ...tags?.IFD0, Orientation: '1' } };
}

/** The pixels, as if they came from a file with that EXIF. They are upright, whatever it says. */
function carried(image: SharedImage, exif: Uint8Array): Sharp {
  const { data, raw } = rawPixels(image);
  const pixels = useSharp()(carrier(raw.channels, exif), { failOn: 'none' })
    .autoOrient()
    .resize(raw.width, raw.height, { fit: 'fill', kernel: 'nearest' })
    .boolean(data as Buffer, 'or', { raw, ...ANY_SIZE });
  return raw.channels < 3 ? grey(pixels) : pixels;
}

interface RawShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** The bytes of an image as sharp takes them, where they lie if they lie together. */
function rawPixels(image: SharedImage): { readonly data: Uint8Array; readonly raw: RawShape } {
  const { width, height } = image;
  if (image.mode === 'LA') return { data: image.toBytes({ form: 'raw' }), raw: { width, height, channels: 2 } };
  const channels = image.pixelSize as 1 | 3 | 4;
  return { data: image.packed() ?? image.toBytes(), raw: { width, height, channels } };
}

/** Numbers of 16 bits. Without being told, sharp writes those of 8. */
function deep(image: SharedImage): Sharp {
  const { width, height } = image;
  return useSharp()(image.packedAs(Uint16Array) ?? numbersIn(image.toBytes()), {
    raw: { width, height, channels: 1 },
    ...ANY_SIZE,
  }).toColourspace('grey16');
}

function numbersIn({ buffer, byteOffset, byteLength }: Uint8Array): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

/** Grey stays grey in formats that have it. Without being told, sharp writes three channels. */
function grey(pixels: Sharp): Sharp {
  return pixels.toColourspace('b-w');
}
