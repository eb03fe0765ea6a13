/**
 * Parallel image pipelines for Node: worker threads that share images in one heap.
 *
 * @packageDocumentation
 */

export { DECODE_FAULTS, DECODE_SCALINGS, type DecodeOptions, LIMIT_INPUT_PIXELS } from './decoding.ts';
export {
  CancelledError,
  DecodeError,
  EncodeError,
  PlanError,
  RuntimeError,
  StepError,
  TimeoutError,
} from './errors.ts';
export { explain, inputNames } from './explain.ts';
export type { Input, NamedInput, Source } from './inputs.ts';
export type { Exif, InputMetadata, Metadata, MetadataChoice } from './metadata.ts';
export type { Forecast, NamedShape } from './need.ts';
export {
  type Branch,
  type BranchesOutput,
  type EncodedOutput,
  type EncodeOptions,
  FORMATS,
  type Format,
  type FormatOptions,
  type ImageOutput,
  type NamedOutput,
  type Output,
  outputsOf,
  type TensorOutput,
} from './outputs.ts';
export {
  type BlurStep,
  type Border,
  type BoxBlurStep,
  type Branches,
  type CompositeOptions,
  type CompositeStep,
  type ConvolveStep,
  checkPlan,
  type FlattenStep,
  type LinearStep,
  type MapOptions,
  type MapStep,
  type MapWasmOptions,
  type MapWasmStep,
  PipelineBuilder,
  type PlainStep,
  type Plan,
  type PointStep,
  pipeline,
  type RecolourStep,
  type ResizeOptions,
  type ResizeStep,
  type RotateOptions,
  type RotateStep,
  type SharpenStep,
  type Step,
  type TapStep,
  type ThresholdStep,
  type TransformOptions,
} from './plan.ts';
export type { Progress, RunFailure, RunOptions, RunOutput, RunResult, RunSuccess } from './run.ts';
export { Runtime, type RuntimeOptions, type RuntimeStats } from './runtime.ts';
export type { Scaled } from './scaling.ts';
export type { BlendStep, CombineStep, JoinStep, PaintStep } from './steps/joins.ts';
export {
  type ConvertStep,
  type FromLinearLightStep,
  LIGHT_MODES,
  PIPELINE_MODES,
  type PipelineMode,
  type ToLinearLightStep,
} from './steps/modes.ts';
export type { Operand } from './steps/operands.ts';
export type {
  Colour,
  CropStep,
  ExtendStep,
  OrientStep,
  PlaceStep,
  RankStep,
  ReduceStep,
  RotateByStep,
  TransformStep,
} from './steps/places.ts';
export type { Shape } from './steps/run.ts';
export type { AutocontrastStep, ClaheStep, EqualizeStep, Survey, SurveyedStep, TrimStep } from './steps/surveys.ts';
export type { Strip, StripOperation, TapOperation } from './strip.ts';
export type { Tensor } from './tensor.ts';
