/**
 * The allocator: loops of one thread, and the workloads of mimalloc-bench, written anew from their description. Every workload is a
 * program twice, in `js/` and in `native/`, with the same parameters and the same generator from the same seed.
 */
import { together } from '../run/program.js';
import { javascript, native } from './contenders.js';

/** Operations of a repetition and repetitions: short ones and many, so that on a busy machine some run without an interruption. */
const LOOP = [200_000, 100];
/** For allocators that take microseconds. */
const SLOW_LOOP = [10_000, 100];

/**
 * Milliseconds before the clock starts. Every thread of JavaScript compiles the program for itself, beside others on the same cores:
 * with 200 ms, four threads of larson took twice the processor time for an operation of what they take after 800.
 */
const WARM_UP = 800;
const QUICK_WARM_UP = 300;
const NATIVE_WARM_UP = 100;

/**
 * By group: the program, its kind, and whether blocks go from thread to thread, which buffers of one thread cannot. `isLarge`: so
 * many blocks live that @thi.ng/malloc, whose free() walks the list of them, would take minutes. `hasGoal`: goals.js asks for it, so it
 * runs with one lane and with two, and with more rounds; the others have two lanes only.
 */
const WORKLOADS = {
  'larson: slots change hands between two threads': {
    program: 'larson',
    isShared: true,
    lanes: 2,
    isQuick: true,
    hasGoal: true,
  },
  'xmalloc: one allocates, one frees, 64 bytes': {
    program: 'xmalloc',
    kind: '64',
    isShared: true,
    lanes: 2,
    isLarge: true,
    isQuick: true,
    hasGoal: true,
  },
  'xmalloc: one allocates, one frees, 17 sizes': {
    program: 'xmalloc',
    kind: 'mixed',
    isShared: true,
    lanes: 2,
    isLarge: true,
    hasGoal: true,
  },
  'mstress: exchange with checked contents': { program: 'mstress', isShared: true, isQuick: true },
  'rptest: parcels to the next thread': { program: 'rptest', isShared: true },
  'sh8: a histogram of sizes, tiny ones freed by others': { program: 'sh', kind: '8', isShared: true, isLarge: true },
  'sh6: bulk frees around a window': { program: 'sh', kind: '6', isLarge: true },
  'alloc-test: hot and cold slots': { program: 'alloc-test', isLarge: true, isQuick: true },
  'glibc-thread: slots of each thread': { program: 'glibc-thread', isQuick: true, hasGoal: true },
  'glibc-simple: all allocated, then all freed': { program: 'glibc-simple' },
  'cache-thrash: active false sharing': { program: 'cache', kind: 'thrash' },
  'cache-scratch: passive false sharing': { program: 'cache', kind: 'scratch', isShared: true },
};

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function alloc(run) {
  const { contenders: natives, python, missing } = native();
  for (const line of missing) run.skip(line);
  for (const { name, version } of [...natives, ...python]) run.versions[name] = version;
  const ours = javascript('sharena');
  const modern = javascript('sharena modern');
  const buffers = [javascript('Uint8Array'), javascript('SharedArrayBuffer')];
  const pool = javascript('@thi.ng/malloc');
  const all = [ours, ...natives, pool, ...buffers];
  const others = [...natives, ...python, pool, ...buffers];

  await pairs(run, ours, natives, others);
  await run.group(
    'replacement over 1000 slots, 1 to 512 bytes',
    loops([ours, modern, ...others], 'slots', [], run.quick),
    {
      rounds: run.rounds(5),
    },
  );
  await live(run, ours);
  for (const [group, workload] of Object.entries(WORKLOADS)) {
    if (run.quick && !workload.isQuick) continue;
    const contenders = all.filter(
      (each) => !(workload.isShared && buffers.includes(each)) && !(workload.isLarge && each === pool),
    );
    await crews(run, group, workload, contenders);
  }
}

/** Ours in an empty heap and beside one live block, which keeps the pool in its ring. */
async function pairs(run, ours, natives, others) {
  const beside = {
    ...ours,
    name: 'sharena, one live block',
    run: (program, args) => ours.run(program, [...args, 'live']),
  };
  await run.group('malloc(64), free()', loops([ours, beside, ...others], 'pair', [64], run.quick), {
    rounds: run.rounds(5),
  });
  if (run.quick) return;
  for (const bytes of [1024, 16_384])
    await run.group(`malloc(${bytes}), free()`, loops([beside, ...natives], 'pair', [bytes]), {
      rounds: run.rounds(5),
    });
}

function loops(contenders, program, args, isQuick = false) {
  return contenders.map((each) => {
    const isSlow = program === 'slots' && !each.isNative && !each.name.startsWith('sharena');
    const [count, repetitions] = isSlow ? SLOW_LOOP : LOOP;
    const loop = [count, isQuick ? repetitions / 4 : repetitions];
    return { name: each.name, isControl: each.isNative, run: () => each.run(program, [...args, ...loop]) };
  });
}

async function live(run, ours) {
  const counts = (run.quick ? [3, 5] : [3, 4, 5, 6, 7]).map((power) => 10 ** power);
  const cases = counts.flatMap((count) => {
    const names = [`a pair beside ${count}`, `each of ${count}, allocated and freed`];
    return together(async () => {
      const { pair, operation } = await ours.run('live', [count]);
      return { [names[0]]: pair, [names[1]]: operation };
    }, names);
  });
  await run.group('many live blocks of 64 bytes', cases, { rounds: run.rounds(3, 1) });
}

async function crews(run, group, { program, kind = '-', hasGoal, lanes: threadsOfLane = 1 }, contenders) {
  const time = run.quick ? 120 : 300;
  const widths = hasGoal ? lanesOf(run) : lanesOf(run).slice(-1);
  const cases = contenders.flatMap((each) =>
    widths.map((lanes) => ({
      name: each.name,
      threads: lanes * threadsOfLane,
      isControl: each.isNative,
      run: () => runLanes(each, lanes),
    })),
  );
  await run.group(group, cases, { rounds: run.rounds(hasGoal ? 5 : 3, 1) });

  /** In C a workload is a program; in JavaScript one program runs all of them. */
  function runLanes(contender, lanes) {
    if (contender.isNative) return contender.run(program, [kind, lanes, NATIVE_WARM_UP, time]);
    return contender.run('crew', [program, kind, lanes, run.quick ? QUICK_WARM_UP : WARM_UP, time]);
  }
}

/** One lane and as many as the most threads that were asked for, up to two: more lanes than cores measure the scheduler. */
function lanesOf(run) {
  return [...new Set([1, Math.min(2, Math.max(...run.threads))])];
}
