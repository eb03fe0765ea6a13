/**
 * Plans: from the steps, widths and formats of a command line, or from a file, to what is run on each image.
 *
 * Without a format an output gets that of its input, so images of different formats have different plans.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  checkPlan,
  type EncodedOutput,
  type Format,
  outputsOf,
  type PipelineBuilder,
  type Plan,
  pipeline,
} from '@sharena/pipeline';
import { systemReason, UsageError } from './errors.ts';

/** What a command line says of its plan. */
export interface PlanRequest {
  /** The steps. */
  readonly steps: PipelineBuilder;
  /** A plan from a file, which has the steps and outputs. */
  readonly plan: Plan | undefined;
  /** Several widths, each an output. */
  readonly widths: readonly number[];
  /** The formats of the outputs; without one, each has the format of its input. */
  readonly formats: readonly Format[];
  /** 1 to 100. */
  readonly quality: number | undefined;
  /** Whether outputs say what their inputs say beside the pixels. */
  readonly keepMetadata: boolean;
}

/** An output of a plan that writes a file. */
export interface FileOutput {
  /** Its name in the plan. */
  readonly name: string;
  /** What its files have behind the input's name: its name, but for what the extension says. */
  readonly suffix: string;
  /** Its format. */
  readonly format: Format;
}

/** The plan for images of a format. @throws {PlanError} */
export function planFor(request: PlanRequest, like: Format): Plan {
  const { steps, plan, widths, formats, quality, keepMetadata } = request;
  if (plan) return withFormat(plan, formats[0] ?? like);
  const encoded = (builder: PipelineBuilder): PipelineBuilder => {
    const options = {
      ...(quality !== undefined && { quality }),
      ...(keepMetadata && { metadata: 'keep' as const }),
    };
    const [only = like, ...others] = formats;
    if (others.length === 0) return builder.encode(only, options);
    return builder.branch(formats.map((each) => [each, pipeline().encode(each, options)] as const));
  };
  if (widths.length === 0) return encoded(steps).toJSON();
  return steps.branch(widths.map((width) => [`${width}`, encoded(pipeline().resize(width))] as const)).toJSON();
}

/** Whether the plan is another one for images of another format. */
export function dependsOnInput({ plan, formats }: PlanRequest): boolean {
  if (formats.length > 0) return false;
  return plan === undefined || outputsOf(plan).some(({ output }) => output.kind === 'image');
}

/** What the plan writes. Every output is encoded. */
export function filesOf(plan: Plan): FileOutput[] {
  return outputsOf(plan).map(({ name, output }) => {
    const { format } = output as EncodedOutput;
    const suffix = name
      .split('/')
      .filter((part) => part !== format)
      .join('-');
    return { name, suffix, format };
  });
}

/** Reads a plan from a file. @throws {UsageError} when it cannot be read @throws {PlanError} when it is none */
export function readPlan(option: string, text: string, cwd: string): Plan {
  const path = resolve(cwd, text);
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${path}: ${systemReason(error)}`);
  }
  try {
    return checkPlan(JSON.parse(json) as Plan);
  } catch (error) {
    throw new UsageError(`${option}: ${path}: ${(error as Error).message}`);
  }
}

/** Outputs that are images become files of a format. */
function withFormat(plan: Plan, format: Format): Plan {
  const { output } = plan;
  if (output.kind === 'image') return { ...plan, output: { kind: 'encode', format, options: {} } };
  if (output.kind === 'encode') return plan;
  if (output.kind === 'tensor') throw new UsageError('a plan that ends in a tensor has no file to write');
  const branches = output.branches.map((branch) => ({ ...branch, plan: withFormat(branch.plan, format) }));
  return { ...plan, output: { ...output, branches } };
}
