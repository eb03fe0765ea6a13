/**
 * Tasks: what runs in each thread of the pool.
 *
 * The heap is attached when the module loads, and the kernels are told of its memory: from then on they run in it as SIMD. Images are
 * opened by handle and released before a task ends, on every path, but for those that are handed to the receiver. The function never
 * rejects: it answers errors as {@link TaskResult}.
 */
import { workerData } from 'node:worker_threads';
import { SharedHeap, wireError } from '@sharena/heap';
import { ImageStore, type SharedImage } from '@sharena/imaging';
import { accelerate, scratchIn } from '@sharena/kernels';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { decode, delivered, encode, readHeader } from './codec.ts';
import { type Control, controlOf } from './control.ts';
import { type Executor, executePlan } from './execute.ts';
import { keepsMetadata } from './metadata.ts';
import { forecast } from './need.ts';
import type { EncodedOutput } from './outputs.ts';
import { useSharp } from './sharp.ts';
import { runStage } from './steps/bands.ts';
import { runTap } from './steps/map.ts';
import { useHeap } from './steps/map-wasm.ts';
import { survey } from './steps/surveys.ts';
import {
  type Answers,
  type EncodedAnswer,
  type ImageAnswer,
  type StripTask,
  type Task,
  type TaskResult,
  WHOLE,
  type WholeTask,
  type WorkerData,
} from './tasks.ts';
import { fillTensor } from './tensor.ts';

const { heap: handle, folder } = workerData as WorkerData;
const heap = SharedHeap.attach(handle);
const store = ImageStore.over(heap);
accelerate(heap.handle.memory, scratchIn(heap));
useHeap(heap);
useSharp(); // while the thread starts, not in the time of its first image

/** Runs one task. Never rejects. */
export async function runTask(task: Task): Promise<TaskResult> {
  try {
    return sendable(await answerTo(task));
  } catch (error) {
    return { ok: false, error: wireError(error) };
  }
}

async function answerTo(task: Task): Promise<Answers[Task['kind']]> {
  if (!('control' in task)) {
    if (task.kind === 'end') heap.detach();
    return undefined;
  }
  const control = controlOf(task.control);
  control.check();
  control.start();
  switch (task.kind) {
    case 'whole':
      return whole(task, control);
    case 'decode':
      return { image: (await decode(store, task.input, task.options, task.size, folder)).giveAway() };
    case 'strip':
      return strip(task, control);
    case 'survey': {
      using image = store.open(task.image);
      return survey(task.step, image, task.top, task.bottom);
    }
    case 'tap': {
      using image = store.open(task.image);
      return { value: await runTap(task.step, image) };
    }
    case 'tensor': {
      using image = store.open(task.image);
      using target = store.open(task.target);
      fillTensor(task.output, image, target, task.top, task.bottom);
      return undefined;
    }
    case 'encode': {
      using image = store.open(task.image);
      return await encoded(image, task.output, task.file);
    }
  }
}

/** Encoded bytes are moved, not copied. They are memory of this thread alone: a view of the heap cannot be moved. */
function sendable(answer: Answers[Task['kind']]): TaskResult {
  const result: TaskResult = { ok: true, answer };
  const outputs = answer === undefined ? [] : 'outputs' in answer ? answer.outputs : [answer as EncodedAnswer];
  const buffers = outputs.flatMap(({ data }) => (data === undefined ? [] : [data.buffer]));
  if (buffers.length === 0) return result;
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result } as never) as unknown as TaskResult;
}

async function whole({ input, plan, files }: WholeTask, control: Control): Promise<ImageAnswer> {
  const executor = alone(control);
  if ('image' in input) {
    using image = store.open(input.image);
    return await executePlan(executor, plan, image, false, files);
  }
  const header = input.encoded.header ?? (await readHeader(input.encoded, plan.decode ?? {}, keepsMetadata(plan)));
  const seen = forecast(plan, header);
  const encodedInput = { ...input.encoded, header };
  const image = await decode(store, encodedInput, plan.decode ?? {}, seen, folder);
  return executePlan(executor, seen.plan, image, true, files);
}

/** This thread does everything by itself. */
function alone(control: Control): Executor {
  return {
    store,
    overlaps: false,
    check: control.check,
    rows: (stage, images) => runStage(stage, images, 0, images.target.height, control.check),
    survey: async (step, image) => survey(step, image, 0, image.height),
    tap: runTap,
    decode: (input) => decode(store, input, {}, WHOLE, folder),
    encode: encoded,
    tensor: async (output, image, target) => fillTensor(output, image, target, 0, image.height),
  };
}

async function strip(task: StripTask, control: Control): Promise<undefined> {
  using source = store.open(task.source);
  using target = store.open(task.target);
  const operands = task.operands.map((operand) => operand && store.open(operand));
  try {
    await runStage(task.stage, { source, target, operands }, task.top, task.bottom, control.check);
  } finally {
    for (const operand of operands) operand?.release();
  }
}

async function encoded(image: SharedImage, output: EncodedOutput, file: string | undefined): Promise<EncodedAnswer> {
  return delivered(await encode(image, output), file);
}
