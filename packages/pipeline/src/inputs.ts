/** Inputs: what a run takes, and what messages call each of them. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '@sharena/heap';
import { SharedImage } from '@sharena/imaging';
import { isPipelineMode, PIPELINE_MODES } from './steps/run.ts';
import type { TaskInput } from './tasks.ts';

/** Where the pixels come from: the path or `file:` URL of an image, encoded bytes, or an image in the heap. */
export type Source = string | URL | Uint8Array | SharedImage;

/** A source with a file for its result. */
export interface NamedInput {
  /** Where the pixels come from. */
  readonly source: Source;
  /** The file to write, for plans that encode. Its folder must exist. Without it the bytes are answered. */
  readonly file?: string;
  /** What messages call the input. Without it: the file's name, or the input's place in the list. */
  readonly name?: string;
}

/** One input of a run. */
export type Input = Source | NamedInput;

/** An input, ready for a task. */
export interface PreparedInput {
  readonly task: TaskInput;
  readonly name: string;
  readonly file: string | undefined;
}

/** Makes a task's input of a run's. @throws {InvalidArgumentError} when it is none of the kinds, or of another mode */
export function prepareInput(input: Input, index: number): PreparedInput {
  const { source, file, name } = isNamed(input) ? input : { source: input, file: undefined, name: undefined };
  if (source instanceof SharedImage && !isPipelineMode(source.mode)) {
    throw new InvalidArgumentError(`inputs[${index}].mode`, `one of ${PIPELINE_MODES.join(', ')}`, source.mode);
  }
  const task = taskInput(source);
  if (!task) {
    throw new InvalidArgumentError(`inputs[${index}]`, 'a path, a file: URL, a Uint8Array or a SharedImage', source);
  }
  return { task, name: name ?? ('path' in task ? basename(task.path) : `input ${index}`), file };
}

function isNamed(input: Input): input is NamedInput {
  return typeof input === 'object' && input !== null && 'source' in input;
}

function taskInput(source: Source): TaskInput | undefined {
  if (typeof source === 'string') return { path: source };
  if (source instanceof URL) return source.protocol === 'file:' ? { path: fileURLToPath(source) } : undefined;
  if (source instanceof Uint8Array) return { bytes: lean(source) };
  if (source instanceof SharedImage) return { image: source.handle };
  return undefined;
}

/** Bytes as they are sent. Structured clone copies all of the memory behind a view, so a part of a larger one goes alone. */
function lean(bytes: Uint8Array): Uint8Array {
  const isPart = !(bytes.buffer instanceof SharedArrayBuffer) && bytes.byteLength < bytes.buffer.byteLength;
  return isPart ? new Uint8Array(bytes) : bytes;
}
