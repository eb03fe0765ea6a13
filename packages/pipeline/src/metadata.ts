/**
 * Metadata: what an encoded result says beside its pixels. Pixels go through the heap as numbers alone, so what an input says is read with its
 * header, goes beside them as plain data, and is written with the result.
 *
 * Pixels are upright and in sRGB by then: the orientation that is written is always 1, and a colour profile is never the input's own.
 */
import { PlanError } from './errors.ts';
import { expectNames, type Names } from './names.ts';
import type { EncodedOutput } from './outputs.ts';
import type { Plan } from './plan.ts';
import { show } from './show.ts';

/** The directories of EXIF: of the image, of its thumbnail, of the photograph, and of the place where it was taken. */
const DIRECTORIES = ['IFD0', 'IFD1', 'IFD2', 'IFD3'] as const;
/** Colour profiles that can be written. */
const PROFILES = ['srgb', 'p3'] as const;

/** Values for EXIF by their names, such as `Copyright` in `IFD0`. A name that libexif does not know is left out. */
export interface Exif {
  /** Whether the input's own are kept, and these laid over them. @defaultValue `false`: these are all */
  readonly keep?: boolean;
  /** The image: `Copyright`, `Artist`, `ImageDescription`, `Software`, … */
  readonly IFD0?: Readonly<Record<string, string>>;
  /** Its thumbnail. */
  readonly IFD1?: Readonly<Record<string, string>>;
  /** The photograph: `DateTimeOriginal`, `LensModel`, … */
  readonly IFD2?: Readonly<Record<string, string>>;
  /** The place: `GPSLatitudeRef`, `GPSLatitude`, … */
  readonly IFD3?: Readonly<Record<string, string>>;
}

/** What is written of each kind. What is left out is stripped. */
export interface MetadataChoice {
  /** `true` keeps the input's; values are written instead of them, or over them. The orientation is 1 in any case. */
  readonly exif?: boolean | Exif;
  /** `true` keeps the input's; a text, which is not empty, is written instead. */
  readonly xmp?: boolean | string;
  /** Writes the profile, and for `'p3'` turns the colours into those of Display P3. Grey images have none: it would make them colours. */
  readonly icc?: (typeof PROFILES)[number];
  /** `true` keeps the input's; a number is in dots per inch, above 0 to 100000. */
  readonly density?: boolean | number;
}

/**
 * What an encoded result says beside its pixels: nothing with `'strip'`; with `'keep'` the input's EXIF, XMP and density, and, where the input
 * has a colour profile, that of sRGB, into which its colours were turned; or a choice.
 *
 * JPEG, PNG, WebP and AVIF carry all of it, TIFF all but EXIF, GIF nothing. A density alone brings an EXIF that says no more.
 */
export type Metadata = 'strip' | 'keep' | MetadataChoice;

/** What an input says of itself. */
export interface InputMetadata {
  /** As it lies in the file. */
  readonly exif?: Uint8Array;
  /** The text. */
  readonly xmp?: string;
  /** Dots per inch. */
  readonly density?: number;
  /** It has a colour profile. */
  readonly hasProfile: boolean;
}

/** What is written with a result. */
export interface WrittenMetadata {
  /** The input's EXIF, which is kept. */
  readonly exif: Uint8Array | undefined;
  /** Values that are written over it, or alone. */
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly xmp: string | undefined;
  readonly icc: MetadataChoice['icc'];
  readonly density: number | undefined;
}

const NAMES: Names<MetadataChoice> = { exif: true, xmp: true, icc: true, density: true };
const EXIF_NAMES: Names<Exif> = { keep: true, IFD0: true, IFD1: true, IFD2: true, IFD3: true };

/** Checks what an output says of metadata. @throws {PlanError} naming the argument and the value */
export function checkMetadata(metadata: Metadata | undefined): void {
  if (metadata === undefined || metadata === 'strip' || metadata === 'keep') return;
  const expect = (holds: boolean, argument: string, bounds: string, value: unknown): void => {
    if (!holds) throw new PlanError(`\`${argument}\` should be ${bounds}, got ${show(value)}`);
  };
  const isChoice = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  expect(isChoice, 'metadata', "'strip', 'keep' or an object", metadata);
  expectNames('metadata', metadata, NAMES);
  const { exif, xmp, icc, density } = metadata;
  if (!isFlag(exif)) checkExif(exif);
  expect(isFlag(xmp) || (typeof xmp === 'string' && xmp !== ''), 'metadata.xmp', 'true or false, or a text', xmp);
  expect(icc === undefined || PROFILES.includes(icc), 'metadata.icc', `one of ${PROFILES.join(', ')}`, icc);
  const isDensity = typeof density === 'number' && density > 0 && density <= 100_000;
  expect(isFlag(density) || isDensity, 'metadata.density', 'true or false, or a number up to 100000', density);
}

function checkExif(exif: Exif): void {
  if (typeof exif !== 'object' || exif === null || Array.isArray(exif)) {
    throw new PlanError(`\`metadata.exif\` should be true or false, or an object of directories, got ${show(exif)}`);
  }
  expectNames('metadata.exif', exif, EXIF_NAMES);
  const { keep, ...directories } = exif;
  if (!isFlag(keep)) throw new PlanError(`\`metadata.exif.keep\` should be true or false, got ${show(keep)}`);
  for (const name of DIRECTORIES) {
    const tags: unknown = directories[name];
    if (tags === undefined) continue;
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
      throw new PlanError(`\`metadata.exif.${name}\` should be an object of texts, got ${show(tags)}`);
    }
    for (const [tag, value] of Object.entries(tags)) {
      if (typeof value === 'string') continue;
      throw new PlanError(`\`metadata.exif.${name}.${tag}\` should be a text, got ${show(value)}`);
    }
  }
}

function isFlag(value: unknown): value is boolean | undefined {
  return value === undefined || typeof value === 'boolean';
}

/** Whether a result says anything beside its pixels. */
export function hasMetadata({ options }: EncodedOutput): boolean {
  return options.metadata !== undefined && options.metadata !== 'strip';
}

/** Whether any of a plan's results does. */
export function keepsMetadata({ output }: Plan): boolean {
  if (output.kind === 'branches') return output.branches.some(({ plan }) => keepsMetadata(plan));
  return output.kind === 'encode' && hasMetadata(output);
}

/** The plan, with what the input says of itself where results may keep it. */
export function withInput(plan: Plan, input: InputMetadata | undefined): Plan {
  if (input === undefined || !keepsMetadata(plan)) return plan;
  const { output } = plan;
  if (output.kind === 'encode') return { ...plan, output: { ...output, input } };
  if (output.kind !== 'branches') return plan;
  const branches = output.branches.map((branch) => ({ ...branch, plan: withInput(branch.plan, input) }));
  return { ...plan, output: { ...output, branches } };
}

/** What is written with a result; nothing when all is stripped. */
export function writtenWith(output: EncodedOutput): WrittenMetadata | undefined {
  if (!hasMetadata(output)) return undefined;
  const { options, input } = output;
  const { exif, xmp, icc, density } =
    options.metadata === 'keep' ? keepAll(input) : (options.metadata as MetadataChoice);
  const tags = typeof exif === 'object' ? exif : undefined;
  const kept = exif === true || tags?.keep === true ? input?.exif : undefined;
  return {
    exif: kept,
    tags: tags && directoriesOf(tags),
    xmp: xmp === true ? input?.xmp : xmp || undefined,
    icc,
    density: density === true ? input?.density : density || undefined,
  };
}

function keepAll(input: InputMetadata | undefined): MetadataChoice {
  return { exif: true, xmp: true, density: true, ...(input?.hasProfile && { icc: 'srgb' }) };
}

function directoriesOf({ keep, ...directories }: Exif): WrittenMetadata['tags'] {
  return directories as WrittenMetadata['tags'];
}
