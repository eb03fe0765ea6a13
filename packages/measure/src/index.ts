/**
 * Measures code that threads share: rounds that alternate, crews of threads that start together, histograms of latencies in
 * shared memory, and a comparison of two runs that knows what noise is.
 *
 * @packageDocumentation
 */
export { type AlternateOptions, alternate, type Case, type ProgramOptions, runProgram } from './alternate.ts';
export { type Change, type Comparison, compare, type Drift, LEAST_ROUNDS } from './compare.ts';
export { type CrewContext, type CrewOptions, type CrewResult, type Member, runCrew } from './crew.ts';
export { clockCost, LatencyHistogram, type LatencySummary } from './histogram.ts';
export { type Machine, machine } from './machine.ts';
export {
  type Distribution,
  keyOf,
  type Measurement,
  parseResults,
  type Results,
  type Series,
  type Subject,
} from './results.ts';
export { type Batch, type BatchOptions, timeBatches } from './single.ts';
export { deviation, median, quantile, type RatioInterval, ratioInterval } from './statistics.ts';
