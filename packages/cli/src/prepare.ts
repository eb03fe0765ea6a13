/**
 * Preparation: from a request to jobs. Whatever is wrong with the command line shows here, before anything is begun.
 */
import { join, resolve } from 'node:path';
import type { Format, NamedInput, Plan } from '@sharena/pipeline';
import { UsageError } from './errors.ts';
import { formatLike } from './formats.ts';
import { expandInputs, type FoundInput, type MissingInput } from './inputs.ts';
import { makeOutputFolder, nameOutputs, refuseOverwriting } from './outputs.ts';
import { dependsOnInput, filesOf, planFor } from './plans.ts';
import type { RunRequest } from './request.ts';

/** One image to do. It is an input of a run of the pipeline. */
export interface Job extends NamedInput {
  /** What messages call the input. */
  readonly label: string;
  /** Size of the input's file. */
  readonly bytes: number;
  /** The outputs, as messages call them, in the order of the plan. */
  readonly outputs: readonly string[];
}

/** Jobs that have one plan. */
export interface Batch {
  readonly plan: Plan;
  readonly jobs: readonly Job[];
}

/** All that there is to do. */
export interface Work {
  readonly batches: readonly Batch[];
  readonly missing: readonly MissingInput[];
  /** The files that will be written. */
  readonly files: readonly string[];
}

/** Finds the inputs, names the outputs, and makes the folder for them. @throws {UsageError} @throws {PlanError} */
export async function prepare(request: RunRequest, cwd: string): Promise<Work> {
  planFor(request, 'png'); // what is wrong with the plan shows before anything is looked for
  const folder = resolve(cwd, request.out);
  const { found, missing } = await expandInputs(request.inputs, { cwd, recursive: request.recursive, skip: folder });
  if (found.length === 0 && !request.watch) refuseNothing(missing);
  if (!request.dryRun) await makeOutputFolder(folder);
  return { ...workOn(found, request, folder), missing };
}

/** Names the outputs of inputs, and groups them by their plans. @throws {UsageError} when an input would be overwritten */
export function workOn(found: readonly FoundInput[], request: RunRequest, folder: string): Omit<Work, 'missing'> {
  const plans = new Map<Format | undefined, Plan>();
  const planned = found.map((input) => {
    const like = dependsOnInput(request) ? formatLike(input.path) : undefined;
    const plan = plans.get(like) ?? planFor(request, like ?? 'png');
    plans.set(like, plan);
    return { input, plan };
  });
  const wanted = planned.flatMap(({ input: { path }, plan }) =>
    filesOf(plan).map(({ suffix, format }) => ({ path, suffix, format })),
  );
  const names = nameOutputs(wanted);
  const files = names.map((name) => join(folder, name));
  refuseOverwriting(found, files);
  const jobs = new Map<Plan, Job[]>();
  let at = 0;
  for (const { input, plan } of planned) {
    const outputs = filesOf(plan);
    const own = names.slice(at, at + outputs.length);
    at += outputs.length;
    const paths = Object.fromEntries(outputs.map(({ name }, i) => [name, join(folder, own[i])]));
    const { label, path, bytes } = input;
    const job = {
      source: path,
      files: paths,
      name: 'the file',
      label,
      bytes,
      outputs: own.map((name) => join(request.out, name)),
    };
    jobs.set(plan, [...(jobs.get(plan) ?? []), job]);
  }
  return { batches: [...jobs].map(([plan, each]) => ({ plan, jobs: each })), files };
}

/** A path that is missing is a failed image; folders and patterns without any image are no images at all. */
function refuseNothing(missing: readonly MissingInput[]): void {
  if (missing.some(({ isImage }) => isImage)) return;
  const reasons = missing.map(({ label, reason }) => `\n  ${label}: ${reason}`);
  throw new UsageError(`no input was found${reasons.join('')}`);
}
