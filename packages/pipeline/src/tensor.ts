/**
 * Tensors: the numbers of an image, in an image of their own, which is one segment: of mode `F` for float32, of mode `L` for bytes. So they
 * are held, handed over and given back as images are, whichever thread dies.
 *
 *   chw   width columns, channels * height rows: one plane below the other
 *   hwc   width * channels columns, height rows
 */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { toTensor } from '@sharena/kernels';
import type { TensorOutput } from './outputs.ts';
import { rasterOf } from './steps/raster.ts';
import type { Shape } from './steps/run.ts';

/** The numbers of an image. */
export interface Tensor {
  /** The numbers: a view of the heap, valid until the result's image is released. */
  readonly data: Float32Array | Uint8Array;
  /** Channels, height and width for `chw`; height, width and channels for `hwc`. */
  readonly shape: readonly [number, number, number];
}

/** The sides of a tensor, in its order. */
export function tensorShape({ options }: TensorOutput, { mode, width, height }: Shape): Tensor['shape'] {
  const channels = mode === 'RGB;24' || mode === 'RGBA' ? 3 : 1;
  return options.layout === 'hwc' ? [height, width, channels] : [channels, height, width];
}

/** Bytes of a tensor. */
export function tensorBytes(output: TensorOutput, shape: Shape): number {
  return tensorShape(output, shape).reduce((product, side) => product * side, output.type === 'float32' ? 4 : 1);
}

/** Room for the tensor of an image. @throws {HeapExhaustedError} when there is none in one piece */
export function newTensor(store: ImageStore, output: TensorOutput, shape: Shape): SharedImage {
  const [a, b, c] = tensorShape(output, shape);
  const [width, height] = output.options.layout === 'hwc' ? [b * c, a] : [c, a * b];
  return store.newBlock(output.type === 'float32' ? 'F' : 'L', width, height, { dirty: true });
}

/** Writes the numbers of rows `top` to `bottom - 1` of `source`. */
export function fillTensor(
  output: TensorOutput,
  source: SharedImage,
  target: SharedImage,
  top: number,
  bottom: number,
): void {
  toTensor(rasterOf(source), numbersOf(target), top, bottom, output.options);
}

/** The numbers in the image of a tensor. */
export function numbersOf(image: SharedImage): Float32Array | Uint8Array {
  const numbers = image.mode === 'F' ? image.packedAs(Float32Array) : image.packed();
  if (!numbers) throw new Error('a tensor is one segment');
  return numbers;
}
