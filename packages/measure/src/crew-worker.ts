/** A thread of a crew: makes its member, waits at the word, takes steps until the word says that the time is up. */
import { parentPort, workerData } from 'node:worker_threads';
import { type CrewContext, GATHER, LATENCY, MEASURE, type Member, OVER, type Report, WARM_UP } from './crew.ts';
import { LatencyHistogram } from './histogram.ts';

/** Milliseconds after which a sleeper looks again whether the crew is over: so long a thread can be late at its end. */
const LOOK_AGAIN = 2;
/** Operations that are timed one by one between two looks at the phase. */
const TIMED = 64;

const { module, name, index, threads, data, phase, steps } = workerData;
let member: Member | undefined;
const word: Int32Array = phase;
const phaseIs = (value: number): boolean => Atomics.load(word, 0) === value;

const context: CrewContext = {
  index,
  threads,
  data,
  isOver,
  waitWhile(words, at, value) {
    while (Atomics.load(words, at) === value) {
      if (Atomics.wait(words, at, value, LOOK_AGAIN) === 'timed-out' && isOver()) return false;
    }
    return true;
  },
};

/** Without single operations to time, everything is over behind the steps. */
function isOver(): boolean {
  return phaseIs(OVER) || (phaseIs(LATENCY) && member?.one === undefined);
}

const make: (context: CrewContext) => Member | Promise<Member> = (await import(module))[name];
if (typeof make !== 'function') throw new TypeError(`name: ${module} exports no function ${name}`);
member = await make(context);

parentPort!.postMessage('ready');
Atomics.wait(word, 0, GATHER);
while (phaseIs(WARM_UP)) member!.step();
const begun = now();
const operations = steps === undefined ? countForTime() : countSteps(steps);
const ended = now();
if (steps !== undefined) Atomics.add(word, 1, 1); // the word of those that have done their steps
const latency = timeSingles();
const answer = await member!.end?.();
parentPort!.postMessage({ operations, begun, ended, latency, answer } satisfies Report);

/** Milliseconds of a clock that all threads have in common: each thread's `performance.now()` begins when it did. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function countForTime(): number {
  let done = 0;
  // At least one: on a busy machine a thread may sleep through a short time.
  do done += member!.step();
  while (phaseIs(MEASURE));
  return done;
}

function countSteps(times: number): number {
  let done = 0;
  for (let i = 0; i < times; i++) done += member!.step();
  return done;
}

/** Waits for the phase in which operations are timed; without a member that can, or that phase, until the crew is over. */
function timeSingles(): Uint32Array | undefined {
  Atomics.wait(word, 0, MEASURE);
  const { one } = member!;
  if (!one || !phaseIs(LATENCY)) {
    if (!one) Atomics.wait(word, 0, LATENCY);
    return undefined;
  }
  const histogram = new LatencyHistogram();
  while (phaseIs(LATENCY)) {
    for (let i = 0; i < TIMED; i++) {
      const started = performance.now();
      one();
      histogram.record((performance.now() - started) * 1e6);
    }
  }
  return histogram.words;
}
