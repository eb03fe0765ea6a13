/**
 * Parallel image pipelines for Node: worker threads that share images in one heap.
 *
 * @packageDocumentation
 */
export { DecodeError, EncodeError, PlanError, RuntimeError, StepError } from './errors.ts';
export type { Input, NamedInput, Source } from './inputs.ts';
export {
  type BlurStep,
  type ConvolveStep,
  checkPlan,
  type EncodedOutput,
  type EncodeOptions,
  FORMATS,
  type Format,
  type ImageOutput,
  type LinearStep,
  type MapStep,
  type Output,
  PipelineBuilder,
  type PlainStep,
  type Plan,
  type PointStep,
  pipeline,
  type RecolourStep,
  type ResizeOptions,
  type ResizeStep,
  type RotateStep,
  type SharpenStep,
  type Step,
  type ThresholdStep,
} from './plan.ts';
export type { Progress, RunFailure, RunOptions, RunResult, RunSuccess } from './run.ts';
export { Runtime, type RuntimeOptions, type RuntimeStats } from './runtime.ts';
export type { Strip, StripOperation } from './strip.ts';
