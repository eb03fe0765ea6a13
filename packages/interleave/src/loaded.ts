/** What the loader hands to the explorer: a scenario that can be made anew for every logical thread. */
import type { Context } from './machine/context.ts';
import type { Scenario } from './scenario.ts';

/** A place in the source where a thread can be suspended. */
export interface Site {
  /** Absolute path of the source file. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Column of the first character of the expression, from 1, in UTF-16 units. */
  readonly column: number;
  /** The expression, in one line. */
  readonly text: string;
  /** The reason of a `benign:` comment at this place. */
  readonly benign?: string;
}

/** One scenario of a loaded file. */
export interface LoadedScenario {
  /** The `name` that the scenario gives itself. */
  readonly name: string;
  /** The name under which its file exports it. */
  readonly exportName: string;
  /** The `file:` URL of its file, for running it again elsewhere. */
  readonly url: string;
  /** The places in all transformed files where a thread can be suspended. All scenarios of a file have the same list. */
  readonly sites: readonly Site[];
  /**
   * Makes the modules anew (or takes those of this context, if they keep no state) and gives the scenario in them.
   * @internal
   */
  instantiate(context: Context): Scenario;
}
