/**
 * Modes along a plan: what each step makes of the mode of an image, and which steps and outputs make no sense for it. Asked before a step runs,
 * and for the whole plan before the first one does.
 */
import type { Mode } from '@sharena/imaging';
import { isWide, type WideLayout } from '@sharena/kernels';
import { StepError } from '../errors.ts';
import type { Output } from '../outputs.ts';
import type { Step } from '../plan.ts';

/** The modes of images in a pipeline: each is a layout of the kernels as well. */
export type PipelineMode = Extract<Mode, 'L' | 'LA' | 'RGB;24' | 'RGBA' | WideLayout>;
/** All modes that images in a pipeline have. */
export const PIPELINE_MODES: readonly PipelineMode[] = ['L', 'LA', 'RGB;24', 'RGBA', 'I;16', 'I', 'F'];

/** Modes that keep linear light finely enough: every grey level comes back from them. */
export const LIGHT_MODES = ['I;16', 'F'] as const;

/** Whether a mode is one of {@link PIPELINE_MODES}. */
export function isPipelineMode(mode: Mode): mode is PipelineMode {
  return (PIPELINE_MODES as readonly Mode[]).includes(mode);
}

/** Converts the image to a mode. */
export interface ConvertStep {
  /** What the step is. */
  readonly op: 'convert';
  /** The mode. */
  readonly mode: PipelineMode;
}

/** Takes values to linear light. */
export interface ToLinearLightStep {
  /** What the step is. */
  readonly op: 'toLinearLight';
  /** The mode of the result, for images of mode `L`; without it the mode stays. */
  readonly mode?: (typeof LIGHT_MODES)[number];
}

/** Takes linear light to what is stored as sRGB has it. */
export interface FromLinearLightStep {
  /** What the step is. */
  readonly op: 'fromLinearLight';
}

/** The mode of the step's result. @throws {StepError} when the step makes no sense for images of that mode */
export function modeAfter(step: Step, mode: PipelineMode): PipelineMode {
  if (step.op === 'convert') return converted(step, mode);
  if (isWide(mode) && !forNumbers.has(step.op)) {
    throw new StepError(`${step.op}: not for images of mode ${mode}; convert('L') goes before`);
  }
  if (step.op === 'toLinearLight') return lightMode(step, mode);
  if (step.op === 'fromLinearLight' && isWide(mode)) return storedMode(mode);
  if (step.op === 'flatten') return mode === 'RGBA' ? 'RGB;24' : mode === 'LA' ? 'L' : mode;
  if (step.op === 'grayscale' && !isWide(mode)) return mode === 'RGBA' || mode === 'LA' ? 'LA' : 'L';
  return mode;
}

function converted(step: ConvertStep, mode: PipelineMode): PipelineMode {
  const single = (each: PipelineMode): boolean => each === 'L' || isWide(each);
  if ((isWide(mode) || isWide(step.mode)) && !(single(mode) && single(step.mode))) {
    throw new StepError(`convert: ${mode} to ${step.mode} goes by way of convert('L')`);
  }
  return step.mode;
}

function lightMode(step: ToLinearLightStep, mode: PipelineMode): PipelineMode {
  if (step.mode === undefined || mode === 'L') return step.mode ?? mode;
  throw new StepError(`toLinearLight: ${mode} to ${step.mode} goes by way of convert('L')`);
}

function storedMode(mode: WideLayout): PipelineMode {
  if (mode !== 'I') return 'L';
  throw new StepError('fromLinearLight: not for images of mode I; light is kept in I;16 or F');
}

/** Steps for images of one number of more than a byte a pixel. */
const forNumbers: ReadonlySet<Step['op']> = new Set<Step['op']>([
  'resize',
  'reduce',
  'grayscale',
  'flip',
  'flop',
  'rotate90',
  'crop',
  'extend',
  'flatten',
  'fromLinearLight',
  'orient',
  'linear',
  'map',
  'mapWasm',
  'tap',
]);

/** Refuses an output that cannot hold images of the mode. @throws {StepError} */
export function checkOutputMode(output: Output, mode: PipelineMode): void {
  if (!isWide(mode)) return;
  if (output.kind === 'encode' && !(mode === 'I;16' && (output.format === 'png' || output.format === 'tiff'))) {
    const formats = mode === 'I;16' ? ', png or tiff' : '';
    throw new StepError(`encode: ${output.format} is not for images of mode ${mode}; convert('L')${formats}`);
  }
  if (output.kind === 'tensor' && output.type === 'uint8') {
    throw new StepError(`tensor: uint8 is not for images of mode ${mode}; float32, or convert('L')`);
  }
}
