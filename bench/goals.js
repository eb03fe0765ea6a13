/**
 * The goals that Sharena sets itself, all in one place: what was asked for, what a run measured, and by which command. Ratios are
 * medians of the rounds' ratios where both were measured in the same rounds.
 */
import { keyOf, median } from '@sharena/measure';

const ALLOC = 'npm run bench -- alloc';
const PIPELINES = 'npm run bench -- pipelines';
const SYNC = 'npm run bench -- sync';

/**
 * @typedef {object} Goal
 * @property {string} goal what is asked for
 * @property {string} bound such as `<= 0.6`
 * @property {string} command
 * @property {number | undefined} measured undefined when the results have nothing about it
 * @property {boolean | undefined} isReached
 */

/** @type {{ goal: string, bound: string, command: string, of: (view: View) => number | undefined }[]} */
const GOALS = [
  {
    goal: 'sync: a Mutex that nobody else wants, locked and unlocked, nanoseconds',
    bound: '<= 25',
    command: `${SYNC} --only "Mutex, lock"`,
    of: (view) => view.median('sync', 'Mutex, lock and unlock, one thread', 'Mutex.create()'),
  },
  {
    goal: "sync: locks that 2 and 4 threads want, throughput by that of atomics-sync's algorithms: the worst",
    bound: '>= 1',
    command: `${SYNC} --only "nothing inside" --threads 2,4`,
    of: (view) => view.least(CONTENDED.flatMap(([pair, counts]) => counts.map((count) => view.locks(pair, count)))),
  },
  {
    goal: 'heap: 64 bytes, allocated and freed, time by that of glibc',
    bound: '<= 0.6',
    command: `${ALLOC} --only "malloc(64)"`,
    of: (view) => view.ratio('alloc', 'malloc(64), free()', 'sharena', ['glibc']),
  },
  {
    goal: 'heap: the same by the faster of mimalloc and jemalloc',
    bound: '<= 0.8',
    command: `${ALLOC} --only "malloc(64)"`,
    of: (view) => view.ratio('alloc', 'malloc(64), free()', 'sharena', ['mimalloc', 'jemalloc']),
  },
  {
    goal: 'heap: random replacement over 1000 slots, time by that of glibc',
    bound: '<= 0.7',
    command: `${ALLOC} --only replacement`,
    of: (view) => view.ratio('alloc', 'replacement over 1000 slots, 1 to 512 bytes', 'sharena', ['glibc']),
  },
  {
    goal: 'heap: the same by that of mimalloc',
    bound: '<= 1.2',
    command: `${ALLOC} --only replacement`,
    of: (view) => view.ratio('alloc', 'replacement over 1000 slots, 1 to 512 bytes', 'sharena', ['mimalloc']),
  },
  ...[1024, 16_384].map((bytes) => ({
    goal: `heap: ${bytes / 1024} KiB, allocated and freed, time by that of 64 bytes`,
    bound: '<= 3',
    command: `${ALLOC} --only "malloc("`,
    of: (view) => {
      const live = 'sharena, one live block';
      const large = view.median('alloc', `malloc(${bytes}), free()`, live);
      return large && large / view.median('alloc', 'malloc(64), free()', live);
    },
  })),
  {
    goal: 'heap: a block beside 10^7 live ones, time by that beside 10^3, allocating them and a pair: the worse',
    bound: '<= 2',
    command: `${ALLOC} --only "live blocks"`,
    of: (view) => view.greatest([view.live('a pair beside N'), view.live('each of N, allocated and freed')]),
  },
  ...['larson: slots change hands between two threads', 'glibc-thread: slots of each thread'].map((group) => ({
    goal: `heap: ${group.split(':')[0]}, throughput of two lanes by that of one`,
    bound: '>= 1.8',
    command: `${ALLOC} --only ${group.split(':')[0]}`,
    of: (view) => view.scaling('alloc', group, 'sharena', 2),
  })),
  ...['64 bytes', '17 sizes'].map((sizes) => ({
    goal: `heap: xmalloc, ${sizes}, throughput by that of mimalloc`,
    bound: '>= 1',
    command: `${ALLOC} --only xmalloc`,
    of: (view) => view.ratio('alloc', `xmalloc: one allocates, one frees, ${sizes}`, 'sharena', ['mimalloc'], 2),
  })),
  {
    goal: 'heap: most bytes in spans in the last tenth of 1000 rounds of threads that exchange and die, by the most in the first fifth',
    bound: '<= 1.1',
    command: 'npm run bench -- memory --only growth',
    of: (view) => view.growth(1000),
  },
  {
    goal: 'heap: resident set after a gibibyte was freed, by that before, purge immediate',
    bound: '<= 1.05',
    command: 'npm run bench -- memory --only bursts',
    of: (view) =>
      view.isQuick
        ? undefined
        : view.median('memory', 'bursts: what is resident afterwards', 'purge immediate', 1, 'part'),
  },
  {
    goal: 'images: 24 megapixels from a warm cache, how many times as fast as a touched SharedArrayBuffer',
    bound: '>= 100',
    command: 'npm run bench -- images --only allocated',
    of: (view) =>
      view.inverse(
        'images',
        '24 megapixels of RGBA, allocated and freed',
        'image of a warm cache',
        'SharedArrayBuffer, touched once',
      ),
  },
  {
    goal: 'images: to a worker and back, how many times as fast as structured clone',
    bound: '>= 1000',
    command: 'npm run bench -- images --only worker',
    of: (view) =>
      view.inverse('images', '24 megapixels of RGBA, to a worker and back', 'reference', 'structured clone'),
  },
  {
    goal: 'images: taken by 2, 4 and 8 threads, throughput by that of one: the worst',
    bound: '>= 1',
    command: 'npm run bench -- images --only taken',
    of: (view) =>
      view.least(
        [2, 4, 8].map((threads) =>
          view.scaling('images', 'images of a megabyte, taken and dropped', 'image of the cache', threads),
        ),
      ),
  },
  {
    goal: 'kernels: the fast variant of every operation, how many times as fast as sharp: the worst',
    bound: '>= 1',
    command: 'npm run bench -- kernels',
    of: (view) => view.least(view.kernels('sharp', ({ isFastest }) => isFastest).map(({ ratio }) => ratio)),
  },
  {
    goal: 'kernels: the exact variant of every operation, how many times as fast as Pillow: the worst',
    bound: '>= 2.5',
    command: 'npm run bench -- kernels',
    of: (view) => view.least(view.kernels('Pillow', ({ isExact }) => isExact).map(({ ratio }) => ratio)),
  },
  {
    goal: 'kernels: how many times as fast as sharp, geometric mean over all',
    bound: '>= 3',
    command: 'npm run bench -- kernels',
    of: (view) => geometricMean(view.kernels('sharp', () => true).map(({ ratio }) => ratio)),
  },
  ...[
    ['geometric mean over the operations on bytes', ({ isWide }) => !isWide],
    ['the same, with those on numbers of more than a byte', () => true],
  ].map(([what, wanted]) => ({
    goal: `kernels: how many times as fast as Pillow, ${what}`,
    bound: '>= 5',
    command: 'npm run bench -- kernels',
    of: (view) => geometricMean(view.kernels('Pillow', wanted).map(({ ratio }) => ratio)),
  })),
  {
    goal: 'kernels: steps on 24 megapixels in strips (resize, blur, sharpen), two threads by one: the worst',
    bound: '>= 1.8',
    command: 'npm run bench -- pipelines --only "one image"',
    of: (view) =>
      view.least(
        ['resize', 'blur', 'sharpen'].map((step) =>
          view.scaling('pipelines', `${step} of 24 megapixels, one image`, 'sharena, in strips', 2),
        ),
      ),
  },
  {
    goal: 'pipeline: thumbnails of a folder of JPEGs, throughput by that of sharp at its best',
    bound: '>= 1',
    command: `${PIPELINES} --only thumbnails`,
    of: (view) => view.ratio('pipelines', THUMBNAILS, 'sharena', SHARPS, 2),
  },
  {
    goal: 'pipeline: one decode to three sizes and a tensor, processor time by that of sharp at its least',
    bound: '<= 0.6',
    command: `${PIPELINES} --only tensor`,
    of: (view) => view.ratio('pipelines', RENDITIONS, 'sharena', FEW_SHARPS, 2, 'processor time'),
  },
  {
    goal: 'pipeline: blur, watermark, sharpen, three sizes, throughput by that of sharp at its best',
    bound: '>= 1.5',
    command: `${PIPELINES} --only watermark`,
    of: (view) => view.ratio('pipelines', WATERMARK, 'sharena', FEW_SHARPS, 2),
  },
  {
    goal: 'pipeline: peak resident set in these three by that of sharp where it is fastest: the worst',
    bound: '<= 1',
    command: `${PIPELINES} --only thumbnails,tensor,watermark`,
    of: (view) =>
      view.greatest(
        [THUMBNAILS, RENDITIONS, WATERMARK].map((group) => {
          const fastest = view.best('pipelines', group, group === THUMBNAILS ? SHARPS : FEW_SHARPS, 2);
          return fastest && view.ratio('pipelines', group, 'sharena', [fastest], 2, 'resident set');
        }),
      ),
  },
  {
    goal: 'pipeline: fifty photographs of 24 megapixels in a heap of 512 MiB, resident set after the runtime was closed by that before',
    bound: '<= 1.1',
    command: 'npm run bench -- memory --only photographs',
    of: (view) =>
      view.isQuick
        ? undefined
        : view.median('memory', 'photographs of 24 megapixels through a heap of 512 MiB', 'sharena', 2, 'part'),
  },
];

/** Locks of ours and the algorithm that atomics-sync has for it, and by how many threads they are wanted. */
const CONTENDED = [
  [
    ['mutex', 'Mutex.create()', 'Mutex'],
    [2, 4],
  ],
  [
    ['mutex', 'Mutex.lock(array, id)', 'Mutex'],
    [2, 4],
  ],
  [
    ['other locks', 'SpinLock.lock(array, id)', 'SpinLock'],
    [2, 4],
  ],
  [
    ['other locks', 'Semaphore.wait(array)', 'Semaphore'],
    [2, 4],
  ],
  [['turns', 'Condition and Mutex', 'Condition'], [2]],
];

const THUMBNAILS = 'thumbnails of JPEGs of 6 megapixels, 800 pixels wide';
const RENDITIONS = 'one decode to three sizes and a tensor';
const WATERMARK = 'blur, watermark, sharpen, three sizes';
/** Settings of sharp: those that are close to each other in none but the thumbnails are not all tried elsewhere. */
const FEW_SHARPS = ['sharp, 2 photos at a time', 'sharp, 2 photos at a time, 2 threads each'];
const SHARPS = [...FEW_SHARPS, 'sharp, 3 photos at a time', 'sharp, 4 photos at a time'];

/**
 * All goals, with what a run measured.
 *
 * @param {import('@sharena/measure').Results} results
 * @returns {Goal[]}
 */
export function goalsOf(results) {
  const view = new View(results);
  return GOALS.map(({ goal, bound, command, of }) => {
    const measured = finite(of(view));
    return { goal, bound, command, measured, isReached: measured === undefined ? undefined : meets(measured, bound) };
  });
}

/** Whether a case of the kernels is an operation of its own. Copies are the floor, and what is done in place is there a second time. */
export function isCounted(name) {
  return !name.startsWith('copy ') && !name.endsWith(', in place');
}

function meets(value, bound) {
  const [comparison, number] = bound.split(' ');
  return comparison === '<=' ? value <= Number(number) : value >= Number(number);
}

function finite(value) {
  return Number.isFinite(value) ? value : undefined;
}

function geometricMean(values) {
  if (values.length === 0) return undefined;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Rounds from which a ratio is held against a goal. */
const LEAST = 3;

/** What goals ask of results. What was not measured is undefined. */
class View {
  constructor(results) {
    this.results = results;
    this.isQuick = results.options.quick;
    this.byKey = new Map(results.measurements.map((each) => [keyOf(each), each.samples]));
    this.primary = new Map();
    for (const each of results.measurements) {
      const key = keyOf({ ...each, metric: '' });
      if (!this.primary.has(key)) this.primary.set(key, each);
    }
  }

  /** The samples of a metric; of the first one, which is what the case is about, unless one is named. */
  samples(suite, group, name, threads = 1, metric = undefined) {
    const subject = { suite, group, name, threads };
    if (metric) return this.byKey.get(keyOf({ ...subject, metric }));
    return this.primary.get(keyOf({ ...subject, metric: '' }))?.samples;
  }

  median(...subject) {
    const samples = this.samples(...subject);
    return samples && median(samples);
  }

  /** Of others the one whose median is the best; undefined unless all of them took part. */
  best(suite, group, others, threads = 1, metric = undefined) {
    const of = (other) => this.samples(suite, group, other, threads, metric);
    if (others.some((other) => !(of(other)?.length >= LEAST))) return undefined;
    const { better } = this.primary.get(keyOf({ suite, group, name: others[0], threads, metric: '' }));
    const sign = better === 'lower' || metric ? 1 : -1; // of metrics that are named less is better
    return others.toSorted((a, b) => sign * (median(of(a)) - median(of(b))))[0];
  }

  /** Ours by the best one of others, round by round. */
  ratio(suite, group, name, others, threads = 1, metric = undefined) {
    const best = this.best(suite, group, others, threads, metric);
    const ours = this.samples(suite, group, name, threads, metric);
    const theirs = best && this.samples(suite, group, best, threads, metric);
    if (!ours || ours.length < LEAST || theirs?.length !== ours.length) return undefined;
    return median(ours.map((value, round) => value / theirs[round]));
  }

  locks([kind, ours, theirs], threads) {
    return this.ratio('sync', `${kind}, nothing inside`, ours, [`atomics-sync, ${theirs}`], threads);
  }

  /** How many times as long another one takes. */
  inverse(suite, group, name, other) {
    const ratio = this.ratio(suite, group, name, [other]);
    return ratio && 1 / ratio;
  }

  /** Throughput with more threads, or lanes, by that with the fewest. */
  scaling(suite, group, name, factor) {
    const own = [...this.primary.values()].filter(
      (each) => each.suite === suite && each.group === group && each.name === name,
    );
    const fewest = Math.min(...own.map(({ threads }) => threads));
    const [one, many] = [fewest, fewest * factor].map((threads) => this.samples(suite, group, name, threads));
    if (!one || !many || one.length < LEAST) return undefined;
    return median(many.map((value, round) => value / one[round]));
  }

  /** What takes how many times as long beside 10^7 blocks as beside 10^3; undefined where there were not so many. */
  live(pattern) {
    const group = 'many live blocks of 64 bytes';
    const [few, many] = [10 ** 3, 10 ** 7].map((count) => this.samples('alloc', group, pattern.replace('N', count)));
    return few && many && median(many) / median(few);
  }

  /** Threads come and go, so the bytes of a moment go up and down by an arena or two: what may not grow is the most of them. */
  growth(rounds) {
    const own = this.results.series.find((each) => each.group.startsWith('growth') && each.metric === 'bytes in spans');
    if (own?.points.at(-1)?.[0] !== rounds) return undefined;
    const most = (isAmong) => Math.max(...own.points.filter(([round]) => isAmong(round)).map(([, bytes]) => bytes));
    return most((round) => round > 0.9 * rounds) / most((round) => round <= rounds / 5);
  }

  /** Of the operations that another one has too: how many times as long that one takes. */
  kernels(who, wanted) {
    if (this.isQuick) return []; // it measures a few of them
    const groups = [
      ...new Set(this.results.measurements.filter(({ suite }) => suite === 'kernels').map(({ group }) => group)),
    ];
    return groups
      .map((group) => ({
        group,
        ratio: this.inverse('kernels', group, 'sharena', who),
        isWide: /(^| )(I;16|I|F)\b/.test(group),
        isExact: !group.endsWith(', fast'),
        isFastest: !groups.includes(group.replace(/, exact$/, ', fast')) || group.endsWith(', fast'),
      }))
      .filter((each) => each.ratio !== undefined && isCounted(each.group) && wanted(each));
  }

  /** The least of all; undefined where one is missing, or where there are none. */
  least(values) {
    return values.length === 0 || values.includes(undefined) ? undefined : Math.min(...values);
  }

  greatest(values) {
    return values.includes(undefined) ? undefined : Math.max(...values);
  }
}
