/** What the runtime asks of its workers, and what they answer: plain objects that go through messages. */
import type { HeapHandle, WireError } from '@sharena/heap';
import type { ImageHandle } from '@sharena/imaging';
import type { EncodedOutput, EncodeOptions, Format, Output, Plan, Step } from './plan.ts';

/** What a worker is started with. */
export interface WorkerData {
  /** The heap that it attaches. */
  readonly heap: HeapHandle;
}

/** Where the pixels come from. A handle is of an image that somebody else keeps alive meanwhile. */
export type TaskInput = { readonly path: string } | { readonly bytes: Uint8Array } | { readonly image: ImageHandle };

/** A whole image: decode, every step, output. */
export interface WholeTask {
  readonly kind: 'whole';
  readonly input: TaskInput;
  /** What messages call the input. */
  readonly name: string;
  readonly plan: Plan;
  /** The file to write; without it the encoded bytes are answered. */
  readonly file: string | undefined;
}

/** Decodes an input. */
export interface DecodeTask {
  readonly kind: 'decode';
  readonly input: TaskInput;
  readonly name: string;
}

/** Rows `top` to `bottom - 1` of a step's result, or of a copy. */
export interface StripTask {
  readonly kind: 'strip';
  readonly step: Step | 'copy';
  readonly source: ImageHandle;
  readonly target: ImageHandle;
  readonly top: number;
  readonly bottom: number;
}

/** Encodes an image, and writes it when there is a file. */
export interface EncodeTask {
  readonly kind: 'encode';
  readonly image: ImageHandle;
  readonly format: Format;
  readonly options: EncodeOptions;
  readonly file: string | undefined;
}

/** The first and the last task of a thread: it is ready when it answers, and it detaches from the heap. */
export interface ThreadTask {
  /** The pool has no other way to speak to one of its threads. */
  readonly kind: 'start' | 'end';
}

/** What a worker is asked. */
export type Task = WholeTask | DecodeTask | StripTask | EncodeTask | ThreadTask;

/** What became of an image. A handle comes with a reference, which the receiver takes over. */
export interface TaskOutput {
  readonly width: number;
  readonly height: number;
  readonly image?: ImageHandle;
  readonly data?: Uint8Array;
  readonly file?: string;
  /** Bytes that were encoded or written. */
  readonly size?: number;
}

/** What a worker answers. It never rejects: an error that crosses the pool would lose its code. */
export type TaskResult =
  | { readonly ok: true; readonly output: TaskOutput }
  | { readonly ok: false; readonly error: WireError };

/** Whether the plan's result is encoded. */
export function isEncoded(output: Output): output is EncodedOutput {
  return output.kind === 'encode';
}
