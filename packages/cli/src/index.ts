/**
 * All of Sharena in one import: the heap, images, kernels and pipelines.
 *
 * @packageDocumentation
 */
export * from '@sharena/heap';
export * from '@sharena/imaging';
/** Settings of the kernels `composite` and `resize`; those of a pipeline's steps are `CompositeOptions` and `ResizeOptions`. */
export type {
  CompositeOptions as KernelCompositeOptions,
  ResizeOptions as KernelResizeOptions,
} from '@sharena/kernels';
export * from '@sharena/kernels';
/** Two packages have these names; here they are the pipeline's. */
export type { CompositeOptions, ResizeOptions } from '@sharena/pipeline';
export * from '@sharena/pipeline';
