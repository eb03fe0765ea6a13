/** How benchmarks print what they measured: the machine, and for every case its median and its ratio to the first one. */
import { cpus } from 'node:os';

/** The middle one of some numbers. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Prints medians in nanoseconds, alternately measured, the first case being what the others are compared with. */
export function printTable(title, cases) {
  const [{ samples: first }] = cases;
  console.log(`\n${title} (Node ${process.versions.node}, ${cpus().length} x ${cpus()[0].model.trim()})`);
  for (const { name, samples } of cases) {
    const [low, high] = [Math.min(...samples), Math.max(...samples)].map(time);
    const ratio = (median(samples) / median(first)).toPrecision(3);
    console.log(`  ${name.padEnd(44)}${time(median(samples)).padStart(10)}  (${low} to ${high})  x ${ratio}`);
  }
}

function time(ns) {
  if (ns < 1e3) return `${ns.toFixed(1)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`;
}

/** The median of the rounds' ratios of one case to another. */
export function ratioOf(one, other) {
  return median(one.samples.map((sample, i) => sample / other.samples[i]));
}

/** Prints a ratio beside the least that it should be. */
export function printGoal(what, ratio, least) {
  console.log(`  ${what}: ${ratio.toPrecision(3)} (goal >= ${least})  ${ratio >= least ? 'ok' : 'MISSED'}`);
  return ratio >= least;
}
