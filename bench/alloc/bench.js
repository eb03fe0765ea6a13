/**
 * One run of the benchmarks: runs programs in rounds, each round all contenders one after the other, every one of them in a
 * process of its own; keeps what they measured, and prints it.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { median } from '../report.js';

/** After this many milliseconds a program is ended: something in it waits for ever. */
const DEADLINE = 180_000;

export class Bench {
  /** Settings, for workloads that do less when it must be quick. */
  quick;
  #rounds;
  #contenders;
  #tables = [];
  #ratios = [];
  #title = '';

  /** @param {{ contenders: import('./contenders.js').Contender[], rounds: number, quick: boolean }} settings */
  constructor({ contenders, rounds, quick }) {
    this.#contenders = contenders;
    this.#rounds = rounds;
    this.quick = quick;
  }

  /** Begins a workload. */
  title(title) {
    this.#title = title;
    console.log(`\n${title}`);
  }

  /**
   * Measures one program of all contenders, alternately.
   *
   * @param {string} program
   * @param {unknown[]} args
   * @param {{ variants?: Record<string, unknown[]>, onlyOurs?: boolean, rounds?: number }} options `variants`: further arguments of
   * our program, by the name of the row; `onlyOurs`: there is no such program in C
   * @returns {Measured}
   */
  measure(program, args, { variants = { '': [] }, onlyOurs = false, rounds = this.#rounds } = {}) {
    const rows = this.#contenders
      .filter(({ isOurs }) => isOurs || !onlyOurs)
      .flatMap((contender) => {
        const kinds = Object.entries(contender.isOurs ? variants : { '': [] });
        return kinds.map(([kind, more]) => ({
          name: rowName(contender, kind),
          twin: contender.isOurs && contender !== this.#contenders[0] ? rowName(this.#contenders[0], kind) : undefined,
          run: () => runProgram(contender, program, [...args, ...more]),
          samples: [],
        }));
      });
    for (let round = 0; round < rounds; round++) for (const row of rows) row.samples.push(row.run());
    return new Measured(rows);
  }

  /**
   * Prints one of the numbers that programs measured, for every contender.
   *
   * @param {string} what
   * @param {Measured} measured
   * @param {string} number its name in the programs' answers
   * @param {string} unit
   */
  table(what, measured, number, unit) {
    console.log(`  ${what}, ${unit}`);
    for (const name of measured.names) {
      const samples = measured.samples(name, number);
      if (samples.length === 0) continue;
      const [low, high] = [Math.min(...samples), Math.max(...samples)];
      console.log(`    ${name.padEnd(34)}${format(median(samples)).padStart(10)}  (${format(low)} to ${format(high)})`);
      this.#tables.push({ workload: this.#title, what, unit, contender: name, median: median(samples), samples });
    }
    for (const [name, twin] of measured.twins) {
      this.ratio(`${name} to ${twin}`, ratios(measured.samples(name, number), measured.samples(twin, number)));
    }
  }

  /**
   * Prints numbers that belong in one line: what one process of ours measured again and again.
   *
   * @param {string} what
   * @param {number[]} values
   * @param {string} unit
   */
  series(what, values, unit) {
    console.log(`  ${what}, ${unit}: ${values.map(format).join('  ')}`);
    this.#tables.push({
      workload: this.#title,
      what,
      unit,
      contender: 'ours',
      median: median(values),
      samples: values,
    });
  }

  /**
   * Prints the median of the rounds' ratios, and how it compares with what is asked for.
   *
   * @param {string} what
   * @param {number[] | undefined} values a ratio for each round; undefined when a contender is missing
   * @param {string} [goal] such as `<= 0.6`
   */
  ratio(what, values, goal) {
    if (!values) return console.log(`    ${what}: not measured, a contender is missing`);
    const value = median(values);
    const asked = goal ? ` (goal ${goal})` : '';
    const holds = goal ? meets(value, goal) : undefined;
    const verdict = holds === undefined ? '' : holds ? '  ok' : '  MISSED';
    console.log(`    ${what}: ratio ${value.toFixed(2)}${asked}${verdict}`);
    this.#ratios.push({ workload: this.#title, what, ratio: value, goal, holds, rounds: values });
  }

  /** What was measured, as it goes into a file. */
  results() {
    return {
      machine: machine(),
      contenders: this.#contenders.map(({ name, version }) => ({ name, version })),
      rounds: this.#rounds,
      quick: this.quick,
      tables: this.#tables,
      ratios: this.#ratios,
    };
  }

  /** Prints where this runs and who takes part. */
  printHead() {
    const { cpu, cores, system, load } = machine();
    console.log(
      `${cores} x ${cpu}, ${system}, load ${load[0].toFixed(2)}; ${this.#rounds} rounds: median (lowest to highest)`,
    );
    for (const { name, version } of this.#contenders) console.log(`  ${name}: ${version}`);
  }
}

/** What the contenders' processes answered, round by round. */
export class Measured {
  #rows;

  /** @param {{ name: string, twin?: string, samples: Record<string, number>[] }[]} rows */
  constructor(rows) {
    this.#rows = rows;
  }

  /** Those that took part. */
  get names() {
    return this.#rows.map(({ name }) => name);
  }

  /** Rows of ours under another Node, each with the row that it is compared with. */
  get twins() {
    return this.#rows.filter(({ twin }) => twin).map(({ name, twin }) => [name, twin]);
  }

  /** One number of a contender, for every round; empty when it did not take part or does not measure it. */
  samples(name, number) {
    const row = this.#rows.find((each) => each.name === name);
    return (row?.samples ?? []).map((sample) => sample[number]).filter((value) => value !== undefined);
  }
}

/** The quotients of what was measured in the same round; undefined when one of both was not. */
export function ratios(above, below) {
  if (above.length === 0 || below.length === 0) return undefined;
  return above.map((value, round) => value / below[round]);
}

/** Round by round the lowest of several; empty when one is missing. */
export function lowest(...all) {
  if (all.some((samples) => samples.length === 0)) return [];
  return all[0].map((_, round) => Math.min(...all.map((samples) => samples[round])));
}

function rowName(contender, kind) {
  return kind ? `${contender.name}, ${kind}` : contender.name;
}

function meets(value, goal) {
  const [comparison, bound] = goal.split(' ');
  return comparison === '<=' ? value <= Number(bound) : value >= Number(bound);
}

function runProgram(contender, program, args) {
  const [command, ...rest] = contender.command(program, args);
  const { status, signal, stdout, stderr } = spawnSync(command, rest, {
    env: contender.env,
    encoding: 'utf8',
    timeout: DEADLINE,
    killSignal: 'SIGKILL',
  });
  if (status !== 0)
    throw new Error(`${contender.name}: ${program} ${args.join(' ')} ended with ${signal ?? status}\n${stderr}`);
  return JSON.parse(stdout);
}

function machine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: availableParallelism(),
    system: `${process.platform} ${release()}`,
    load: loadavg(),
    date: new Date().toISOString(),
  };
}

function format(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  return value.toPrecision(value >= 100 ? 4 : 3);
}
