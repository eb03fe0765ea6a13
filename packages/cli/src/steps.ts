/**
 * Steps: from the options of a command line, in their order, to a plan.
 *
 * A setting belongs to the last step before it that knows it, or to the first such step when there is none before.
 */
import type { PipelineBuilder } from '@sharena/pipeline';
import { UsageError } from './errors.ts';
import { keyOf, OPERATIONS, SETTINGS, stepsWith } from './operations/index.ts';
import { type AddStep, nameOf, type Operation, type ReadContext, type Setting } from './operations/operation.ts';

/** An option of the command line, in its place. */
export interface Given {
  /** Its bare name. */
  readonly name: string;
  /** Its value, if it has one. */
  readonly value: string | undefined;
}

/** A step with the settings that it got. */
interface Step {
  readonly operation: Operation;
  readonly add: AddStep;
  readonly settings: Record<string, unknown>;
}

/** A setting that was read. */
interface Settled {
  readonly setting: Setting;
  readonly value: unknown;
}

/** Adds the steps that were given to a plan, in their order. @throws {UsageError} @throws {PlanError} */
export function addSteps(plan: PipelineBuilder, given: readonly Given[], context: ReadContext): PipelineBuilder {
  const steps: Step[] = [];
  let waiting: Settled[] = [];
  for (const { name, value = '' } of given) {
    const operation = OPERATIONS.find((each) => nameOf(each) === name);
    if (operation) {
      const step: Step = { operation, add: operation.step(value, context), settings: {} };
      waiting = waiting.filter((settled) => !settle(step, settled));
      steps.push(step);
      continue;
    }
    const settled = readSetting(name, value);
    if (!steps.findLast((step) => settle(step, settled))) waiting.push(settled);
  }
  const [lost] = waiting;
  if (lost) throw new UsageError(`--${nameOf(lost.setting)} needs ${either(stepsWith(lost.setting))}`);
  return steps.reduce((built, { add, settings }) => add(built, settings), plan);
}

/** Gives a setting to a step, if it knows it. */
function settle({ operation, settings }: Step, { setting, value }: Settled): boolean {
  const key = keyOf(setting, operation);
  if (key === undefined) return false;
  settings[key] = value;
  return true;
}

function readSetting(name: string, value: string): Settled {
  const setting = SETTINGS.find((each) => nameOf(each) === name);
  if (!setting) throw new UsageError(`there is no step --${name}`);
  return { setting, value: setting.read(value) };
}

/** `a`, `a or b`, `a, b or c`. */
function either(names: readonly string[]): string {
  if (names.length < 2) return names.join();
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/**
 * Writes out the values that were left out: `--rotate90 photo.jpg` turns a photo, and `photo.jpg` is no number of turns.
 */
export function fillImpliedValues(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return args.map((arg, i) => {
    const { implied, values } = OPERATIONS.find((each) => arg === `--${nameOf(each)}`) ?? {};
    const isValue = (next: string): boolean => /^\d+$/.test(next) || (Array.isArray(values) && values.includes(next));
    const hasValue = i + 1 < end && isValue(args[i + 1]);
    return implied === undefined || i >= end || hasValue ? arg : `${arg}=${implied}`;
  });
}
