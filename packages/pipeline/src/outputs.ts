/**
 * Outputs: what becomes of the image at the end of a plan. One output, or several branches, each a plan of its own that goes on
 * from the same pixels: decoded once, and resized once where branches lie inside branches.
 */
import { rasterOf, type TensorOptions, toTensor } from '@sharena/kernels';
import type { AvifOptions, GifOptions, JpegOptions, PngOptions, TiffOptions, WebpOptions } from 'sharp';
import { PlanError, reasonOf } from './errors.ts';
import { checkMetadata, type InputMetadata, type Metadata } from './metadata.ts';
import { expectNames } from './names.ts';
import { BRANCH_NAMES, ENCODER_NAMES, OUTPUT_NAMES, TENSOR_NAMES } from './output-names.ts';
import type { Plan } from './plan.ts';
import { useSharp } from './sharp.ts';
import { show } from './show.ts';

/** The formats that can be written. */
export const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
/** The name of a format. */
export type Format = (typeof FORMATS)[number];

/** For each format the options of its encoder: those of sharp. */
export interface FormatOptions {
  /** `quality`, `progressive`, `chromaSubsampling`, `mozjpeg`, … */
  readonly jpeg: Omit<JpegOptions, 'force'>;
  /** `compressionLevel`, `palette`, `quality` (which makes a palette), … */
  readonly png: Omit<PngOptions, 'force'>;
  /** `quality`, `lossless`, `effort`, … */
  readonly webp: Omit<WebpOptions, 'force'>;
  /** `quality`, `lossless`, `effort`, `bitdepth`, … */
  readonly avif: Omit<AvifOptions, 'force'>;
  /** `colours`, `dither`, `effort`, … */
  readonly gif: Omit<GifOptions, 'force'>;
  /** `quality`, `compression`, `tile`, … */
  readonly tiff: Omit<TiffOptions, 'force'>;
}

/** How the result is encoded: what sharp takes for the format. The format's own defaults where something is left out. */
export type EncodeOptions<F extends Format = Format> = FormatOptions[F] & {
  /** What the result says beside its pixels. @defaultValue `'strip'`: nothing */
  readonly metadata?: Metadata;
};

/** The image stays an image in the heap. */
export interface ImageOutput {
  /** What becomes of the image. */
  readonly kind: 'image';
}

/** The image is encoded. */
export interface EncodedOutput {
  /** What becomes of the image. */
  readonly kind: 'encode';
  /** The format. */
  readonly format: Format;
  /** How it is encoded. */
  readonly options: EncodeOptions;
  /** What the input says of itself, for results that keep some of it. Set by a run. */
  readonly input?: InputMetadata;
}

/** The image becomes the numbers that a model takes. */
export interface TensorOutput {
  /** What becomes of the image. */
  readonly kind: 'tensor';
  /** What the numbers are. */
  readonly type: 'float32' | 'uint8';
  /** How they are made of the pixels. */
  readonly options: TensorOptions;
}

/** One of several plans that go on from the same pixels. */
export interface Branch {
  /** What its results are called: not empty, without `/`, and of no other branch beside it. */
  readonly name: string;
  /** What is done with the pixels. Its `decode` is not heeded: they are there. */
  readonly plan: Plan;
}

/** Several outputs, one after the other, from the same pixels. */
export interface BranchesOutput {
  /** What becomes of the image. */
  readonly kind: 'branches';
  /** At least one. */
  readonly branches: readonly Branch[];
}

/** What becomes of the image. */
export type Output = ImageOutput | EncodedOutput | TensorOutput | BranchesOutput;

/** An output that ends a path through a plan, and what its results are called. */
export interface NamedOutput {
  /** The names of the branches on the way to it, with `/` between them; empty for a plan without branches. */
  readonly name: string;
  /** What becomes of the image there. */
  readonly output: ImageOutput | EncodedOutput | TensorOutput;
}

/** The outputs of a plan, in the order of its results. */
export function outputsOf(plan: Plan, name = ''): NamedOutput[] {
  const { output } = plan;
  if (output.kind !== 'branches') return [{ name, output }];
  return output.branches.flatMap((branch) => outputsOf(branch.plan, nameWithin(name, branch)));
}

/** What a branch's results are called. */
export function nameWithin(outer: string, { name }: Branch): string {
  return outer === '' ? name : `${outer}/${name}`;
}

/** Checks an output. @param checkPlan - checks a branch's plan */
export function checkOutput(output: Output, checkPlan: (plan: Plan) => void): void {
  const names: object | undefined = OUTPUT_NAMES[output?.kind];
  if (names) expectNames('output', output, names);
  switch (output?.kind) {
    case 'image':
      return;
    case 'encode':
      return checkEncode(output);
    case 'tensor':
      return checkTensor(output);
    case 'branches':
      return checkBranches(output, checkPlan);
    default:
      throw new PlanError('a plan has an `output`: of kind image, encode, tensor or branches');
  }
}

function checkEncode({ format, options }: EncodedOutput): void {
  if (!FORMATS.includes(format)) {
    throw new PlanError(`\`format\` should be one of ${FORMATS.join(', ')}, got ${show(format)}`);
  }
  if (typeof options !== 'object' || options === null) {
    throw new PlanError(`\`options\` should be an object, got ${show(options)}`);
  }
  expectNames(`the options of ${format}`, options, ENCODER_NAMES[format]);
  const { quality } = options as { readonly quality?: unknown };
  if (quality !== undefined && !(Number.isInteger(quality) && (quality as number) >= 1 && (quality as number) <= 100)) {
    throw new PlanError(`\`quality\` should be a whole number from 1 to 100, got ${show(quality)}`);
  }
  const { metadata, ...encoder } = options;
  checkMetadata(metadata);
  try {
    useSharp()().toFormat(format, encoder);
  } catch (error) {
    throw new PlanError(`the options of ${format}: ${reasonOf(error)}`);
  }
}

function checkTensor({ type, options }: TensorOutput): void {
  if (type !== 'float32' && type !== 'uint8') {
    throw new PlanError(`\`type\` should be float32 or uint8, got ${show(type)}`);
  }
  if (typeof options !== 'object' || options === null) {
    throw new PlanError(`\`options\` should be an object, got ${show(options)}`);
  }
  expectNames('the options of a tensor', options, TENSOR_NAMES);
  try {
    toTensor(rasterOf(new Uint8Array(3), 'RGB;24', 1, 1), arrayOf(type, 3), 0, 1, options);
  } catch (error) {
    throw new PlanError(`the options of a tensor: ${reasonOf(error)}`);
  }
}

/** Room for numbers. */
function arrayOf(type: TensorOutput['type'], length: number): Float32Array | Uint8Array {
  return type === 'float32' ? new Float32Array(length) : new Uint8Array(length);
}

function checkBranches({ branches }: BranchesOutput, checkPlan: (plan: Plan) => void): void {
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new PlanError(`\`branches\` should be a list of at least one branch, got ${show(branches)}`);
  }
  const names = new Set<string>();
  for (const branch of branches as readonly Branch[]) {
    const { name, plan } = branch;
    if (typeof name !== 'string' || name === '' || name.includes('/') || names.has(name)) {
      throw new PlanError(`\`name\` of a branch should be its own, not empty and without /, got ${show(name)}`);
    }
    names.add(name);
    expectNames(`branch ${name}`, branch, BRANCH_NAMES);
    checkBranch(name, plan, checkPlan);
  }
}

function checkBranch(name: string, plan: Plan, checkPlan: (plan: Plan) => void): void {
  try {
    checkPlan(plan);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    throw new PlanError(`branch ${name}: ${error.message}`);
  }
}
