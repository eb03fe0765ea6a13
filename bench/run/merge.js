/** Results of several runs as one: a full run takes long, and may be made suite by suite. */
import { keyOf } from '@sharena/measure';

/**
 * @param {import('@sharena/measure').Results[]} all of what two of them measured the later one counts
 * @returns {import('@sharena/measure').Results}
 */
export function merge(all) {
  const first = all[0];
  const last = all.at(-1);
  const latest = (lists, key) => [...new Map(lists.flat().map((each) => [key(each), each])).values()];
  const subject = (each) => keyOf({ metric: 'latency', ...each });
  return {
    format: first.format,
    machine: { ...last.machine, versions: Object.assign({}, ...all.map(({ machine }) => machine.versions)) },
    options: { ...last.options, seconds: Object.assign({}, ...all.map(({ options }) => options.seconds)) },
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    measurements: latest(
      all.map(({ measurements }) => measurements),
      keyOf,
    ),
    distributions: latest(
      all.map(({ distributions }) => distributions),
      subject,
    ),
    series: latest(
      all.map(({ series }) => series),
      keyOf,
    ),
    skipped: [...new Set(all.flatMap(({ skipped }) => skipped))],
  };
}

/** Results of several runs of one build, one sample after the other: rounds of runs that alternated with those of another build. */
export function join(all) {
  const joined = merge(all);
  const measurements = joined.measurements.map((measurement) => {
    const key = keyOf(measurement);
    const twins = all.map((results) => results.measurements.find((each) => keyOf(each) === key));
    return { ...measurement, samples: twins.flatMap((twin) => twin?.samples ?? []) };
  });
  return { ...joined, measurements };
}
