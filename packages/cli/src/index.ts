/**
 * All of Sharena in one import: the heap, images, kernels and pipelines.
 *
 * @packageDocumentation
 */
export * from '@sharena/heap';
export * from '@sharena/imaging';
/** Settings of kernels; those of a pipeline's steps are `CompositeOptions`, `ResizeOptions` and `RotateOptions`. */
export type {
  CompositeOptions as KernelCompositeOptions,
  ResizeOptions as KernelResizeOptions,
  RotateOptions as KernelRotateOptions,
} from '@sharena/kernels';
export * from '@sharena/kernels';
/** Two packages have these names; here they are the pipeline's. */
export type { CompositeOptions, ResizeOptions, RotateOptions } from '@sharena/pipeline';
export * from '@sharena/pipeline';
