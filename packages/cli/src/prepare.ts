/**
 * Preparation: from a request to jobs. Whatever is wrong with the command line shows here, before anything is begun.
 */
import { join, resolve } from 'node:path';
import type { Format, NamedInput, Plan } from '@sharena/pipeline';
import { UsageError } from './errors.ts';
import { formatLike } from './formats.ts';
import { expandInputs, type MissingInput } from './inputs.ts';
import { makeOutputFolder, nameOutputs, refuseOverwriting } from './outputs.ts';
import type { RunRequest } from './request.ts';

/** One image to do. It is an input of a run of the pipeline. */
export interface Job extends NamedInput {
  /** What messages call the input. */
  readonly label: string;
  /** Size of the input's file. */
  readonly bytes: number;
  /** The output, as messages call it. */
  readonly output: string;
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
  const plans = new PlanMaker(request);
  const folder = resolve(cwd, request.out);
  const { found, missing } = await expandInputs(request.inputs, { cwd, recursive: request.recursive, skip: folder });
  if (found.length === 0) refuseNothing(missing);
  await makeOutputFolder(folder);
  const named = found.map((input) => ({ ...input, format: request.format ?? formatLike(input.path) }));
  const names = nameOutputs(named);
  const files = names.map((name) => join(folder, name));
  refuseOverwriting(found, files);

  const jobs = new Map<Format, Job[]>();
  named.forEach(({ label, path, bytes, format }, i) => {
    const job = { source: path, file: files[i], name: 'the file', label, bytes, output: join(request.out, names[i]) };
    jobs.set(format, [...(jobs.get(format) ?? []), job]);
  });
  return { batches: [...jobs].map(([format, jobs]) => ({ plan: plans.planFor(format), jobs })), missing, files };
}

/** Makes the plans, and finds at once what is wrong with them. */
class PlanMaker {
  readonly #request: RunRequest;

  constructor(request: RunRequest) {
    this.#request = request;
    this.planFor(request.format ?? 'png');
  }

  planFor(format: Format): Plan {
    const { steps, quality } = this.#request;
    return steps.encode(format, quality === undefined ? {} : { quality }).toJSON();
  }
}

/** A path that is missing is a failed image; folders and patterns without any image are no images at all. */
function refuseNothing(missing: readonly MissingInput[]): void {
  if (missing.some(({ isImage }) => isImage)) return;
  const reasons = missing.map(({ label, reason }) => `\n  ${label}: ${reason}`);
  throw new UsageError(`no input was found${reasons.join('')}`);
}
