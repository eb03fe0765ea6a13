/** Built-in loops whose callbacks or elements have steps, one element after the other. */
import { isSteps, type PlainAccess, type StepGenerator, type View } from './context.ts';

type Callback = (...args: unknown[]) => unknown;

/** `array.method(callback, …)` for the methods that take a callback. */
export function* eachOf(method: string, array: readonly unknown[], callback: Callback, ...rest: unknown[]): StepGenerator {
  if (method === 'reduce') return yield* reduce(array, callback, rest);
  const results: unknown[] = [];
  for (let i = 0; i < array.length; i++) {
    const made = callback(array[i], i, array);
    results.push(isSteps(made) ? yield* made : made);
    if (method === 'some' && results[i]) return true;
    if (method === 'every' && !results[i]) return false;
    if (method === 'find' && results[i]) return array[i];
    if (method === 'findIndex' && results[i]) return i;
  }
  return answer(method, array, results);
}

function answer(method: string, array: readonly unknown[], results: readonly unknown[]): unknown {
  switch (method) {
    case 'map':
      return results;
    case 'flatMap':
      return results.flat();
    case 'filter':
      return array.filter((_, i) => results[i]);
    case 'some':
      return false;
    case 'every':
      return true;
    case 'findIndex':
      return -1;
    default:
      return undefined;
  }
}

function* reduce(array: readonly unknown[], callback: Callback, rest: readonly unknown[]): StepGenerator {
  if (array.length === 0 && rest.length === 0) throw new TypeError('Reduce of empty array with no initial value');
  let value = rest.length > 0 ? rest[0] : array[0];
  for (let i = rest.length > 0 ? 0 : 1; i < array.length; i++) {
    const made = callback(value, array[i], i, array);
    value = isSteps(made) ? yield* made : made;
  }
  return value;
}

export type ViewMethod = 'fill' | 'set' | 'slice' | 'copyWithin';

type Loop = ($: PlainAccess, site: number, view: View, ...args: never[]) => StepGenerator;

/** A method of a typed array: element by element, or as one step. */
export function* runViewMethod($: PlainAccess, method: ViewMethod, oneStep: boolean, site: number, view: View, args: readonly unknown[]): StepGenerator {
  if (!oneStep) return yield* (LOOPS[method] as Loop)($, site, view, ...(args as never[]));
  const { from, to } = changedBy(method, view, args);
  const native = (view as unknown as Record<ViewMethod, (...rest: unknown[]) => unknown>)[method];
  return yield $.bulk(view, from, to, () => native.apply(view, [...args]), site);
}

function changedBy(method: ViewMethod, view: View, args: readonly unknown[]): { from: number; to: number } {
  const { length } = view;
  if (method === 'slice') return { from: 0, to: 0 };
  if (method === 'fill') return { from: clamp(args[1], length, 0), to: clamp(args[2], length, length) };
  if (method === 'set') {
    const offset = Number(args[1] ?? 0);
    return { from: Math.min(offset, length), to: Math.min(length, offset + (args[0] as ArrayLike<unknown>).length) };
  }
  const to = clamp(args[0], length, 0);
  const count = clamp(args[2], length, length) - clamp(args[1], length, 0);
  return { from: to, to: Math.min(length, to + Math.max(0, count)) };
}

function clamp(value: unknown, length: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  const whole = Math.trunc(Number(value)) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(length, whole);
}

function* fillView($: PlainAccess, site: number, view: View, value: unknown, start?: number, end?: number): StepGenerator {
  const last = clamp(end, view.length, view.length);
  for (let i = clamp(start, view.length, 0); i < last; i++) yield $.set(view, i, value, site);
  return view;
}

function* setView($: PlainAccess, site: number, view: View, source: ArrayLike<unknown>, offset = 0): StepGenerator {
  if (offset + source.length > view.length) throw new RangeError('offset is out of bounds');
  for (let i = 0; i < source.length; i++) {
    const value = ArrayBuffer.isView(source) ? yield $.get(source as View, i, site) : source[i];
    yield $.set(view, offset + i, value, site);
  }
  return undefined;
}

function* sliceView($: PlainAccess, site: number, view: View, start?: number, end?: number): StepGenerator {
  const first = clamp(start, view.length, 0);
  const last = Math.max(first, clamp(end, view.length, view.length));
  const made = new (view.constructor as new (length: number) => { [index: number]: unknown })(last - first);
  for (let i = first; i < last; i++) made[i - first] = yield $.get(view, i, site);
  return made;
}

function* copyWithinView($: PlainAccess, site: number, view: View, target: number, start?: number, end?: number): StepGenerator {
  const copy = (yield* sliceView($, site, view, start, end)) as ArrayLike<unknown>;
  const to = clamp(target, view.length, 0);
  for (let i = 0; i < copy.length && to + i < view.length; i++) yield $.set(view, to + i, copy[i], site);
  return view;
}

const LOOPS = { fill: fillView, set: setView, slice: sliceView, copyWithin: copyWithinView } as const;
