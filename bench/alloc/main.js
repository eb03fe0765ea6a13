/**
 * The allocator's benchmarks: npm run bench:alloc -- [--quick] [--only pair,slots] [--rounds 7] [--node 'npx -y node@24']
 * [--json file]. README.md says what they measure and how.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bench } from './bench.js';
import { native, ours } from './contenders.js';
import { buffers } from './workloads/buffers.js';
import { growth } from './workloads/growth.js';
import { live } from './workloads/live.js';
import { medium, pair } from './workloads/pair.js';
import { slots } from './workloads/slots.js';
import { larson, threads, xmalloc } from './workloads/threads.js';

const WORKLOADS = { pair, slots, medium, live, buffers, larson, threads, xmalloc, growth };

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    node: { type: 'string' },
    json: { type: 'string' },
  },
});
const names = values.only?.split(',') ?? Object.keys(WORKLOADS);
const unknown = names.filter((name) => !(name in WORKLOADS));
if (unknown.length > 0)
  throw new Error(`no workload ${unknown.join(', ')}; there are ${Object.keys(WORKLOADS).join(', ')}`);
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds must be a whole number from 1, not ${values.rounds}`);

const { contenders, missing } = native();
const nodes = [ours('ours', process.execPath)];
if (values.node) nodes.push(ours('ours, other Node', values.node));
const bench = new Bench({ contenders: [...nodes, ...contenders], rounds, quick: values.quick });
bench.printHead();
for (const line of missing) console.log(`  skipped: ${line}`);
for (const name of names) WORKLOADS[name](bench);
if (values.json) writeFileSync(values.json, `${JSON.stringify(bench.results(), null, 2)}\n`);
