/** The numbers that programs answer, and what they are called. What is compared between runs is the first one that a case has. */

/** By the name in the answer: the metric, its unit, and which of two is better. */
export const METRICS = {
  ns: { metric: 'time', unit: 'ns', better: 'lower' },
  ms: { metric: 'time', unit: 'ms', better: 'lower' },
  perSecond: { metric: 'throughput', unit: '1/s', better: 'higher' },
  bare: { metric: 'time of the loop alone', unit: 'ns', better: 'neither' },
  // Of a run in which threads sleep, spin or are interrupted these say how it came about, and differ more than it does.
  processor: { metric: 'processor time', unit: 'ns', better: 'neither' },
  processorMs: { metric: 'processor time', unit: 'ms', better: 'neither' },
  fairness: { metric: 'fairness', unit: '', better: 'neither' },
  resident: { metric: 'resident set', unit: 'B', better: 'neither' },
  bytes: { metric: 'memory', unit: 'B', better: 'lower' },
  part: { metric: 'part', unit: '', better: 'neither' },
};

const STEPS = {
  ns: [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'us'],
    [1, 'ns'],
  ],
  ms: [
    [1e3, 's'],
    [1, 'ms'],
    [1e-3, 'us'],
  ],
  '1/s': [
    [1e9, 'G/s'],
    [1e6, 'M/s'],
    [1e3, 'k/s'],
    [1, '/s'],
  ],
  B: [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ],
};

/** A number with the unit that it is read best in: 3.38 ns, 31.2 M/s. */
export function format(value, unit) {
  const [factor, name] = scaleOf(value, unit);
  const scaled = value / factor;
  return `${scaled >= 1000 ? scaled.toFixed(0) : scaled.toPrecision(3)}${name ? ` ${name}` : ''}`;
}

/** The factor and the name of the unit that a number is read best in. */
export function scaleOf(value, unit) {
  const steps = STEPS[unit] ?? [[1, unit]];
  return steps.find(([factor]) => Math.abs(value) >= factor) ?? steps.at(-1);
}

/** A number without a unit, with three digits; nothing where there is none. */
export function number(value) {
  if (value === undefined) return '';
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
