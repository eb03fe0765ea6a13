/** What the loader hands to the explorer: a scenario that can be made anew for every logical thread. */
import type { Context } from './machine/context.ts';
import type { Scenario } from './scenario.ts';

/** A place in the source where a thread can be suspended. */
export interface Site {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The expression, in one line. */
  readonly text: string;
  /** The reason of a `benign:` comment at this place. */
  readonly benign?: string;
}

/** One scenario of a loaded file. */
export interface LoadedScenario {
  readonly name: string;
  /** The name under which its file exports it. */
  readonly exportName: string;
  /** The file, for running it again elsewhere. */
  readonly url: string;
  readonly sites: readonly Site[];
  /** Makes the modules anew (or takes those of this context, if they keep no state) and gives the scenario in them. */
  instantiate(context: Context): Scenario;
}
