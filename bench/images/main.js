/**
 * Images: taken from the cache, handed over, and taken by many threads at once.
 *
 *   node images/main.js [--rounds n] [--only allocate,hand-over,contention]
 */
import { parseArgs } from 'node:util';
import { allocate } from './allocate.js';
import { contention } from './contention.js';
import { handOver } from './hand-over.js';

const PARTS = { allocate, 'hand-over': handOver, contention };

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, only: { type: 'string' } } });
const names = values.only?.split(',') ?? Object.keys(PARTS);
for (const name of names) {
  if (!Object.hasOwn(PARTS, name)) throw new Error(`there is no part ${name}: ${Object.keys(PARTS).join(', ')}`);
  const rounds = Number(values.rounds);
  await PARTS[name](name === 'contention' ? Math.max(1, Math.round(rounds / 3)) : rounds);
}
