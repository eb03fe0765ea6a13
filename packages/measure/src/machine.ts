/** Where something was measured. */
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** The machine and the versions that a result was measured with: without them its times say nothing. */
export interface Machine {
  /** The processor's name. */
  readonly cpu: string;
  /** Processors that the process may use. */
  readonly cores: number;
  /** Memory of the machine, in bytes. */
  readonly memory: number;
  /** The operating system and its release. */
  readonly system: string;
  /** Node and V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** Mean number of processes that wanted to run in the last minute, when it was measured. Above 1 the machine was busy. */
  readonly load: number;
  /** When, in ISO 8601. */
  readonly date: string;
}

/**
 * This machine, now.
 *
 * @param versions of what else takes part, beside those of Node and V8
 */
export function machine(versions: Readonly<Record<string, string>> = {}): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    versions: { node: process.versions.node, v8: process.versions.v8, ...versions },
    load: loadavg()[0] ?? 0,
    date: new Date().toISOString(),
  };
}
