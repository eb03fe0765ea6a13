/**
 * Plots of a group, drawn by Observable Plot into SVG: no script runs in the page. Colours are variables of the page's style, so that
 * one picture serves on light and on dark; sizes are those of a phone's column, so that text is as large as around it.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { scaleOf } from '../run/metrics.js';

const { document } = parseHTML('<html><body></body></html>');
const WIDTH = 360;
/** Beyond this ratio short bars cannot be seen: then a logarithmic axis shows dots. */
const LOGARITHMIC = 15;

/** Colours by name: ours have warm ones, always. */
export function coloursOf(rows) {
  const names = (wanted) => [...new Set(rows.filter(wanted).map(({ name }) => name))];
  const ours = names(({ isControl }) => !isControl);
  const others = names(({ isControl }) => isControl);
  const range = [...ours.map((_, i) => `var(--ours-${i % 4})`), ...others.map((_, i) => `var(--other-${i % 8})`)];
  return { domain: [...ours, ...others], range };
}

/** The plots that a group calls for, each with a title. */
export function plotsOf(group) {
  const { rows, series } = group;
  const hasCurves = rows.some(({ name, threads }) =>
    rows.some((other) => other.name === name && other.threads !== threads),
  );
  const plots = [];
  if (hasCurves) plots.push(scaling(group));
  else if (rows.length > 1) plots.push(comparison(group));
  if (rows.some(({ latency }) => latency)) plots.push(latencies(group));
  if (series.length > 0) plots.push(overTime(group));
  return plots;
}

/** Operations of the kernels, all in one plot: how many times as long as ours others take. */
export function ratiosPlot(groups) {
  const points = groups.flatMap(({ title, rows }) => {
    const ours = rows.find(({ isControl }) => !isControl)?.middle;
    return rows
      .filter(({ isControl }) => isControl)
      .map(({ name, isControl, middle }) => ({ title, name, isControl, ratio: middle / ours }));
  });
  const titles = groups.map(({ title }) => title);
  const colours = coloursOf(points);
  const svg = draw({
    ...namedRows(titles),
    x: {
      type: 'log',
      label: 'times as long as ours',
      ...logTicks([1, ...points.map(({ ratio }) => ratio)]),
      grid: true,
    },
    color: colours,
    marks: [
      Plot.ruleX([1], { stroke: 'var(--ours-0)', strokeWidth: 2 }),
      names(titles.map((name) => ({ name, text: name }))),
      Plot.dot(points, {
        ...{ x: 'ratio', y: 'title', fill: 'name', r: 5, dy: 6 },
        title: ({ name, ratio }) => `${name}: ${ratio.toFixed(2)}`,
      }),
    ],
  });
  return { title: 'how many times as long as ours others take', svg, legend: colours };
}

/** One number of threads: bars with the range of the rounds, or dots where they differ too much. */
function comparison({ metric, better, rows }) {
  const [factor, unit] = scaleOf(Math.max(...rows.map(({ middle }) => middle)), rows[0].unit);
  const values = rows.map(({ name, low, middle, high, figures }) => ({
    ...{ name, figures, text: `${name}: ${figures.split(' (')[0]}` },
    low: low / factor,
    middle: middle / factor,
    high: high / factor,
  }));
  const all = values.flatMap(({ low, high }) => [low, high]);
  const isLogarithmic = Math.max(...all) > LOGARITHMIC * Math.min(...all) && Math.min(...all) > 0;
  const x = isLogarithmic ? { type: 'log', ...logTicks(all) } : { zero: true, ticks: 5 };
  const place = { y: 'name', title: ({ name, figures }) => `${name}: ${figures}` };
  const svg = draw({
    ...namedRows(rows.map(({ name }) => name)),
    x: { ...x, label: axisLabel(metric, unit, better), grid: true },
    color: coloursOf(rows),
    marks: [
      isLogarithmic
        ? Plot.dot(values, { ...place, x: 'middle', fill: 'name', z: null, r: 5, dy: 6 })
        : Plot.barX(values, { ...place, x: 'middle', fill: 'name', z: null, insetTop: 15, insetBottom: 3 }),
      Plot.ruleY(values, { ...place, x1: 'low', x2: 'high', stroke: 'currentColor', strokeWidth: 1.5, dy: 6 }),
      names(values),
    ],
  });
  return { title: `${metric}${isLogarithmic ? ', on a logarithmic axis' : ''}`, svg };
}

/** Rows whose names stand above them: beside them they would leave no room for the bars. */
function namedRows(domain) {
  return { marginLeft: 16, height: 34 * domain.length + 74, y: { domain, axis: null } };
}

function names(values) {
  return Plot.text(values, { y: 'name', text: 'text', frameAnchor: 'left', textAnchor: 'start', dy: -10 });
}

/** Several numbers of threads: a line for each name. */
function scaling({ metric, better, rows }) {
  const [factor, unit] = scaleOf(Math.max(...rows.map(({ middle }) => middle)), rows[0].unit);
  const values = rows.map(({ name, threads, low, middle, high, figures }) => ({
    ...{ name, threads, figures },
    low: low / factor,
    middle: middle / factor,
    high: high / factor,
  }));
  const middles = values.map(({ middle }) => middle);
  const isLogarithmic = Math.max(...middles) > LOGARITHMIC * Math.min(...middles) && Math.min(...middles) > 0;
  const colours = coloursOf(rows);
  const title = ({ name, threads, figures }) => `${name}, ${threads} threads: ${figures}`;
  const svg = draw({
    height: 250,
    marginLeft: 46,
    x: {
      type: 'point',
      label: 'threads',
      domain: [...new Set(rows.map(({ threads }) => threads))].sort((a, b) => a - b),
    },
    y: {
      ...(isLogarithmic ? { type: 'log', ...logTicks(middles) } : { zero: true, ticks: 5 }),
      label: axisLabel(metric, unit, better),
      grid: true,
    },
    color: colours,
    marks: [
      Plot.ruleX(values, { x: 'threads', y1: 'low', y2: 'high', stroke: 'name', strokeOpacity: 0.5 }),
      Plot.line(values, { x: 'threads', y: 'middle', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(values, { x: 'threads', y: 'middle', fill: 'name', r: 4, title }),
    ],
  });
  return { title: `${metric} by threads`, svg, legend: colours };
}

/** The share of operations that took longer than a time; of the most threads. */
function latencies({ rows }) {
  const most = Math.max(...rows.map(({ threads }) => threads));
  const shown = rows.filter(({ threads, latency }) => threads === most && latency && latency.count > 0);
  const points = shown.flatMap(({ name, latency }) => {
    let left = latency.count;
    return latency.buckets.map(([time, count]) => {
      const point = { name, time: Math.max(time, 1), share: left / latency.count };
      left -= count;
      return point;
    });
  });
  const visible = points.filter(({ share }) => share >= 1e-5);
  const colours = coloursOf(rows);
  const svg = draw({
    height: 250,
    marginLeft: 66,
    x: {
      type: 'log',
      label: 'time of one operation',
      ...logTicks(visible.map(({ time }) => time)),
      tickFormat: timeText,
      grid: true,
    },
    y: {
      type: 'log',
      label: 'share that took longer',
      domain: [1e-5, 1],
      ticks: [1, 0.1, 0.01, 0.001, 1e-4, 1e-5],
      tickFormat: shareText,
      grid: true,
    },
    color: colours,
    marks: [Plot.line(visible, { x: 'time', y: 'share', stroke: 'name', strokeWidth: 2, curve: 'step-after' })],
  });
  return { title: `latency, ${most} thread${most > 1 ? 's' : ''}`, svg, legend: colours };
}

/** What was read while programs ran; grey below it what they had asked for, where they say it. */
function overTime({ rows, series }) {
  const isGrey = ({ metric }) => metric === 'asked for';
  const shown = series.filter((each) => !isGrey(each));
  const isOneCase = new Set(shown.map(({ name }) => name)).size === 1;
  const lines = shown.map((each) => ({
    ...each,
    name: isOneCase ? each.metric : each.name,
    isControl: rows.find(({ name }) => name === each.name)?.isControl,
  }));
  // Some take longer than others: where they all do the same steps, the steps are what is drawn over.
  const grey = series.find(isGrey);
  const at = (seconds, step) => (grey ? step : seconds);
  const [factor, unit] = scaleOf(
    Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value))),
    lines[0].unit,
  );
  const values = lines.flatMap(({ name, points }) =>
    points.map(([along, value], step) => ({ name, at: at(along, step), value: value / factor })),
  );
  const asked = grey?.points.map(([along, value], step) => ({ at: at(along, step), value: value / factor })) ?? [];
  const colours = coloursOf(lines);
  const svg = draw({
    height: 250,
    marginLeft: 46,
    x: { label: grey ? 'steps: filled, thinned out, filled, …' : lines[0].along, ticks: 5 },
    y: { zero: true, label: unit, grid: true, ticks: 5 },
    color: colours,
    marks: [
      Plot.areaY(asked, { x: 'at', y: 'value', fill: 'currentColor', fillOpacity: 0.12 }),
      Plot.line(values, { x: 'at', y: 'value', stroke: 'name', strokeWidth: 2 }),
    ],
  });
  const what = isOneCase ? 'memory' : lines[0].metric;
  return { title: grey ? `${what}; grey: what was asked for` : what, svg, legend: colours };
}

function axisLabel(metric, unit, better) {
  return `${metric}, ${unit}${better === 'neither' ? '' : `, ${better} is better`}`;
}

/** Powers of ten, and between them 2 and 5 where there is room. */
function logTicks(values) {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const steps = high - low > 2.5 ? [1] : [1, 2, 5];
  const every = Math.ceil((high - low) / 6);
  const ticks = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    if (steps.length === 1 && power % every !== 0) continue;
    for (const step of steps) ticks.push(step * 10 ** power);
  }
  const seen = ticks.filter((tick) => tick >= 0.99 * 10 ** low && tick <= 1.01 * 10 ** high);
  return { ticks: seen, tickFormat: numberText };
}

function numberText(value) {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1000 ? `${value / 1000}k` : `${Number(value.toPrecision(6))}`;
}

function timeText(nanoseconds) {
  const [factor, unit] = scaleOf(nanoseconds, 'ns');
  return `${Number((nanoseconds / factor).toPrecision(6))} ${unit}`;
}

function shareText(share) {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function draw(options) {
  const svg = Plot.plot({
    document,
    width: WIDTH,
    marginRight: 16,
    marginTop: 28,
    marginBottom: 42,
    style: { fontSize: '12px', background: 'transparent' },
    ...options,
    color: { type: 'categorical', ...options.color },
  });
  return svg.outerHTML;
}
