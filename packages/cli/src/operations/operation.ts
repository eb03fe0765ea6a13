/** What an operation of the command line is: an option that is a step, and the options that refine it. */
import type { PipelineBuilder } from '@sharena/pipeline';
import { UsageError } from '../errors.ts';
import type { Values } from '../values.ts';

/** What reading a value may look at. */
export interface ReadContext {
  /** The folder that relative paths are relative to. */
  readonly cwd: string;
}

/** An option that refines a step. One that several steps know is one object. */
export interface Setting {
  /** The option, as the help shows it. */
  readonly flags: string;
  /** What it does. */
  readonly help: string;
  /** What its value may be, where that can be listed. */
  readonly values?: Values;
  /** Reads its value. @throws {UsageError} */
  readonly read: (text: string) => unknown;
}

/** An option that is a step. */
export interface Operation {
  /** The option, as the help shows it. */
  readonly flags: string;
  /** What it does. */
  readonly help: string;
  /** What its value may be, where that can be listed. */
  readonly values?: Values;
  /** Its settings, by the name that {@link Operation.step} knows them by. */
  readonly settings?: Readonly<Record<string, Setting>>;
  /** The value when it is left out, for options that may leave it out. */
  readonly implied?: string;
  /** Reads the option's value, and answers what adds the step to a plan. @throws {UsageError} */
  readonly step: (text: string, context: ReadContext) => AddStep;
}

/** Adds a step with its settings to a plan. @throws {UsageError} @throws {PlanError} */
export type AddStep = (plan: PipelineBuilder, settings: Readonly<Record<string, unknown>>) => PipelineBuilder;

/** The bare name of an option: `--resize <WxH>` is `resize`. */
export function nameOf({ flags }: { readonly flags: string }): string {
  return flags.split(' ', 1)[0].slice(2);
}

/** A setting that a step cannot do without. @throws {UsageError} when it was not given */
export function needed<T>(value: unknown, step: string, setting: string): T {
  if (value === undefined) throw new UsageError(`${step} needs ${setting}`);
  return value as T;
}
