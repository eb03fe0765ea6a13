/**
 * All of Sharena in one import: the heap, images, kernels and pipelines.
 *
 * @packageDocumentation
 */
export * from '@sharena/heap';
export * from '@sharena/imaging';
/** Settings of the kernel `resize`; those of a pipeline's step are `ResizeOptions`. */
export type { ResizeOptions as KernelResizeOptions } from '@sharena/kernels';
export * from '@sharena/kernels';
/** Two packages have this name; here it is the pipeline's. */
export type { ResizeOptions } from '@sharena/pipeline';
export * from '@sharena/pipeline';
