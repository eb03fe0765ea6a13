#!/usr/bin/env node
/**
 * The command line: explores every scenario of some files with every strategy, as long as one likes.
 *
 *   interleave [--seconds N] [--crashes N] [--seed N] FILE.scenario.ts …
 *
 * Prints a line for each exploration, and the report of each failure. Ends with 0 when nothing failed, 1 when something did,
 * 2 when the arguments are wrong.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Strategy } from './explore.ts';

const STRATEGIES: readonly Strategy[] = ['exhaustive', 'random', 'pct', 'urw'];
const USAGE = 'usage: interleave [--seconds N] [--crashes N] [--seed N] FILE.scenario.ts …';

interface Request {
  readonly files: readonly string[];
  readonly seconds: number;
  readonly crashes: number;
  readonly seed: number;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const request = read(process.argv.slice(2));
  if (typeof request === 'string') {
    process.stderr.write(`${request}\n${USAGE}\n`);
    return 2;
  }
  let failures = 0;
  for (const file of request.files) failures += await exploreFile(resolve(file), request);
  return failures === 0 ? 0 : 1;
}

/** Explores a file; answers how many explorations failed. */
async function exploreFile(file: string, { seconds, crashes, seed }: Request): Promise<number> {
  // TypeScript takes a second to load: who made a mistake in the arguments does not wait for it.
  const { explore, loadScenarios } = await import('./index.ts');
  const { scenarios } = await loadScenarios(file);
  let failures = 0;
  for (const scenario of scenarios) {
    for (const strategy of STRATEGIES) {
      const result = explore(scenario, { strategy, time: seconds * 1000, states: Infinity, crashes, seed });
      process.stdout.write(`${result.summary}\n`);
      if (result.failure === null) continue;
      failures++;
      process.stdout.write(`${result.failure.report}\n`);
    }
  }
  return failures;
}

/** The request, or what is wrong with the arguments. */
function read(args: string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '30' },
        crashes: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
      },
    });
    const [seconds, crashes, seed] = [Number(values.seconds), Number(values.crashes), Number(values.seed)];
    if (positionals.length === 0) return 'no file of scenarios is named';
    if (!(seconds > 0)) return `--seconds should be more than 0, got ${values.seconds}`;
    if (!Number.isInteger(crashes) || crashes < 0)
      return `--crashes should be a whole number from 0, got ${values.crashes}`;
    if (!Number.isInteger(seed)) return `--seed should be a whole number, got ${values.seed}`;
    return { files: positionals, seconds, crashes, seed };
  } catch (error) {
    return (error as Error).message;
  }
}
