/** Requests: what a command line asks for, checked as far as it can be without looking at the files. */
import type { Format, PipelineBuilder, RunOptions } from '@sharena/pipeline';

/** What `sharena run` is asked to do. */
export interface RunRequest {
  /** Files, folders and patterns, as they were given. */
  readonly inputs: readonly string[];
  /** Whether folders are searched to the bottom. */
  readonly recursive: boolean;
  /** The steps. */
  readonly steps: PipelineBuilder;
  /** The format of the outputs; without it, each has the format of its input. */
  readonly format: Format | undefined;
  /** 1 to 100. */
  readonly quality: number | undefined;
  /** The folder of the outputs, as it was given. */
  readonly out: string;
  /** Threads, when it was given. */
  readonly threads: number | undefined;
  /** Address space of the heap, when it was given. */
  readonly reserve: string | undefined;
  /** How the work is shared out among the threads. */
  readonly parallel: NonNullable<RunOptions['parallel']>;
  /** Whether results are JSON. */
  readonly json: boolean;
  /** Whether failures alone are shown. */
  readonly quiet: boolean;
}
