/**
 * One run of suites: what they measure is kept for the results, and printed as it comes. A suite is a function
 * `(run: SuiteRun) => Promise<void>`, which describes groups of cases; the cases of a group are run alternately.
 */
import { alternate, machine, median } from '@sharena/measure';
import { format, METRICS } from './metrics.js';
import { Progress } from './progress.js';

/** @typedef {Record<string, number | object>} Answer numbers by the names of `metrics.js`; `latency`, and `series` by their titles */

/**
 * @typedef {object} Case
 * @property {string} name who does it
 * @property {number} [threads] 1 unless given
 * @property {boolean} [isControl] nothing of ours takes part
 * @property {() => Promise<Answer> | Answer} run
 */

export class SuiteRun {
  /** Everything shorter, for a first look. */
  quick;
  /** The numbers of threads to measure with. */
  threads;
  #rounds;
  #only;
  #suite = '';
  #measurements = [];
  #distributions = [];
  #series = [];
  #skipped = [];
  #begun = performance.now();
  #seconds = {};
  #progress;

  /** @param {{ quick?: boolean, rounds?: number, threads?: number[], only?: string, stream?: NodeJS.WriteStream }} options */
  constructor({ quick = false, rounds, threads, only, stream = process.stderr } = {}) {
    this.quick = quick;
    this.threads = threads ?? (quick ? [1, 2] : [1, 2, 4]);
    this.#rounds = rounds;
    this.#only = only?.split(',');
    this.#progress = new Progress(stream);
  }

  /** Runs a suite; answers whether any of its groups was wanted. */
  async suite(name, suite) {
    this.#suite = name;
    const begun = performance.now();
    console.log(`\n## ${name}`);
    await suite(this);
    this.#progress.clear();
    this.#seconds[name] = (performance.now() - begun) / 1000;
  }

  /** The rounds of a group: those asked for, or so many. */
  rounds(full, quick = Math.min(full, 5)) {
    return this.#rounds ?? (this.quick ? quick : full);
  }

  /** Whether a group is wanted: one that `--only` names, by a part of its name. */
  wants(group) {
    return !this.#only || this.#only.some((part) => `${this.#suite} ${group}`.includes(part));
  }

  /** What `--only` names; undefined without it. */
  get only() {
    return this.#only;
  }

  /** What was left out, and why. */
  skip(reason) {
    if (this.#skipped.includes(reason)) return;
    this.#skipped.push(reason);
    this.#progress.clear();
    console.log(`  left out: ${reason}`);
  }

  /**
   * Measures the cases of a group, alternately, and prints them. A control that fails is left out, and why: what others cannot do on
   * a machine must not hide what ours does there.
   *
   * @param {string} group
   * @param {Case[]} cases
   * @param {{ rounds?: number, warmUp?: number }} [options]
   */
  async group(group, cases, { rounds = this.rounds(7), warmUp = 0 } = {}) {
    if (!this.wants(group)) return;
    const answers = new Map();
    let done = 0;
    const keyed = cases.map((each) => {
      const key = `${each.name} x ${each.threads ?? 1}`;
      answers.set(key, []);
      let hasFailed = false;
      const run = async () => {
        done++;
        if (hasFailed) return {};
        try {
          const answer = await each.run();
          if (done > warmUp * cases.length) answers.get(key).push(answer);
        } catch (error) {
          if (!each.isControl) throw error;
          hasFailed = true;
          answers.set(key, []);
          this.skip(`${each.name} in ${group}: ${reasonOf(error)}`);
        }
        return {};
      };
      return { name: key, run };
    });
    const total = (rounds + warmUp) * cases.length;
    const onRun = (name) => this.#progress.show(done / total, `${this.#suite}: ${group}`, name);
    await alternate(keyed, { rounds, warmUp, onRun });
    for (const [i, each] of cases.entries()) this.#keep(group, each, answers.get(keyed[i].name));
    this.#progress.clear();
    this.#print(group, cases);
  }

  /** All that was measured. */
  results() {
    return {
      format: 'sharena-bench-1',
      machine: machine(this.versions),
      options: { quick: this.quick, rounds: this.#rounds ?? null, threads: this.threads, seconds: this.#seconds },
      seconds: (performance.now() - this.#begun) / 1000,
      measurements: this.#measurements,
      distributions: this.#distributions,
      series: this.#series,
      skipped: this.#skipped,
    };
  }

  /** Versions of others that take part. */
  versions = {};

  #keep(group, { name, threads = 1, isControl = false }, answers) {
    const subject = { suite: this.#suite, group, name, threads };
    let isFirst = true;
    for (const [key, kind] of Object.entries(METRICS)) {
      const samples = answers.map((answer) => answer[key]).filter((value) => value !== undefined);
      if (samples.length === 0) continue;
      const better = isFirst ? kind.better : 'neither';
      this.#measurements.push({ ...subject, ...kind, better, isControl, samples });
      isFirst = false;
    }
    const latencies = answers.flatMap(({ latency }) => (latency ? [latency] : []));
    if (latencies.length > 0) this.#distributions.push({ ...subject, latency: middleOf(latencies) });
    for (const { metric, unit, along, points } of answers.at(-1)?.series ?? []) {
      this.#series.push({ ...subject, metric, unit, along, points });
    }
  }

  #print(group, cases) {
    console.log(`\n  ${group}`);
    const rows = this.#measurements.filter((each) => each.suite === this.#suite && each.group === group);
    const first = rows[0];
    if (!first) return;
    const width = Math.max(...cases.map(({ name }) => name.length)) + 2;
    for (const { name, threads = 1 } of cases) {
      const own = rows.filter((row) => row.name === name && row.threads === threads);
      const [main, ...others] = own;
      if (!main) continue;
      const { unit, samples } = main;
      const [low, high] = [Math.min(...samples), Math.max(...samples)];
      const ratio = main.metric === first.metric ? `x ${(median(samples) / median(first.samples)).toPrecision(3)}` : '';
      const more = others
        .filter(({ metric }) => metric !== 'time of the loop alone')
        .map((row) => `${row.metric} ${format(median(row.samples), row.unit)}`);
      const latency = this.#distributions.find((each) => isOf(each, this.#suite, group, name, threads))?.latency;
      if (latency) more.push(`p99 ${format(latency.p99, 'ns')}`);
      const cells = [
        name.padEnd(width),
        `${threads} thr`.padStart(6),
        format(median(samples), unit).padStart(11),
        `(${format(low, unit)} to ${format(high, unit)})`.padEnd(26),
        ratio.padEnd(9),
        more.join(', '),
      ];
      console.log(`    ${cells.join(' ').trimEnd()}`);
    }
  }
}

/** Of the distributions of the rounds that with the middle p99: histograms of different rounds would hide a bad one. */
function middleOf(latencies) {
  return [...latencies].sort((a, b) => a.p99 - b.p99)[latencies.length >> 1];
}

/** Of a program that failed the line that says why, behind its first line, which has its arguments; else what the error says. */
export function reasonOf({ message }) {
  const lines = message.split('\n');
  return (lines.find((line) => /Error\b.*:/.test(line)) ?? lines[0]).trim();
}

function isOf(each, suite, group, name, threads) {
  return each.suite === suite && each.group === group && each.name === name && each.threads === threads;
}
