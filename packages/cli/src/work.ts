/** The work: runs the jobs, and reports each of them. */
import { InvalidArgumentError, SharedHeap, SharenaError } from '@sharena/heap';
import type { LiveImages } from '@sharena/imaging';
import { inputNames, type RunResult, Runtime } from '@sharena/pipeline';
import { UsageError } from './errors.ts';
import type { MissingInput } from './inputs.ts';
import type { Interrupt } from './interrupt.ts';
import type { Batch, Job, Work } from './prepare.ts';
import type { Reporter } from './progress/reporter.ts';
import type { RunRequest } from './request.ts';
import { type Outcome, type Summary, Tally } from './tally.ts';
import { watchInputs } from './watch.ts';

/** Does the work. What fails is reported, and does not stop the rest. */
export async function carryOut(
  request: RunRequest,
  work: Work,
  cwd: string,
  interrupt: Interrupt,
  reporter: Reporter,
): Promise<Summary> {
  const began = performance.now(); // starting the threads is part of the time
  await using runtime = await startRuntime(request);
  const jobs = work.batches.flatMap((batch) => batch.jobs);
  const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
  const tally = new Tally(jobs.length + work.missing.length, bytes, () => runtime.heap.stats().usedBytes, began);
  const count = (outcome: Outcome): void => {
    tally.add(outcome);
    reporter.outcome(outcome);
  };

  function* begun(jobs: readonly Job[]): Generator<Job, void, undefined> {
    for (const job of jobs) {
      if (interrupt.isRequested) return;
      tally.begin(job.bytes);
      yield job;
    }
  }

  interrupt.onRequest(() => tally.endEarly());
  reporter.begin(tally);
  for (const missing of work.missing) count(missingOutcome(missing));
  const runAll = async (batches: readonly Batch[]): Promise<void> => {
    for (const batch of batches) {
      for await (const result of runBatch(runtime, batch, request, begun(batch.jobs))) count(outcomeOf(result));
    }
  };
  await runAll(work.batches);
  if (request.watch) {
    for await (const batches of watchInputs(request, work, cwd, interrupt)) {
      const later = batches.flatMap((batch) => batch.jobs);
      tally.expect(
        later.length,
        later.reduce((sum, job) => sum + job.bytes, 0),
      );
      await runAll(batches);
    }
  }
  const { threads } = runtime;
  const { peakBytes, images } = runtime.heap.stats();
  const liveImages = (images as LiveImages).live;
  return tally.summary({ interrupted: interrupt.isRequested, threads, peakHeapBytes: peakBytes, liveImages });
}

async function startRuntime({ threads, reserve }: RunRequest): Promise<Runtime> {
  try {
    return await Runtime.start({
      ...(threads !== undefined && { threads }),
      ...(reserve !== undefined && { reserve }),
    });
  } catch (error) {
    throw usageErrorOf(error);
  }
}

/** Refuses a size that no heap can have, before anything is begun. A heap takes no memory until it is touched. @throws {UsageError} */
export function checkReserve({ reserve }: RunRequest): void {
  if (reserve === undefined) return;
  try {
    SharedHeap.create({ reserve }).detach();
  } catch (error) {
    throw usageErrorOf(error);
  }
}

/** The arguments of the runtime and of its heap have the names of the options. */
function usageErrorOf(error: unknown): unknown {
  if (!(error instanceof SharenaError)) return error;
  const { message } = error;
  if (!(error instanceof InvalidArgumentError)) return new UsageError(message);
  return new UsageError(message.replace(`Expected \`${error.argument}\` to be`, `--${error.argument} should be`));
}

/** The results as they come: until the jobs end, or the user ends them, and after what is in flight then. */
function runBatch(
  runtime: Runtime,
  { plan, jobs }: Batch,
  { parallel }: RunRequest,
  begun: Iterable<Job>,
): AsyncGenerator<RunResult, void, undefined> {
  // The run gets no list, so that it can be ended, and cannot see that there are too few images for the threads.
  const few = parallel === 'auto' && jobs.length < runtime.threads;
  // A second input is called by its path.
  const inputs = Object.fromEntries(inputNames(plan).map((path) => [path, path]));
  return runtime.run(plan, begun, { order: 'completion', parallel: few ? 'strips' : parallel, inputs });
}

function outcomeOf(result: RunResult): Outcome {
  const { label: input, bytes: bytesIn, outputs } = result.input as Job; // as it was given
  if (!result.ok) return { ok: false, input, bytesIn, reason: result.error.message, code: result.error.code };
  const { width, height } = result;
  const bytesOut = result.outputs.reduce((sum, { size = 0 }) => sum + size, 0);
  const several = outputs.length > 1 && { outputs };
  return { ok: true, input, bytesIn, output: outputs[0], ...several, bytesOut, width, height };
}

function missingOutcome({ label, reason }: MissingInput): Outcome {
  return { ok: false, input: label, bytesIn: 0, reason, code: 'ERR_SHARENA_NO_INPUT' };
}
