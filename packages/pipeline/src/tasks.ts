/** What the runtime asks of its workers, and what they answer: plain objects that go through messages. */
import type { HeapHandle, WireError } from '@sharena/heap';
import type { ImageHandle } from '@sharena/imaging';
import type { Header } from './codec.ts';
import type { ControlHandle } from './control.ts';
import type { DecodeOptions } from './decoding.ts';
import type { Forecast } from './need.ts';
import type { EncodedOutput, TensorOutput } from './outputs.ts';
import type { Plan, TapStep } from './plan.ts';
import type { RowStage } from './steps/stages.ts';
import type { Survey, SurveyedStep } from './steps/surveys.ts';
import type { Tensor } from './tensor.ts';

/** What a worker is started with. */
export interface WorkerData {
  /** The heap that it attaches. */
  readonly heap: HeapHandle;
  /** A folder for files of the codec. It may not be there yet. */
  readonly folder: string;
}

/** Encoded pixels, and what their header says. */
export interface EncodedInput {
  /** A path, or bytes. */
  readonly from: string | Uint8Array;
  /** What messages call it. */
  readonly name: string;
  /** What its header says; without it, it is read again. */
  readonly header?: Header;
}

/** Where the pixels come from. A handle is of an image that somebody else keeps alive meanwhile. */
export type TaskInput = { readonly encoded: EncodedInput } | { readonly image: ImageHandle };

/** For each output its file; without one the encoded bytes are answered. */
export type Files = Readonly<Record<string, string>>;

/** A whole image: decode, every step, every output. */
export interface WholeTask {
  readonly kind: 'whole';
  readonly input: TaskInput;
  /** Its operands are bound. */
  readonly plan: Plan;
  readonly files: Files;
  readonly control: ControlHandle;
}

/** How large an image is decoded. */
export type DecodedSize = Pick<Forecast, 'reduction' | 'scaled'>;

/** All of it. */
export const WHOLE: DecodedSize = { reduction: 1 };

/** Decodes an input. */
export interface DecodeTask {
  readonly kind: 'decode';
  readonly input: EncodedInput;
  readonly options: DecodeOptions;
  readonly size: DecodedSize;
  readonly control: ControlHandle;
}

/** Rows `top` to `bottom - 1` of a stage's result. */
export interface StripTask {
  readonly kind: 'strip';
  readonly stage: RowStage;
  readonly source: ImageHandle;
  readonly target: ImageHandle;
  readonly operands: readonly (ImageHandle | undefined)[];
  readonly top: number;
  readonly bottom: number;
  readonly control: ControlHandle;
}

/** Reads what a step must know off rows `top` to `bottom - 1`. */
export interface SurveyTask {
  readonly kind: 'survey';
  readonly step: SurveyedStep;
  readonly image: ImageHandle;
  readonly top: number;
  readonly bottom: number;
  readonly control: ControlHandle;
}

/** Has a user's function look at an image. */
export interface TapTask {
  readonly kind: 'tap';
  readonly step: TapStep;
  readonly image: ImageHandle;
  readonly control: ControlHandle;
}

/** Encodes an image, and writes it when there is a file. */
export interface EncodeTask {
  readonly kind: 'encode';
  readonly image: ImageHandle;
  readonly output: EncodedOutput;
  readonly file: string | undefined;
  readonly control: ControlHandle;
}

/** Writes the numbers of rows `top` to `bottom - 1` of the image. */
export interface TensorTask {
  readonly kind: 'tensor';
  readonly output: TensorOutput;
  readonly image: ImageHandle;
  readonly target: ImageHandle;
  readonly top: number;
  readonly bottom: number;
  readonly control: ControlHandle;
}

/** The first and the last task of a thread: it is ready when it answers, and it detaches from the heap. */
export interface ThreadTask {
  /** The pool has no other way to speak to one of its threads. */
  readonly kind: 'start' | 'end';
}

/** What a worker is asked. */
export type Task = WholeTask | DecodeTask | StripTask | SurveyTask | TapTask | EncodeTask | TensorTask | ThreadTask;

/** What became of one output. A handle comes with a reference, which the receiver takes over. */
export interface OutputAnswer {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly image?: ImageHandle;
  /** The sides of the tensor that the image holds. */
  readonly tensor?: Tensor['shape'];
  readonly data?: Uint8Array;
  readonly file?: string;
  /** Bytes that were encoded or written. */
  readonly size?: number;
}

/** What became of an image. */
export interface ImageAnswer {
  readonly outputs: readonly OutputAnswer[];
  /** What taps answered, by their names. */
  readonly taps: Readonly<Record<string, unknown>>;
}

/** What was encoded. */
export type EncodedAnswer = Pick<OutputAnswer, 'data' | 'file' | 'size'>;

/** For each kind of task what it answers. */
export interface Answers {
  readonly whole: ImageAnswer;
  readonly decode: { readonly image: ImageHandle };
  readonly strip: undefined;
  readonly survey: Survey;
  readonly tap: { readonly value: unknown };
  readonly encode: EncodedAnswer;
  readonly tensor: undefined;
  readonly start: undefined;
  readonly end: undefined;
}

/** What a worker answers. It never rejects: an error that crosses the pool would lose its code. */
export type TaskResult =
  | { readonly ok: true; readonly answer: Answers[Task['kind']] }
  | { readonly ok: false; readonly error: WireError };
