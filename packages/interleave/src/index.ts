/**
 * Explores the interleavings and the crashes of code over shared memory.
 *
 * @packageDocumentation
 */
export * from './host.ts';
export * from './errors.ts';
export { explore, replay } from './explore.ts';
export type { Exploration, ExploreOptions, FoundFailure, Strategy } from './explore.ts';
export { loadScenarios } from './transform/load.ts';
export type { LoadOptions, ScenarioFile } from './transform/load.ts';
export type { LoadedScenario, Site } from './loaded.ts';
export type { BenignWords, Env, Layout, Outcome, Scenario, ScenarioThread } from './scenario.ts';
export type { Failure, FailureKind } from './machine/failure.ts';
export type { BenignRace } from './races.ts';
export type { Oracle } from './oracles/oracle.ts';
export type { Step } from './report/trace.ts';
export { checkMutants } from './mutants/mutants.ts';
export type { Mutant, MutantReport, MutantTrial, MutantVerdict } from './mutants/mutants.ts';
export type { Edit } from './mutants/edit.ts';
export { lockstep } from './lockstep/lockstep.ts';
export type { LockstepOptions, LockstepResult } from './lockstep/lockstep.ts';
