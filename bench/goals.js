/**
 * The goals that Sharena sets itself, all in one place: what was asked for, what a run measured, and by which command. Ratios are
 * medians of the rounds' ratios where both were measured in the same rounds.
 */
import { keyOf, median } from '@sharena/measure';

const ALLOC = 'npm run bench -- alloc';

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
    goal: 'heap: bytes in spans after 1000 rounds of threads that exchange and die, by those after the first tenth',
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
  ...[
    ['sharp', 3],
    ['Pillow', 5],
  ].map(([who, times]) => ({
    goal: `kernels: how many times as fast as ${who}, geometric mean over all`,
    bound: `>= ${times}`,
    command: 'npm run bench -- kernels',
    of: (view) => geometricMean(view.kernels(who, () => true).map(({ ratio }) => ratio)),
  })),
  {
    goal: 'kernels: blur of 24 megapixels in strips, two threads by one',
    bound: '>= 1.8',
    command: 'npm run bench -- pipelines --only blur',
    of: (view) => view.scaling('pipelines', 'blur of 24 megapixels, one image', 'sharena, in strips', 2),
  },
  {
    goal: 'pipeline: JPEG decoded, resized, encoded, throughput by that of sharp at its best',
    bound: '>= 1',
    command: 'npm run bench -- pipelines --only JPEG',
    of: (view) => view.ratio('pipelines', PHOTOS, 'sharena', SHARPS, 2),
  },
  {
    goal: 'pipeline: the same, peak resident set by that of sharp, the smaller',
    bound: '<= 1',
    command: 'npm run bench -- pipelines --only JPEG',
    of: (view) => {
      const [ours, ...theirs] = ['sharena', ...SHARPS].map((name) =>
        view.median('pipelines', PHOTOS, name, 2, 'resident set'),
      );
      return ours && ours / Math.min(...theirs);
    },
  },
  {
    goal: 'pipeline: one decode to three renditions and a tensor, CPU time by that of sharp',
    bound: '<= 0.6',
    command: 'not in the suite',
    of: () => undefined,
  },
  {
    goal: 'pipeline: decode, resize, blur, watermark, sharpen, three sizes, times as fast as sharp',
    bound: '>= 1.5',
    command: 'not in the suite',
    of: () => undefined,
  },
];

const PHOTOS = 'JPEG of 2725x2225, decoded, resized to 720x588, encoded';
const SHARPS = ['sharp, an image a thread', 'sharp, all threads on an image'];

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

  /** Ours by the better one of others, round by round. */
  ratio(suite, group, name, others, threads = 1) {
    const ours = this.samples(suite, group, name, threads);
    const theirs = others.map((other) => this.samples(suite, group, other, threads));
    if (!ours || ours.length < LEAST || theirs.some((samples) => samples?.length !== ours.length)) return undefined;
    const { better } = this.primary.get(keyOf({ suite, group, name, threads, metric: '' }));
    const best = better === 'lower' ? Math.min : Math.max;
    return median(ours.map((value, round) => value / best(...theirs.map((samples) => samples[round]))));
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

  growth(rounds) {
    const own = this.results.series.find((each) => each.group.startsWith('growth') && each.metric === 'bytes in spans');
    const last = own?.points.at(-1);
    if (last?.[0] !== rounds) return undefined;
    return last[1] / own.points.find(([round]) => round >= rounds / 10)[1];
  }

  /** Of the operations that another one has too: how many times as long that one takes. */
  kernels(who, wanted) {
    const groups = [
      ...new Set(this.results.measurements.filter(({ suite }) => suite === 'kernels').map(({ group }) => group)),
    ];
    return groups
      .map((group) => ({
        group,
        ratio: this.inverse('kernels', group, 'sharena', who),
        isExact: !group.endsWith(', fast'),
        isFastest: !groups.includes(group.replace(/, exact$/, ', fast')) || group.endsWith(', fast'),
      }))
      .filter((each) => each.ratio !== undefined && wanted(each));
  }

  least(values) {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  greatest(values) {
    return values.includes(undefined) ? undefined : Math.max(...values);
  }
}
