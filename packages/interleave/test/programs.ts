/**
 * Small random programs, and an independent, naive enumeration of all their interleavings.
 * Each thread has one register; memory has three words.
 */
import fc from 'fast-check';
import { type LoadedScenario, scenario } from '../src/index.ts';
import type { Context } from '../src/machine/context.ts';

export const WORDS = 3;

export type Instruction =
  | { readonly op: 'load' | 'addRegister' | 'exchange' | 'plainLoad' | 'plainStore'; readonly word: number }
  | { readonly op: 'cas'; readonly word: number; readonly expected: number; readonly value: number }
  | { readonly op: 'wait'; readonly word: number; readonly expected: number; readonly timed: boolean }
  | { readonly op: 'spin'; readonly word: number }
  | { readonly op: 'notify'; readonly word: number; readonly count: number }
  | { readonly op: 'skipIfZero' };

export type Program = readonly Instruction[];

const word = fc.integer({ min: 0, max: WORDS - 1 });
const small = fc.integer({ min: 0, max: 2 });

const straight: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record({ op: fc.constantFrom('load' as const, 'addRegister' as const, 'exchange' as const, 'plainLoad' as const, 'plainStore' as const), word }),
  fc.record({ op: fc.constant('cas' as const), word, expected: small, value: small }),
  fc.record({ op: fc.constant('skipIfZero' as const) }),
);
const waiting: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record({ op: fc.constant('wait' as const), word, expected: fc.constantFrom(0, 1), timed: fc.boolean() }),
  fc.record({ op: fc.constant('notify' as const), word, count: fc.constantFrom(1, 2) }),
  straight,
);

const spinning: fc.Arbitrary<Instruction> = fc.oneof(fc.record({ op: fc.constant('spin' as const), word }), straight);
/** A spin looks this often, and goes on with what it saw last. */
const SPINS = 4;

export const spinningPrograms: fc.Arbitrary<Program[]> = fc.array(fc.array(spinning, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 2 });
export const straightPrograms: fc.Arbitrary<Program[]> = fc.array(fc.array(straight, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 3 });
export const waitingPrograms: fc.Arbitrary<Program[]> = fc.array(fc.array(waiting, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 3 });

const OUTCOME_CODES: Readonly<Record<string, number>> = { 'ok': 1, 'not-equal': 2, 'timed-out': 3 };

/** One thread of a program, as the explorer runs it. */
function* runProgram($: Context, words: Int32Array, program: Program, id: number): Generator<unknown, number, unknown> {
  let register = id + 1;
  for (let i = 0; i < program.length; i++) {
    const step = program[i]!;
    switch (step.op) {
      case 'load': register = (yield $.load(words, step.word, i)) as number; break;
      case 'plainLoad': register = (yield $.get(words, step.word, i)) as number; break;
      case 'plainStore': yield $.set(words, step.word, register, i); break;
      case 'addRegister': register = (yield $.add(words, step.word, register, i)) as number; break;
      case 'exchange': register = (yield $.exchange(words, step.word, register, i)) as number; break;
      case 'cas': register = (yield $.compareExchange(words, step.word, step.expected, step.value, i)) as number; break;
      case 'wait': register = OUTCOME_CODES[(yield $.wait(words, step.word, step.expected, step.timed ? 5 : undefined, i)) as string]!; break;
      case 'spin':
        for (let round = 0; round < SPINS; round++) {
          register = (yield $.load(words, step.word, i)) as number;
          if (register !== 0) break;
        }
        break;
      case 'notify': register = (yield $.notify(words, step.word, step.count, i)) as number; break;
      case 'skipIfZero': if (register === 0) i++; break;
    }
  }
  return register;
}

/** A scenario of the programs, without any file; `report` is told how each run ended. */
export function scenarioOf(programs: readonly Program[], crashes: boolean, report: (end: string) => void): LoadedScenario {
  return {
    name: 'programs',
    exportName: 'programs',
    url: 'file:///programs',
    sites: [],
    instantiate: ($) => scenario<undefined>({
      name: 'programs',
      memory: 4 * WORDS,
      threads: programs.map((program, id) => ({
        name: `t${id}`,
        mortal: crashes,
        run: (env) => runProgram($, env.words, program, id),
      })),
      finally: (env, outcome) => report(endOf([...env.words], programs.map((_, id) => outcome.values[`t${id}`] as number | undefined ?? -1))),
    }),
  };
}

function endOf(memory: readonly number[], registers: readonly number[]): string {
  return `${memory.join()}|${registers.join()}`;
}

interface SimpleThread {
  readonly at: number;
  readonly register: number;
  readonly rounds: number;
  readonly state: 'ready' | 'asleep' | 'dead';
}

interface SimpleState {
  readonly memory: readonly number[];
  readonly threads: readonly SimpleThread[];
  /** Sleepers in the order in which they went to sleep. */
  readonly queue: readonly number[];
  readonly crashes: number;
}

/** All ends of all interleavings, by brute force; `deadlock` is one of them. */
export function enumerate(programs: readonly Program[], crashes: number): Set<string> {
  const ends = new Set<string>();
  const go = (state: SimpleState): void => {
    const next = successors(state, programs);
    if (next.length > 0) return next.forEach((other) => go(other));
    const isStuck = state.threads.some((thread, id) => thread.state === 'asleep' || (thread.state === 'ready' && thread.at < programs[id]!.length));
    ends.add(isStuck ? 'deadlock' : endOf(state.memory, state.threads.map((t) => (t.state === 'dead' ? -1 : t.register))));
  };
  const threads = programs.map((_, id): SimpleThread => ({ at: 0, register: id + 1, rounds: 0, state: 'ready' }));
  const start: SimpleState = { memory: new Array<number>(WORDS).fill(0), threads, queue: [], crashes };
  go({ ...start, threads: threads.map((thread, id) => settle(thread, programs[id]!)) });
  return ends;
}

/** Runs what touches no memory. */
function settle(thread: SimpleThread, program: Program): SimpleThread {
  let { at } = thread;
  while (program[at]?.op === 'skipIfZero') at += thread.register === 0 ? 2 : 1;
  return { ...thread, at };
}

function successors(state: SimpleState, programs: readonly Program[]): SimpleState[] {
  const steps: SimpleState[] = [];
  const kills: SimpleState[] = [];
  for (const [id, thread] of state.threads.entries()) {
    const program = programs[id]!;
    const isLive = thread.state === 'asleep' || (thread.state === 'ready' && thread.at < program.length);
    if (!isLive) continue;
    const step = program[thread.at]!;
    if (thread.state === 'ready') steps.push(stepOf(state, id, programs));
    else if (step.op === 'wait' && step.timed) steps.push(wake(state, [id], OUTCOME_CODES['timed-out']!, programs));
    if (state.crashes === 0) continue;
    const threads = state.threads.with(id, { ...thread, state: 'dead' as const });
    kills.push({ ...state, threads, queue: state.queue.filter((other) => other !== id), crashes: state.crashes - 1 });
  }
  // A state in which only deaths are left has ended: the explorer judges it as it is.
  return steps.length === 0 ? [] : [...steps, ...kills];
}

function wake(state: SimpleState, ids: readonly number[], code: number, programs: readonly Program[]): SimpleState {
  const threads = state.threads.map((thread, id) => (ids.includes(id)
    ? settle({ at: thread.at + 1, register: code, rounds: 0, state: 'ready' }, programs[id]!)
    : thread));
  return { ...state, threads, queue: state.queue.filter((id) => !ids.includes(id)) };
}

function stepOf(state: SimpleState, id: number, programs: readonly Program[]): SimpleState {
  const thread = state.threads[id]!;
  const step = programs[id]![thread.at]!;
  if (step.op === 'skipIfZero') throw new Error('settled already');
  const old = state.memory[step.word]!;
  const to = (memory: number, register: number): SimpleState => ({
    ...state,
    memory: state.memory.with(step.word, memory),
    threads: state.threads.with(id, settle({ at: thread.at + 1, register, rounds: 0, state: 'ready' }, programs[id]!)),
  });
  switch (step.op) {
    case 'load':
    case 'plainLoad': return to(old, old);
    case 'plainStore': return to(thread.register, thread.register);
    case 'addRegister': return to(old + thread.register, old);
    case 'exchange': return to(thread.register, old);
    case 'cas': return to(old === step.expected ? step.value : old, old);
    case 'spin':
      if (old !== 0 || thread.rounds === SPINS - 1) return to(old, old);
      return { ...state, threads: state.threads.with(id, { ...thread, rounds: thread.rounds + 1 }) };
    case 'wait':
      if (old !== step.expected) return to(old, OUTCOME_CODES['not-equal']!);
      return { ...state, threads: state.threads.with(id, { ...thread, state: 'asleep' }), queue: [...state.queue, id] };
    case 'notify': {
      const sleepers = state.queue.filter((other) => (programs[other]![state.threads[other]!.at] as { word: number }).word === step.word).slice(0, step.count);
      const after = to(old, sleepers.length);
      return wake(after, sleepers, OUTCOME_CODES['ok']!, programs);
    }
  }
}
