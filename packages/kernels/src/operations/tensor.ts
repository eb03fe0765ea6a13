/** Pixels as tensors: the operations. Their arithmetic is that of `scalar/tensor.ts`. */
import { KernelError } from '../errors.ts';
import { type AnyLayout, isWide, pixelSize } from '../layouts.ts';
import { type AnyRaster, type Raster, rasterOf, type WideRaster } from '../raster.ts';
import { type TensorPlan, tensorRows } from '../scalar/tensor.ts';
import { wideTensorRows } from '../scalar/wide-point.ts';
import { engineOver, withScratch } from '../simd/engine.ts';
import { tensorSimd } from '../simd/tensor.ts';
import { wideTensorSimd } from '../simd/wide-point.ts';
import { anyLayouts, checkInteger, checkRaster, checkRows, checkStrip, largestSide } from '../validate.ts';
import { type ResizeOptions, resize } from './resize.ts';

/** How pixels become numbers. */
export interface TensorOptions {
  /**
   * `chw`: a plane for each band; `hwc`: the bands of a pixel side by side.
   *
   * @defaultValue `'chw'`
   */
  readonly layout?: 'chw' | 'hwc';
  /** Which band is the first. @defaultValue `'rgb'` */
  readonly order?: 'rgb' | 'bgr';
  /** What values are multiplied by first. Not for bytes. @defaultValue 1 / 255; 1 / 65535 for `I;16`, 1 for `I` and `F` */
  readonly scale?: number;
  /** What is subtracted then: one number, or one each for red, green and blue. Not for bytes. @defaultValue 0 */
  readonly mean?: number | readonly number[];
  /** What is divided by then: one number, or one each for red, green and blue. Not for bytes. @defaultValue 1 */
  readonly std?: number | readonly number[];
}

/**
 * Writes an image as the numbers that a model takes: `(value * scale - mean) / std`, in 32-bit floats, or the values as they are into bytes.
 *
 * Colours have three channels, grey and the wide layouts have one; alpha is left out. A strip writes its rows of every plane, so strips may go to several
 * threads.
 *
 * @param src - the pixels
 * @param out - as many numbers as channels times height times width, for instance from `heap.newArray(Float32Array, n)`; it must not
 *   overlap the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @param options - the order, and what is computed
 * @throws {@link KernelError} when `out` has another length or type, an option is out of range, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, toTensor } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 51, 255, 255, 102, 0]), 'RGB;24', 2, 1);
 * const planes = new Float32Array(6);
 * toTensor(image, planes, 0, 1, { mean: 0.5, std: 0.5 });
 * console.log([...planes].map((value) => value.toFixed(1))); // [ '-1.0', '1.0', '-0.6', '-0.2', '1.0', '-1.0' ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD one line.
 */
export function toTensor(
  src: AnyRaster,
  out: Float32Array | Uint8Array,
  top: number,
  bottom: number,
  options: TensorOptions = {},
): void {
  checkRaster('src', src, anyLayouts);
  checkStrip(src, top, bottom);
  const plan = planOf(src.layout, out, options);
  checkLength(out, plan, src.width, src.height);
  checkRows('src', src, top, bottom);
  if (isWide(src.layout)) wideTensor(src as WideRaster, out as Float32Array, top, bottom, plan);
  else bytesTensor(src as Raster, out, top, bottom, plan);
}

function bytesTensor(src: Raster, out: Float32Array | Uint8Array, top: number, bottom: number, plan: TensorPlan): void {
  const engine = engineOver(src.bytes, out);
  if (engine && tensorSimd(engine, src, out, top, bottom, plan)) return;
  tensorRows(src, out, top, bottom, plan);
}

function wideTensor(src: WideRaster, out: Float32Array, top: number, bottom: number, plan: TensorPlan): void {
  const [factor, term] = [plan.factors[0]!, plan.terms[0]!];
  const engine = engineOver(src.bytes, out);
  if (engine) wideTensorSimd(engine, src, out, top, bottom, factor, term);
  else wideTensorRows(src, out, top, bottom, factor, term);
}

/** How {@link resizeToTensor} scales and what it makes of the pixels. */
export interface ResizeToTensorOptions extends Omit<ResizeOptions, 'dstBox'>, TensorOptions {
  /** Pixels in a row of the result, from 1. */
  readonly width: number;
  /** Rows of the result, from 1. */
  readonly height: number;
}

/**
 * Scales an image and writes it as a tensor: {@link resize} and {@link toTensor}, with the rows between them in scratch.
 *
 * @param src - the pixels
 * @param out - as many numbers as channels times height times width of the result
 * @param top - first row of the result, from 0
 * @param bottom - first row after the strip, at most the result's height
 * @param options - the result's size, the filter and the box, and what is made of the values
 * @throws {@link KernelError} as `resize` and `toTensor` do
 * @example
 * ```ts
 * import { rasterOf, resizeToTensor } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 0, 255, 255, 0, 0, 255, 255]), 'L', 4, 2);
 * const numbers = new Float32Array(2);
 * resizeToTensor(image, numbers, 0, 1, { width: 2, height: 1, filter: 'box' });
 * console.log([...numbers]); // [ 0, 1 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: the strip's rows of the scaled image, and what `resize` does.
 */
export function resizeToTensor(
  src: AnyRaster,
  out: Float32Array | Uint8Array,
  top: number,
  bottom: number,
  options: ResizeToTensorOptions,
): void {
  const { width, height } = options;
  checkRaster('src', src, anyLayouts);
  checkInteger('options.width', width, 1, largestSide);
  checkInteger('options.height', height, 1, largestSide);
  checkInteger('top', top, 0, height);
  checkInteger('bottom', bottom, top, height);
  checkLength(out, planOf(src.layout, out, options), width, height);
  if (top === bottom) return;
  const line = width * pixelSize(src.layout);
  const engine = engineOver(src.bytes, out);
  const through = (bytes: Uint8Array, offset: number): void => {
    // Rows outside the strip are never looked at.
    const strip = rasterOf(bytes, src.layout, width, bottom - top, { offset });
    const rows = new Float64Array(height);
    rows.set(strip.rows, top);
    const scaled: AnyRaster = { ...strip, rows, height };
    resize(src, scaled, top, bottom, options);
    toTensor(scaled, out, top, bottom, options);
  };
  if (engine && withScratch(engine, line * (bottom - top), (at) => through(engine.bytes, at))) return;
  through(new Uint8Array(line * (bottom - top)), 0);
}

function planOf(layout: AnyLayout, out: Float32Array | Uint8Array, options: TensorOptions): TensorPlan {
  const { layout: form = 'chw', order = 'rgb', scale = scaleOf(layout), mean = 0, std = 1 } = options;
  const isFloat = out instanceof Float32Array;
  if (!isFloat && !(out instanceof Uint8Array)) throw new KernelError('out', 'a Float32Array or a Uint8Array', out);
  if (form !== 'chw' && form !== 'hwc') throw new KernelError('options.layout', 'chw or hwc', form);
  if (order !== 'rgb' && order !== 'bgr') throw new KernelError('options.order', 'rgb or bgr', order);
  if (!isFloat && isWide(layout)) throw new KernelError('out', 'a Float32Array, for a wide layout', out);
  const isGrey = layout === 'L' || layout === 'LA' || isWide(layout);
  const places = isGrey ? [0] : order === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  if (!isFloat) {
    for (const name of ['scale', 'mean', 'std'] as const) {
      if (options[name] !== undefined) throw new KernelError(`options.${name}`, 'left out for bytes', options[name]);
    }
  }
  if (!Number.isFinite(scale)) throw new KernelError('options.scale', 'a finite number', scale);
  const means = numbersOf('options.mean', mean, places);
  const stds = numbersOf('options.std', std, places);
  const zero = stds.indexOf(0);
  if (zero >= 0) throw new KernelError('options.std', 'other than 0', 0);
  return {
    places,
    factors: Float32Array.from(places, (_, i) => (isFloat ? scale / stds[i]! : 1)),
    terms: Float32Array.from(places, (_, i) => (isFloat ? 0 - means[i]! / stds[i]! : 0)),
    planar: form === 'chw',
  };
}

/** What makes 1 of the largest value of a layout that has one. */
function scaleOf(layout: AnyLayout): number {
  if (!isWide(layout)) return 1 / 255;
  return layout === 'I;16' ? 1 / 65535 : 1;
}

/** A number for each place. */
function numbersOf(name: string, value: number | readonly number[], places: readonly number[]): readonly number[] {
  const list = typeof value === 'number' ? places.map(() => value) : value;
  if (!Array.isArray(list) || list.length !== places.length || !list.every(Number.isFinite)) {
    throw new KernelError(name, `a finite number, or ${places.length}, one for each channel`, value);
  }
  return typeof value === 'number' ? list : places.map((place) => value[place]!);
}

function checkLength(out: Float32Array | Uint8Array, { places }: TensorPlan, width: number, height: number): void {
  const length = places.length * width * height;
  if (out.length !== length)
    throw new KernelError('out.length', `${length}: ${places.length} x ${height} x ${width}`, out.length);
}
