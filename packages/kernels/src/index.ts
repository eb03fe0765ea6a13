/**
 * Pixel kernels on memory that several threads share.
 *
 * A kernel takes rasters (a byte array and the address of each row) and a range of rows of the destination, a strip. It writes these rows
 * and nothing else, and what it writes does not depend on the split, so the strips of one image can go to several workers. They
 * compute what Pillow computes, byte for byte. Each is there as scalar TypeScript, written to be read, and runs on any memory; in shared
 * memory that {@link accelerate} was told of, the costly ones run as WebAssembly with SIMD.
 *
 * @packageDocumentation
 */
export { KernelError } from './errors.ts';
export {
  type Fit,
  type FitBox,
  fitBox,
  fits,
  type PixelSize,
  type Position,
  positionFractions,
  thumbnailSize,
} from './geometry/fit.ts';
export { type Reduction, type ReductionOptions, reduction } from './geometry/reduction.ts';
export { type Rotation, type RotationOptions, rotation } from './geometry/rotation.ts';
export {
  type AnyLayout,
  bandCount,
  hasAlpha,
  isWide,
  type Layout,
  layouts,
  pixelSize,
  type WideLayout,
  wideLayouts,
} from './layouts.ts';
export { type BlurOptions, boxBlur, gaussianBlur, type UnsharpOptions, unsharp } from './operations/blur.ts';
export { type ClaheOptions, clahe, type TileOptions, tileHistograms } from './operations/clahe.ts';
export { blend, combinations, combine } from './operations/combine.ts';
export { type CompositeOptions, composite } from './operations/composite.ts';
export {
  type AutocontrastStripOptions,
  autocontrast,
  type EqualizeOptions,
  equalize,
} from './operations/contrast.ts';
export { convert } from './operations/convert.ts';
export { type ConvolveOptions, convolve } from './operations/convolve.ts';
export { copy } from './operations/copy.ts';
export { getBbox, type TrimOptions, trimBox, unionBox } from './operations/extent.ts';
export { extrema } from './operations/extrema.ts';
export { flip, flop } from './operations/flip.ts';
export { grayscale } from './operations/grayscale.ts';
export { type HistogramOptions, histogram } from './operations/histogram.ts';
export { fromLinearLight, toLinearLight } from './operations/light.ts';
export { colourMatrix } from './operations/matrix.ts';
export { type Orientation, orient, orientedSize } from './operations/orient.ts';
export { type PasteOptions, pasteMasked } from './operations/paste.ts';
export { linear, point, threshold } from './operations/point.ts';
export { premultiply, unpremultiply } from './operations/premultiply.ts';
export { maximum, median, minimum, rank } from './operations/rank.ts';
export { reduce } from './operations/reduce.ts';
export { type ResizeOptions, resize } from './operations/resize.ts';
export { type RotateOptions, rotate, rotate90, transpose, transverse } from './operations/rotate.ts';
export {
  type ResizeToTensorOptions,
  resizeToTensor,
  type TensorOptions,
  toTensor,
} from './operations/tensor.ts';
export { affine, perspective, type WarpOptions } from './operations/warp.ts';
export { type AnyRaster, type Raster, rasterOf, type WideRaster } from './raster.ts';
export { type BlendMode, blendModes, type MixMode, type PorterDuffMode } from './scalar/blend-modes.ts';
export type { Combination } from './scalar/combine.ts';
export type { AutocontrastOptions } from './scalar/contrast.ts';
export type { PixelBox } from './scalar/extent.ts';
export { fill } from './scalar/fill.ts';
export { type Filter, filters } from './scalar/filters.ts';
export { type BandStatistics, type ImageStatistics, statistics } from './scalar/statistics.ts';
export { type WarpFilter, warpFilters } from './scalar/warp.ts';
export {
  type Acceleration,
  accelerate,
  type KernelMemory,
  type ScratchAllocator,
} from './simd/engine.ts';
export { type NamedBlockSource, type NamingHeap, type RawBlockSource, scratchIn } from './simd/kept-scratch.ts';
export type { Build } from './simd/module.ts';
