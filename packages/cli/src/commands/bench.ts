/** `sharena bench`: whether shared memory pays on this machine, in half a minute. */
import { availableParallelism } from 'node:os';
import { alternate, type Distribution, type Measurement, machine, median, type Results } from '@sharena/measure';
import { Command } from 'commander';
import { EXIT_OK } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import { PARTS, type Part } from '../measure/parts.ts';
import { readWhole } from '../options.ts';
import type { Output } from '../output.ts';

const HELP = `
Medians of rounds in which the cases take turns, with the lowest and the highest. They say something about this machine only when
nothing else keeps it busy; the first line says how busy it was.
`;

interface Options {
  readonly threads?: string;
  readonly rounds?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

/**
 * The command.
 *
 * @param onExit - is told the exit code
 */
export function benchCommand(host: Host, output: Output, onExit: (code: number) => void): Command {
  return new Command('bench')
    .description('measure what shared memory costs and saves on this machine')
    .option('--threads <n>', 'the most threads (default: as many as the machine runs at once)')
    .option('--rounds <n>', 'how often each case runs (default: 5)')
    .option('--quick', 'shorter times, smaller images')
    .option('--json', 'write the results as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      await bench(options, host, output);
      onExit(EXIT_OK);
    });
}

async function bench(
  { threads, rounds = '5', quick = false, json = false }: Options,
  host: Host,
  output: Output,
): Promise<void> {
  const most = threads === undefined ? availableParallelism() : readWhole('--threads', threads, 1, 64);
  const times = readWhole('--rounds', rounds, 1, 1000);
  const begun = performance.now();
  const where = machine();
  const print = (text: string): void => (json ? undefined : output.write(text));
  print(`${where.cores} x ${where.cpu}, Node ${where.versions['node']}, load ${where.load.toFixed(2)}\n`);
  const measurements: Measurement[] = [];
  const distributions: Distribution[] = [];
  for (const make of PARTS) {
    const part = await make(countsTo(most), quick);
    if (host.stderr.isTTY) host.stderr.write(`measuring: ${part.title}\r`);
    try {
      measurements.push(...(await measure(part, times)));
    } finally {
      await part.close();
    }
    for (const [name, latency] of part.latencies) distributions.push({ ...subjectOf(part, name), latency });
    print(tableOf(part, measurements));
  }
  const results: Results = {
    format: 'sharena-bench-1',
    machine: where,
    options: { quick, rounds: times, threads: countsTo(most) },
    seconds: (performance.now() - begun) / 1000,
    measurements,
    distributions,
    series: [],
    skipped: [],
  };
  if (json) output.write(`${JSON.stringify(results)}\n`);
}

/** 1, 2, 4 … and the most. */
function countsTo(most: number): number[] {
  const counts: number[] = [];
  for (let count = 1; count < most; count *= 2) counts.push(count);
  return [...counts, most];
}

async function measure(part: Part, rounds: number): Promise<Measurement[]> {
  const samples = await alternate(part.cases, { rounds, warmUp: 1 });
  return part.cases.map(({ name }) => ({
    ...subjectOf(part, name),
    metric: part.unit === 'ns' ? 'time' : 'throughput',
    unit: part.unit,
    better: part.better,
    isControl: /^(new|buffer)/.test(name),
    samples: samples.get(name)!['value']!,
  }));
}

function subjectOf({ title, threads }: Part, name: string): Omit<Distribution, 'latency'> {
  return { suite: 'sharena bench', group: title, name, threads: threads[name] ?? 1 };
}

function tableOf({ title, unit, latencies }: Part, all: readonly Measurement[]): string {
  const rows = all.filter(({ group }) => group === title);
  const first = median(rows[0]!.samples);
  const lines = rows.map(({ name, samples }) => {
    const [low, middle, high] = [Math.min(...samples), median(samples), Math.max(...samples)];
    const range = `(${formatValue(low, unit)} to ${formatValue(high, unit)})`;
    const latency = latencies.get(name);
    const p99 = latency ? `  p99 ${formatValue(latency.p99, 'ns')}` : '';
    const ratio = `x ${(middle / first).toPrecision(3)}`;
    return `  ${name.padEnd(34)}${formatValue(middle, unit).padStart(11)}  ${range.padEnd(26)}${ratio}${p99}\n`;
  });
  return `\n${title}\n${lines.join('')}`;
}

function formatValue(value: number, unit: Part['unit']): string {
  const steps: readonly (readonly [number, string])[] = unit === 'ns' ? TIMES : RATES;
  const [factor, name] = steps.find(([least]) => value >= least) ?? steps.at(-1)!;
  return `${(value / factor).toPrecision(3)} ${name}`;
}

const TIMES = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'us'],
  [1, 'ns'],
] as const;

const RATES = [
  [1e6, 'M/s'],
  [1e3, 'k/s'],
  [1, '/s'],
] as const;
