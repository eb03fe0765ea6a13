/** Inputs: what a run takes, and what messages call each of them. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '@sharena/heap';
import { SharedImage } from '@sharena/imaging';
import { isPipelineMode, PIPELINE_MODES } from './steps/modes.ts';
import type { Files, TaskInput } from './tasks.ts';

/** Where the pixels come from: the path or `file:` URL of an image, encoded bytes, or an image in the heap. */
export type Source = string | URL | Uint8Array | SharedImage;

/** A source with a file for its result. */
export interface NamedInput {
  /** Where the pixels come from. */
  readonly source: Source;
  /** The file to write, for plans that encode once. Its folder must exist. Without it the bytes are answered. */
  readonly file?: string;
  /** For plans with branches: for the name of each output its file. Those without one are answered as bytes. */
  readonly files?: Readonly<Record<string, string>>;
  /** Second inputs of steps that join two images, by their names; they count before those of the run. */
  readonly inputs?: Readonly<Record<string, Source>>;
  /** What messages call the input. Without it: the file's name, or the input's place in the list. */
  readonly name?: string;
}

/** One input of a run. */
export type Input = Source | NamedInput;

/** An input, ready for a task. */
export interface PreparedInput {
  readonly task: TaskInput;
  readonly name: string;
  readonly files: Files;
  /** Second inputs of its own. */
  readonly operands: Readonly<Record<string, TaskInput>>;
}

/**
 * Makes a task's input of a run's.
 *
 * @param outputs - the names of the plan's outputs
 * @throws {InvalidArgumentError} when it is none of the kinds, of another mode, or has files for outputs that there are not
 */
export function prepareInput(input: Input, index: number, outputs: readonly string[]): PreparedInput {
  const given: NamedInput = isNamed(input) ? input : { source: input };
  const argument = `inputs[${index}]`;
  const task = prepareSource(given.source, argument, given.name ?? `input ${index}`, given.name);
  const named = given.file === undefined ? given.files : { ...given.files, '': given.file };
  const files = checkFiles(named ?? {}, `${argument}.files`, outputs);
  const operands = prepareOperands(given.inputs ?? {}, `${argument}.inputs`);
  return { task, name: 'encoded' in task ? task.encoded.name : (given.name ?? `input ${index}`), files, operands };
}

/** Second inputs, by their names. @throws {InvalidArgumentError} when one is none of the kinds, or of another mode */
export function prepareOperands(
  sources: Readonly<Record<string, Source>>,
  argument: string,
): Record<string, TaskInput> {
  const entries = Object.entries(sources);
  return Object.fromEntries(
    entries.map(([name, source]) => [name, prepareSource(source, `${argument}.${name}`, name)]),
  );
}

function checkFiles(files: Files, argument: string, outputs: readonly string[]): Files {
  for (const name of Object.keys(files)) {
    if (outputs.includes(name)) continue;
    throw new InvalidArgumentError(
      argument,
      `files for ${outputs.map((each) => each || 'one output').join(', ')}`,
      name,
    );
  }
  return files;
}

function isNamed(input: Input): input is NamedInput {
  return typeof input === 'object' && input !== null && 'source' in input;
}

/** @param name - what messages call bytes, and paths if `given` is not undefined */
function prepareSource(source: Source, argument: string, name: string, given?: string): TaskInput {
  if (source instanceof SharedImage) {
    if (isPipelineMode(source.mode)) return { image: source.handle };
    throw new InvalidArgumentError(`${argument}.mode`, `one of ${PIPELINE_MODES.join(', ')}`, source.mode);
  }
  if (source instanceof Uint8Array) return { encoded: { from: lean(source), name } };
  const path = source instanceof URL && source.protocol === 'file:' ? fileURLToPath(source) : source;
  if (typeof path === 'string') return { encoded: { from: path, name: given ?? basename(path) } };
  throw new InvalidArgumentError(argument, 'a path, a file: URL, a Uint8Array or a SharedImage', source);
}

/** Bytes as they are sent. Structured clone copies all of the memory behind a view, so a part of a larger one goes alone. */
function lean(bytes: Uint8Array): Uint8Array {
  const isPart = !(bytes.buffer instanceof SharedArrayBuffer) && bytes.byteLength < bytes.buffer.byteLength;
  return isPart ? new Uint8Array(bytes) : bytes;
}
