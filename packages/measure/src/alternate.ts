/**
 * Rounds: in each of them every case runs once, one after the other, so that a disturbance that lasts longer than a run meets all
 * of them. What is compared are medians over the rounds, or ratios of one round.
 */
import { spawn } from 'node:child_process';

/** Something that is measured once in every round. */
export interface Case {
  /** Its name, which no other case of the same rounds has. */
  readonly name: string;
  /** Runs it once and answers what it measured, by the name of the metric. */
  readonly run: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}

/** Settings of {@link alternate}. */
export interface AlternateOptions {
  /** How often every case runs. */
  readonly rounds: number;
  /** Rounds before, whose results are dropped; none unless given. */
  readonly warmUp?: number;
  /** Called before every run. */
  readonly onRun?: (name: string, round: number) => void;
}

/**
 * Runs cases alternately.
 *
 * @returns for every case and metric its samples in the order of the rounds
 * @throws RangeError when there are less than one round or cases of one name
 *
 * @example
 * ```ts
 * import { alternate, median } from '@sharena/measure';
 *
 * const samples = await alternate(
 *   [
 *     { name: 'a', run: () => ({ ns: 1 }) },
 *     { name: 'b', run: () => ({ ns: 2 }) },
 *   ],
 *   { rounds: 7 },
 * );
 * const middle = median(samples.get('a')!['ns']!);
 * ```
 */
export async function alternate(
  cases: readonly Case[],
  { rounds, warmUp = 0, onRun }: AlternateOptions,
): Promise<Map<string, Record<string, number[]>>> {
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`rounds: ${rounds} is not a whole number from 1`);
  const samples = new Map<string, Record<string, number[]>>(cases.map(({ name }) => [name, {}]));
  if (samples.size !== cases.length) throw new RangeError('cases: two of them have the same name');
  for (let round = -warmUp; round < rounds; round++) {
    for (const { name, run } of cases) {
      onRun?.(name, round);
      const measured = await run();
      if (round < 0) continue;
      const own = samples.get(name)!;
      for (const [metric, value] of Object.entries(measured)) {
        own[metric] ??= [];
        own[metric].push(value);
      }
    }
  }
  return samples;
}

/** Settings of {@link runProgram}. */
export interface ProgramOptions {
  /** The environment; that of this process unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is ended: something in it waits for ever. Three minutes unless given. */
  readonly deadline?: number;
}

/**
 * Runs a program in a process of its own and answers what it prints: one line of JSON. What V8 compiles, and how, differs
 * from process to process, and with it the time; in one process of many rounds that difference would never be seen.
 *
 * @param command the program and its arguments
 * @throws Error when it does not start, ends with another code than 0, does not end in time, or prints something else
 */
export async function runProgram<Answer = Record<string, number>>(
  command: readonly [string, ...string[]],
  { env = process.env, deadline = 180_000 }: ProgramOptions = {},
): Promise<Answer> {
  const [program, ...args] = command;
  // Not spawn's own `timeout`, which keeps this process until then when there is no such program.
  const late = AbortSignal.timeout(deadline);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], signal: late, killSignal: 'SIGKILL' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const end = await new Promise<string | number | null>((resolve, reject) => {
    child.on('error', (error) => {
      if (!late.aborted) reject(error);
    });
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (end !== 0) {
    const how = late.aborted ? `did not end in ${deadline / 1000} s` : `ended with ${end}`;
    throw new Error(`${command.join(' ')} ${how}\n${stderr}`);
  }
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`${command.join(' ')} printed something else than JSON: ${stdout.slice(0, 200)}`, { cause });
  }
}
