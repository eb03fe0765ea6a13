/**
 * Tasks: what runs in each thread of the pool.
 *
 * The heap is attached when the module loads, and the kernels are told of its memory: from then on they run in it as SIMD. Images are opened by handle and released before a task ends, on every path,
 * but for the one that is handed to the receiver. The function never rejects: it answers errors as {@link TaskResult}.
 */
import { workerData } from 'node:worker_threads';
import { SharedHeap, wireError } from '@sharena/heap';
import { ImageStore, type SharedImage } from '@sharena/imaging';
import { accelerate } from '@sharena/kernels';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { decode, encode, writeWhole } from './codec.ts';
import { runSteps } from './steps/all.ts';
import { copyStrip, runStep } from './steps/run.ts';
import {
  type DecodeTask,
  type EncodeTask,
  isEncoded,
  type StripTask,
  type Task,
  type TaskInput,
  type TaskOutput,
  type TaskResult,
  type WholeTask,
  type WorkerData,
} from './tasks.ts';

const heap = SharedHeap.attach((workerData as WorkerData).heap);
const store = ImageStore.over(heap);
accelerate(heap.handle.memory, heap);
const NOTHING: TaskOutput = { width: 0, height: 0 };

/** Runs one task. Never rejects. */
export async function runTask(task: Task): Promise<TaskResult> {
  try {
    return answer(await outputOf(task));
  } catch (error) {
    return { ok: false, error: wireError(error) };
  }
}

async function outputOf(task: Task): Promise<TaskOutput> {
  switch (task.kind) {
    case 'whole':
      return whole(task);
    case 'decode':
      return decoded(task);
    case 'strip':
      return strip(task);
    case 'encode':
      return encoded(task);
    case 'end':
      heap.detach();
      return NOTHING;
    case 'start':
      return NOTHING;
  }
}

/** Encoded bytes are moved, not copied. They are memory of this thread alone: a view of the heap cannot be moved. */
function answer(output: TaskOutput): TaskResult {
  const result: TaskResult = { ok: true, output };
  if (output.data === undefined) return result;
  return move({ [transferableSymbol]: output.data.buffer, [valueSymbol]: result }) as unknown as TaskResult;
}

async function whole({ input, name, plan, file }: WholeTask): Promise<TaskOutput> {
  const [image, owned] = await openInput(input, name);
  try {
    const runWhole = async (step: StripTask['step'], source: SharedImage, target: SharedImage) =>
      step === 'copy' ? copyStrip(source, target, 0, target.height) : runStep(step, source, target, 0, target.height);
    using result = await runSteps(store, plan.steps, image, owned, runWhole);
    const { width, height } = result;
    if (!isEncoded(plan.output)) return { width, height, image: result.giveAway() };
    return await encodeTo(result, { ...plan.output, file });
  } finally {
    if (!owned) image.release();
  }
}

async function decoded({ input, name }: DecodeTask): Promise<TaskOutput> {
  const [image] = await openInput(input, name);
  return { width: image.width, height: image.height, image: image.giveAway() };
}

async function strip({ step, source, target, top, bottom }: StripTask): Promise<TaskOutput> {
  using from = store.open(source);
  using to = store.open(target);
  if (step === 'copy') copyStrip(from, to, top, bottom);
  else await runStep(step, from, to, top, bottom);
  return { width: to.width, height: bottom - top };
}

async function encoded(task: EncodeTask): Promise<TaskOutput> {
  using image = store.open(task.image);
  return await encodeTo(image, task);
}

async function encodeTo(
  image: SharedImage,
  { format, options, file }: Omit<EncodeTask, 'kind' | 'image'>,
): Promise<TaskOutput> {
  const { width, height } = image;
  const data = await encode(image, format, options);
  if (file === undefined) return { width, height, data, size: data.length };
  await writeWhole(file, data);
  return { width, height, file, size: data.length };
}

/** The input's image, and whether it is this task's own. */
async function openInput(input: TaskInput, name: string): Promise<[SharedImage, boolean]> {
  if ('image' in input) return [store.open(input.image), false];
  return [await decode(store, 'path' in input ? input.path : input.bytes, name), true];
}
