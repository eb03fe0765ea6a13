/**
 * Operations: the steps that the command line knows, one entry for each option.
 *
 * Steps are done in the order in which their options stand. The settings of an operation belong to the step before them, or
 * to the first such step when they stand before it.
 */
import type { CompositeOptions, PipelineBuilder, PipelineMode, ResizeOptions } from '@sharena/pipeline';
import { UsageError } from './errors.ts';
import { readColour, readFile, readJson, readModule, readNumber, readNumbers, readSize, readWhole } from './options.ts';

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
        help: 'how --resize fits the image: cover (default), contain, pad, fill, inside, outside',
        read: (text) => text,
      },
      filter: {
        flags: '--filter <name>',
        help: 'filter of --resize: nearest, box, bilinear, hamming, bicubic, lanczos (default)',
        read: (text) => text,
      },
      reducingGap: {
        flags: '--reducing-gap <times>',
        help: 'reduce pixels by whole numbers first, and leave --resize at least so many times to go: 2 or 3 (default: none)',
        read: (text) => readNumber('--reducing-gap', text),
      },
      background: {
        flags: '--background <colour>',
        help: 'what --fit contain or pad leaves free: black (default), white, transparent, #rrggbb[aa] or r,g,b[,a]',
        read: (text) => readColour('--background', text),
      },
    },
    step: (text) => {
      const { width, height } = readSize('--resize', text);
      // The names of fit and filter are checked with the plan.
      return (plan, settings) => plan.resize(width, height, settings as ResizeOptions);
    },
  },
  { flags: '--grayscale', help: 'make grey levels of colours', step: () => (plan) => plan.grayscale() },
  {
    flags: '--convert <mode>',
    help: 'convert to a mode: L, LA, RGB;24, RGBA, or 16 bits (I;16), integers (I), floats (F) from L',
    // The name of the mode is checked with the plan.
    step: (text) => (plan) => plan.convert(text as PipelineMode),
  },
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
    flags: '--blur <sigma>',
    help: 'blur with a Gaussian of this standard deviation in pixels, 0 to 1000',
    step: (text) => {
      const sigma = readNumber('--blur', text);
      return (plan) => plan.blur(sigma);
    },
  },
  {
    flags: '--sharpen <sigma>',
    help: 'sharpen with an unsharp mask of this standard deviation in pixels',
    settings: {
      percent: {
        flags: '--percent <n>',
        help: 'how much of the difference --sharpen adds (default: 150)',
        read: (text) => readNumber('--percent', text),
      },
    },
    step: (text) => {
      const sigma = readNumber('--sharpen', text);
      return (plan, settings) => plan.sharpen({ sigma, ...(settings as { percent?: number }) });
    },
  },
  {
    flags: '--convolve <weights>',
    help: 'sum each pixel and its neighbours by 9 or 25 weights, row by row: 0,-1,0,-1,5,-1,0,-1,0',
    step: (text) => {
      const weights = readNumbers('--convolve', text);
      return (plan) => plan.convolve(weights);
    },
  },
  {
    flags: '--linear <a,b>',
    help: 'multiply colours by a and add b',
    step: (text) => {
      const [scale, offset = 0] = readNumbers('--linear', text);
      return (plan) => plan.linear(scale, offset);
    },
  },
  { flags: '--negate', help: 'make every colour its opposite', step: () => (plan) => plan.negate() },
  {
    flags: '--threshold <least>',
    help: 'make colours white from this value on, 0 to 255, and black below',
    step: (text) => {
      const least = readNumber('--threshold', text);
      return (plan) => plan.threshold(least);
    },
  },
  {
    flags: '--gamma <gamma>',
    help: 'make the middle tones lighter (above 1) or darker (below)',
    step: (text) => {
      const gamma = readNumber('--gamma', text);
      return (plan) => plan.gamma(gamma);
    },
  },
  {
    flags: '--saturation <amount>',
    help: 'make colours stronger (above 1) or weaker (below)',
    step: (text) => {
      const amount = readNumber('--saturation', text);
      return (plan) => plan.saturation(amount);
    },
  },
  {
    flags: '--recolour <matrix>',
    help: 'make colours sums of colours: 12 numbers, 4 for each of red, green and blue',
    step: (text) => {
      const matrix = readNumbers('--recolour', text);
      return (plan) => plan.recolour(matrix);
    },
  },
  {
    flags: '--point <table>',
    help: 'look colours up in a table of 256 numbers',
    step: (text) => {
      const table = readNumbers('--point', text);
      return (plan) => plan.point(table);
    },
  },
  {
    flags: '--composite <image>',
    help: 'draw another image over the image: a watermark',
    settings: {
      position: {
        flags: '--position <where>',
        help: 'where --composite draws: northwest (default), centre, southeast, …',
        read: (text) => text,
      },
      mode: {
        flags: '--mode <name>',
        help: 'how --composite draws: over (default), multiply, screen, …',
        read: (text) => text,
      },
    },
    step: (text, { cwd }) => {
      const path = readFile('--composite', text, cwd);
      // The names of position and mode are checked with the plan.
      return (plan, settings) => plan.composite(path, settings as CompositeOptions);
    },
  },
  {
    flags: '--map-wasm <module:function>',
    help: 'call a function of a WebAssembly module on the rows of the image',
    step: (text, { cwd }) => {
      const at = text.lastIndexOf(':');
      if (at < 1) throw new UsageError(`--map-wasm should be module.wasm:function, got ${JSON.stringify(text)}`);
      const module = readModule('--map-wasm', text.slice(0, at), cwd);
      return (plan) => plan.mapWasm(module, text.slice(at + 1));
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
