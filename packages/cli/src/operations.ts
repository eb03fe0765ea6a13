/**
 * Operations: the steps that the command line knows, one entry for each option.
 *
 * Steps are done in the order in which their options stand. The settings of an operation belong to the step before them, or
 * to the first such step when they stand before it.
 */
import type { Filter, Fit } from '@sharena/kernels';
import type { PipelineBuilder } from '@sharena/pipeline';
import { UsageError } from './errors.ts';
import { readColour, readJson, readModule, readSize, readWhole } from './options.ts';

/** What reading a value may look at. */
export interface ReadContext {
  /** The folder that relative paths are relative to. */
  readonly cwd: string;
}

/** An option that refines a step. */
export interface Setting {
  /** The option, as the help shows it. */
  readonly flags: string;
  /** What it does. */
  readonly help: string;
  /** Reads its value. @throws {UsageError} */
  readonly read: (text: string) => unknown;
}

/** An option that is a step. */
export interface Operation {
  /** The option, as the help shows it. */
  readonly flags: string;
  /** What it does. */
  readonly help: string;
  /** Its settings, by the name that {@link Operation.step} knows them by. */
  readonly settings?: Readonly<Record<string, Setting>>;
  /** The value when it is left out, for options that may leave it out. */
  readonly implied?: string;
  /** Reads the option's value, and answers what adds the step to a plan. @throws {UsageError} */
  readonly step: (text: string, context: ReadContext) => AddStep;
}

/** Adds a step with its settings to a plan. */
export type AddStep = (plan: PipelineBuilder, settings: Readonly<Record<string, unknown>>) => PipelineBuilder;

/** All operations. */
export const OPERATIONS: readonly Operation[] = [
  {
    flags: '--resize <WxH>',
    help: 'scale to a size in pixels; 800x or x600: the other side follows',
    settings: {
      fit: {
        flags: '--fit <how>',
        help: 'how --resize fits the image: cover (default), contain, fill, inside, outside',
        read: (text) => text,
      },
      filter: {
        flags: '--filter <name>',
        help: 'filter of --resize: nearest, box, bilinear, hamming, bicubic, lanczos (default)',
        read: (text) => text,
      },
      background: {
        flags: '--background <colour>',
        help: 'what --fit contain leaves free: black (default), white, transparent, #rrggbb[aa] or r,g,b[,a]',
        read: (text) => readColour('--background', text),
      },
    },
    step: (text) => {
      const { width, height } = readSize('--resize', text);
      // The names of fit and filter are checked with the plan.
      return (plan, settings) => plan.resize(width, height, settings as { fit: Fit; filter: Filter });
    },
  },
  { flags: '--grayscale', help: 'make grey levels of colours', step: () => (plan) => plan.grayscale() },
  { flags: '--flip', help: 'turn upside down', step: () => (plan) => plan.flip() },
  { flags: '--flop', help: 'mirror from left to right', step: () => (plan) => plan.flop() },
  {
    flags: '--rotate90 [turns]',
    help: 'turn clockwise by 1 (default), 2 or 3 quarters',
    implied: '1',
    step: (text) => {
      const turns = readWhole('--rotate90', text, 1, 3) as 1 | 2 | 3;
      return (plan) => plan.rotate90(turns);
    },
  },
  {
    flags: '--map <module>',
    help: 'call the default export of a JavaScript module (path or file: URL) on the rows of the image',
    settings: {
      params: {
        flags: '--params <json>',
        help: 'second argument of the function of --map',
        read: (text) => readJson('--params', text),
      },
    },
    step: (text, { cwd }) => {
      const module = readModule('--map', text, cwd);
      return (plan, { params }) => plan.map(module, params);
    },
  },
];

/** The bare name of an option: `--resize <WxH>` is `resize`. */
export function nameOf({ flags }: { readonly flags: string }): string {
  return flags.split(' ', 1)[0].slice(2);
}

/** An option of the command line, in its place. */
export interface Given {
  /** Its bare name. */
  readonly name: string;
  /** Its value, if it has one. */
  readonly value: string | undefined;
}

/** Adds the steps that were given to a plan, in their order. @throws {UsageError} @throws {PlanError} */
export function addSteps(plan: PipelineBuilder, given: readonly Given[], context: ReadContext): PipelineBuilder {
  const steps: Step[] = [];
  const waiting: { readonly setting: Settled; readonly name: string }[] = [];
  for (const { name, value } of given) {
    const operation = OPERATIONS.find((each) => nameOf(each) === name);
    if (operation) {
      const step: Step = { operation, add: operation.step(value ?? '', context), settings: {} };
      for (const { setting } of takeFor(operation, waiting)) step.settings[setting.key] = setting.value;
      steps.push(step);
      continue;
    }
    const setting = readSetting(name, value);
    const step = steps.findLast((each) => each.operation === setting.operation);
    if (step) step.settings[setting.key] = setting.value;
    else waiting.push({ setting, name });
  }
  const [lost] = waiting;
  if (lost) throw new UsageError(`--${lost.name} needs --${nameOf(lost.setting.operation)}`);
  return steps.reduce((built, { add, settings }) => add(built, settings), plan);
}

interface Step {
  readonly operation: Operation;
  readonly add: AddStep;
  readonly settings: Record<string, unknown>;
}

interface Settled {
  readonly operation: Operation;
  readonly key: string;
  readonly value: unknown;
}

function readSetting(name: string, value = ''): Settled {
  for (const operation of OPERATIONS) {
    for (const [key, setting] of Object.entries(operation.settings ?? {})) {
      if (nameOf(setting) === name) return { operation, key, value: setting.read(value) };
    }
  }
  throw new UsageError(`there is no step --${name}`);
}

/** Takes out of `waiting` what belongs to an operation. */
function takeFor<T extends { setting: Settled }>(operation: Operation, waiting: T[]): T[] {
  const taken = waiting.filter(({ setting }) => setting.operation === operation);
  waiting.splice(0, waiting.length, ...waiting.filter((each) => !taken.includes(each)));
  return taken;
}

/**
 * Writes out the values that were left out: `--rotate90 photo.jpg` turns a photo, and `photo.jpg` is no number of turns.
 */
export function fillImpliedValues(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return args.map((arg, i) => {
    const implied = OPERATIONS.find((each) => arg === `--${nameOf(each)}`)?.implied;
    const hasValue = i + 1 < end && /^\d+$/.test(args[i + 1]);
    return implied === undefined || i >= end || hasValue ? arg : `${arg}=${implied}`;
  });
}
