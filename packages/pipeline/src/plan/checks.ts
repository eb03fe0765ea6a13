/** The checks of plans: a run never fails on a plan in the middle of its images. */
import {
  blendModes,
  combinations,
  filters,
  fits,
  type Position,
  positionFractions,
  warpFilters,
} from '@sharena/kernels';
import { checkDecode } from '../decoding.ts';
import { PlanError } from '../errors.ts';
import { expectNames, type Names } from '../names.ts';
import { checkOutput } from '../outputs.ts';
import { show } from '../show.ts';
import type { JoinStep } from '../steps/joins.ts';
import { LIGHT_MODES, PIPELINE_MODES } from '../steps/modes.ts';
import type { Operand } from '../steps/operands.ts';
import { MAX_SIDE } from '../steps/places.ts';
import { expectStepNames } from './step-names.ts';
import type { Plan, Step } from './steps.ts';

const PLAN_NAMES: Names<Plan> = { decode: true, steps: true, output: true };
const OPERAND_NAMES: Names<Omit<Operand, 'bound'>> = { input: true, steps: true };

/** Checks a plan that came from elsewhere, and answers it. @throws {PlanError} naming the step, the argument and the value */
export function checkPlan(plan: Plan): Plan {
  if (!Array.isArray(plan?.steps)) throw new PlanError('a plan has `steps`, a list of steps');
  expectNames('a plan', plan, PLAN_NAMES);
  checkDecode(plan.decode);
  plan.steps.forEach(checkStep);
  checkOutput(plan.output, checkPlan);
  checkTaps(plan, new Set());
  return plan;
}

/** Every answer has a name of its own: of the whole plan's taps no two are called the same. */
function checkTaps({ steps, output }: Plan, names: Set<string>): void {
  for (const step of steps) {
    if (step.op !== 'tap') continue;
    if (names.has(step.name)) throw new PlanError(`two taps are called ${show(step.name)}`);
    names.add(step.name);
  }
  if (output.kind === 'branches') for (const { plan } of output.branches) checkTaps(plan, names);
}

type Expect = (holds: boolean, argument: string, bounds: string, value: unknown) => void;

/** Checks one step. @param index - its place in the plan @throws {PlanError} naming the step, the argument and the value */
export function checkStep(step: Step, index: number): void {
  expectStepNames(step, index);
  checkValues(step, index);
}

function checkValues(step: Step, index: number): void {
  const expect: Expect = (holds, argument, bounds, value) => {
    if (holds) return;
    throw new PlanError(`step ${index + 1}, ${step?.op}: \`${argument}\` should be ${bounds}, got ${show(value)}`);
  };
  switch (step?.op) {
    case 'resize':
      expect(step.width !== undefined || step.height !== undefined, 'width', 'given, or the height', step.width);
      expect(isSide(step.width), 'width', `a whole number from 1 to ${MAX_SIDE}`, step.width);
      expect(isSide(step.height), 'height', `a whole number from 1 to ${MAX_SIDE}`, step.height);
      expect(fits.includes(step.fit), 'fit', `one of ${fits.join(', ')}`, step.fit);
      expect(filters.includes(step.filter), 'filter', `one of ${filters.join(', ')}`, step.filter);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      expect(
        step.reducingGap === undefined || isWithin(step.reducingGap, 1, Infinity),
        'reducingGap',
        'a number from 1',
        step.reducingGap,
      );
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    case 'rotate90':
      expect([1, 2, 3].includes(step.turns), 'turns', '1, 2 or 3', step.turns);
      return;
    case 'convert':
      expect(PIPELINE_MODES.includes(step.mode), 'mode', `one of ${PIPELINE_MODES.join(', ')}`, step.mode);
      return;
    case 'blur':
      expect(isWithin(step.sigma, 0, 1000), 'sigma', 'a number from 0 to 1000', step.sigma);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      return;
    case 'boxBlur':
      expect(isWithin(step.radius, 0, 1000), 'radius', 'a number from 0 to 1000', step.radius);
      return;
    case 'flatten':
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    case 'crop':
      expect(isWhole(step.x, MAX_SIDE), 'x', `a whole number from 0 to ${MAX_SIDE}`, step.x);
      expect(isWhole(step.y, MAX_SIDE), 'y', `a whole number from 0 to ${MAX_SIDE}`, step.y);
      expect(isGivenSide(step.width), 'width', `a whole number from 1 to ${MAX_SIDE}`, step.width);
      expect(isGivenSide(step.height), 'height', `a whole number from 1 to ${MAX_SIDE}`, step.height);
      return;
    case 'extend':
      for (const side of ['top', 'right', 'bottom', 'left'] as const) {
        expect(isWhole(step[side], MAX_SIDE), side, `a whole number from 0 to ${MAX_SIDE}`, step[side]);
      }
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    case 'sharpen':
      expect(isWithin(step.sigma, 0, 1000), 'sigma', 'a number from 0 to 1000', step.sigma);
      expect(isWhole(step.percent, 1000), 'percent', 'a whole number from 0 to 1000', step.percent);
      expect(isWhole(step.threshold, 255), 'threshold', 'a whole number from 0 to 255', step.threshold);
      return;
    case 'convolve':
      expect(
        isNumbers(step.weights, 9) || isNumbers(step.weights, 25),
        'weights',
        '9 or 25 finite numbers',
        step.weights,
      );
      expect(
        step.scale === undefined || (Number.isFinite(step.scale) && step.scale !== 0),
        'scale',
        'a finite number other than 0',
        step.scale,
      );
      expect(Number.isFinite(step.offset), 'offset', 'a finite number', step.offset);
      return;
    case 'linear':
      expect(isWithin(step.scale, -1000, 1000), 'scale', 'a number from -1000 to 1000', step.scale);
      expect(isWithin(step.offset, -1e5, 1e5), 'offset', 'a number from -100000 to 100000', step.offset);
      return;
    case 'threshold':
      expect(isWhole(step.least, 255), 'least', 'a whole number from 0 to 255', step.least);
      return;
    case 'recolour':
      expect(isNumbers(step.matrix, 12), 'matrix', '12 finite numbers', step.matrix);
      return;
    case 'point':
      expect(isTable(step.table), 'table', '256 whole numbers from 0 to 255', step.table);
      return;
    case 'map':
      expect(URL.canParse(step.module), 'module', 'a URL, such as new URL("./op.js", import.meta.url)', step.module);
      expect(canClone(step.params), 'params', 'something that structured clone can carry', step.params);
      expect(isHalo(step.halo), 'halo', 'a whole number from 0 to 1024', step.halo);
      return;
    case 'composite':
      expect(blendModes.includes(step.mode), 'mode', `one of ${blendModes.join(', ')}`, step.mode);
      expect(isPosition(step.position), 'position', 'a name such as southeast, or two fractions', step.position);
      expect(isPlace(step.x), 'x', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.x);
      expect(isPlace(step.y), 'y', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.y);
      return checkOperand(step, index, expect);
    case 'blend':
      expect(isWithin(step.amount, -1000, 1000), 'amount', 'a number from -1000 to 1000', step.amount);
      return checkOperand(step, index, expect);
    case 'combine':
      expect(combinations.includes(step.operation), 'operation', `one of ${combinations.join(', ')}`, step.operation);
      return checkOperand(step, index, expect);
    case 'paint':
      expect(isColour(step.colour), 'colour', 'four whole numbers from 0 to 255', step.colour);
      expect(isPlace(step.x), 'x', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.x);
      expect(isPlace(step.y), 'y', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.y);
      return checkOperand(step, index, expect);
    case 'mapWasm':
      expect(URL.canParse(step.module), 'module', 'a URL, such as new URL("./op.wasm", import.meta.url)', step.module);
      expect(isName(step.function), 'function', 'the name of an exported function', step.function);
      expect(isParams(step.params), 'params', 'at most 1024 finite numbers', step.params);
      expect(isHalo(step.halo), 'halo', 'a whole number from 0 to 1024', step.halo);
      return;
    case 'tap':
      expect(isName(step.name), 'name', 'a string that is not empty', step.name);
      expect(URL.canParse(step.module), 'module', 'a URL, such as new URL("./op.js", import.meta.url)', step.module);
      expect(canClone(step.params), 'params', 'something that structured clone can carry', step.params);
      return;
    case 'autocontrast':
      expect(isPair(step.cutoff, 0, 100), 'cutoff', 'a number from 0 to 100, or two', step.cutoff);
      expect(isValues(step.ignore), 'ignore', 'a whole number from 0 to 255, or a list of them', step.ignore);
      expect(typeof step.preserveTone === 'boolean', 'preserveTone', 'true or false', step.preserveTone);
      return;
    case 'clahe':
      expect(
        isPair(step.tiles, 1, 64) && step.tiles.every(Number.isInteger),
        'tiles',
        'two whole numbers from 1 to 64',
        step.tiles,
      );
      expect(isWithin(step.limit, 0, 256), 'limit', 'a number from 0 to 256', step.limit);
      return;
    case 'trim':
      expect(
        step.background === undefined || isColour(step.background),
        'background',
        'four whole numbers from 0 to 255',
        step.background,
      );
      expect(isWhole(step.threshold, 255), 'threshold', 'a whole number from 0 to 255', step.threshold);
      return;
    case 'rotate':
      expect(Number.isFinite(step.angle), 'angle', 'a finite number of degrees', step.angle);
      expect(typeof step.expand === 'boolean', 'expand', 'true or false', step.expand);
      expect(step.centre === undefined || isNumbers(step.centre, 2), 'centre', 'two finite numbers', step.centre);
      expect(
        step.translate === undefined || isNumbers(step.translate, 2),
        'translate',
        'two finite numbers',
        step.translate,
      );
      expect(warpFilters.includes(step.filter), 'filter', `one of ${warpFilters.join(', ')}`, step.filter);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    case 'affine':
    case 'perspective': {
      const count = step.op === 'affine' ? 6 : 8;
      expect(isTransform(step.matrix, count), 'matrix', `${count} numbers from -1e9 to 1e9`, step.matrix);
      expect(isSide(step.width), 'width', `a whole number from 1 to ${MAX_SIDE}`, step.width);
      expect(isSide(step.height), 'height', `a whole number from 1 to ${MAX_SIDE}`, step.height);
      expect(warpFilters.includes(step.filter), 'filter', `one of ${warpFilters.join(', ')}`, step.filter);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    }
    case 'orient':
      expect(
        isWhole(step.orientation, 8) && step.orientation > 0,
        'orientation',
        'a whole number from 1 to 8',
        step.orientation,
      );
      return;
    case 'reduce':
      expect(isBlockSide(step.across), 'across', 'a whole number from 1 to 4095', step.across);
      expect(isBlockSide(step.down), 'down', 'a whole number from 1 to 4095', step.down);
      return;
    case 'median':
    case 'minimum':
    case 'maximum':
      expect(isWhole(step.size, 255) && step.size % 2 === 1, 'size', 'an odd number from 1 to 255', step.size);
      return;
    case 'toLinearLight':
      expect(step.mode === undefined || LIGHT_MODES.includes(step.mode), 'mode', LIGHT_MODES.join(' or '), step.mode);
      return;
    case 'fromLinearLight':
    case 'grayscale':
    case 'flip':
    case 'flop':
    case 'equalize':
      return;
    default:
      throw new PlanError(
        `step ${index + 1}: there is no operation ${show((step as { op?: unknown } | undefined)?.op)}`,
      );
  }
}

/** Refuses a step's second input. */
function checkOperand(step: JoinStep, index: number, expect: Expect): void {
  const { input, steps } = step.with ?? {};
  expect(input === undefined || isName(input), 'input', 'a name that is not empty', input);
  expect(Array.isArray(steps), 'with', 'an operand with steps', step.with);
  expectNames(`step ${index + 1}, ${step.op}, with`, step.with, OPERAND_NAMES);
  expect(!steps.some(({ op }) => op === 'tap'), 'with', 'steps without a tap', steps);
  steps.forEach(checkStep);
}

function isPlace(value: unknown): boolean {
  return Number.isInteger(value) && isWithin(value, -MAX_SIDE, MAX_SIDE);
}

function isSide(value: unknown): boolean {
  return value === undefined || isGivenSide(value);
}

function isGivenSide(value: unknown): boolean {
  return Number.isInteger(value) && isWithin(value, 1, MAX_SIDE);
}

/** Whether it is a number from `least` to `most`. */
export function isBlockSide(value: unknown): boolean {
  return Number.isInteger(value) && isWithin(value, 1, 4095);
}

export function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isPrecision(value: unknown): boolean {
  return value === undefined || value === 'exact' || value === 'fast';
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && isWithin(value, 0, most);
}

function isPair(value: unknown, least: number, most: number): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => isWithin(each, least, most));
}

function isValues(value: unknown): boolean {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.every((each) => isWhole(each, 255));
}

function isTable(table: unknown): boolean {
  return Array.isArray(table) && table.length === 256 && table.every((value) => isWhole(value, 255));
}

function isNumbers(numbers: unknown, count: number): boolean {
  return Array.isArray(numbers) && numbers.length === count && numbers.every(Number.isFinite);
}

function isTransform(numbers: unknown, count: number): boolean {
  return Array.isArray(numbers) && numbers.length === count && numbers.every((value) => isWithin(value, -1e9, 1e9));
}

function isPosition(position: unknown): boolean {
  if (position === undefined) return true;
  try {
    positionFractions(position as Position);
    return true;
  } catch {
    return false;
  }
}

function isHalo(value: unknown): boolean {
  return value === undefined || isWhole(value, 1024);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isParams(params: unknown): boolean {
  return Array.isArray(params) && params.length <= 1024 && params.every(Number.isFinite);
}

function isColour(value: unknown): boolean {
  const isByte = (each: unknown) => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= 255;
  return Array.isArray(value) && value.length === 4 && value.every(isByte);
}

function canClone(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
