/** Results, arranged for a report: suites, their groups, and of each group its cases with what is printed of them. */
import { median } from '@sharena/measure';
import { format } from '../run/metrics.js';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} threads
 * @property {string} metric
 * @property {string} unit
 * @property {boolean} isControl nothing of ours takes part
 * @property {number} middle @property {number} low @property {number} high
 * @property {number[]} samples
 * @property {string} figures median, lowest and highest, as text
 * @property {string} ratio to the first row
 * @property {string[]} more the other metrics, as text
 * @property {import('@sharena/measure').LatencySummary | undefined} latency
 */

/** @typedef {{ title: string, metric: string, unit: string, better: string, rows: Row[], series: import('@sharena/measure').Series[] }} Group */

/**
 * @param {import('@sharena/measure').Results} results
 * @returns {{ name: string, groups: Group[] }[]}
 */
export function suitesOf(results) {
  const suites = new Map();
  for (const measurement of results.measurements) {
    const groups = get(suites, measurement.suite, () => new Map());
    get(groups, measurement.group, () => []).push(measurement);
  }
  return [...suites].map(([name, groups]) => ({
    name,
    groups: [...groups].map(([title, measurements]) => groupOf(results, name, title, measurements)),
  }));
}

function groupOf(results, suite, title, measurements) {
  const cases = new Map();
  for (const each of measurements) get(cases, `${each.name} x ${each.threads}`, () => []).push(each);
  const [first] = measurements;
  const rows = [...cases.values()].map(([main, ...others]) => {
    const { name, threads, metric, unit, isControl, samples } = main;
    const [low, middle, high] = [Math.min(...samples), median(samples), Math.max(...samples)];
    const latency = results.distributions.find((each) => isOf(each, main))?.latency;
    return {
      ...{ name, threads, metric, unit, isControl, samples, low, middle, high, latency },
      figures: `${format(middle, unit)} (${format(low, unit)} to ${format(high, unit)})`,
      ratio: `${(middle / median(first.samples)).toPrecision(3)}`,
      more: others.map((other) => `${other.metric} ${format(median(other.samples), other.unit)}`),
    };
  });
  const series = results.series.filter((each) => each.suite === suite && each.group === title);
  return { title, metric: first.metric, unit: first.unit, better: first.better, rows, series };
}

function isOf(one, other) {
  return ['suite', 'group', 'name', 'threads'].every((key) => one[key] === other[key]);
}

function get(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
