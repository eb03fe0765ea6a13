/** Explaining: what a plan will do with an input, known from the input's header, before anything is decoded. */
import { basename } from 'node:path';
import { readHeader } from './codec.ts';
import { type Forecast, forecast } from './need.ts';
import { checkPlan, type PipelineBuilder, type Plan, planOf } from './plan.ts';
import { namedOperands } from './steps/operands.ts';

/**
 * Tells what a plan will do with an input: how it is decoded, the sizes of the results, and the bytes of pixels that it takes in a heap.
 *
 * @param input - a path, or encoded bytes; only the header is read
 * @throws {PlanError} when the plan is not one
 * @throws {DecodeError} when the header cannot be read, or has more pixels than the plan's limit
 * @example
 * ```ts
 * import { explain, pipeline } from '@sharena/pipeline';
 *
 * const { bytes, outputs } = await explain(pipeline().resize(800).encode('webp'), 'photo.jpg');
 * console.log(`${bytes} bytes for ${outputs[0].width}x${outputs[0].height}`);
 * ```
 */
export async function explain(plan: Plan | PipelineBuilder, input: string | Uint8Array): Promise<Forecast> {
  const checked = checkPlan(planOf(plan));
  const name = typeof input === 'string' ? basename(input) : 'the input';
  return forecast(checked, await readHeader({ from: input, name }, checked.decode ?? {}));
}

/** The names of the second inputs that a plan needs, each once. @throws {PlanError} when the plan is not one */
export function inputNames(plan: Plan | PipelineBuilder): string[] {
  const names = namedOperands(checkPlan(planOf(plan))).map(({ input = '' }) => input);
  return [...new Set(names)];
}
