/** Requests: what a command line asks for, checked as far as it can be without looking at the files. */
import type { RunOptions } from '@sharena/pipeline';
import type { PlanRequest } from './plans.ts';

/** What `sharena run` is asked to do. */
export interface RunRequest extends PlanRequest {
  /** Files, folders and patterns, as they were given. */
  readonly inputs: readonly string[];
  /** Whether folders are searched to the bottom. */
  readonly recursive: boolean;
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
  /** Whether nothing is done, but told. */
  readonly dryRun: boolean;
  /** Whether images that come or change later are done as well. */
  readonly watch: boolean;
  /** Whether failures alone are shown. */
  readonly quiet: boolean;
}
