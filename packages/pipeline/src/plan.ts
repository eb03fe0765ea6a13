/**
 * Plans: what shall be done to an image, as plain JSON (`plan/steps.ts`), and the builder that writes them (`plan/builder.ts`).
 *
 * A plan is checked when it is built (`plan/checks.ts`), so a run never fails on a plan in the middle of its images.
 */
export { PipelineBuilder, pipeline, planOf } from './plan/builder.ts';
export { checkPlan } from './plan/checks.ts';
export type * from './plan/options.ts';
export type * from './plan/steps.ts';
