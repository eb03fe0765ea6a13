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

/** Colours by name: ours is always the first. */
export function coloursOf(names) {
  const sorted = [...new Set(names)];
  const ours = sorted.filter((name) => name.startsWith('sharena'));
  const others = sorted.filter((name) => !name.startsWith('sharena'));
  const range = [...ours.map((_, i) => `var(--ours-${Math.min(i, 2)})`), ...others.map((_, i) => `var(--other-${i % 8})`)];
  return { domain: [...ours, ...others], range };
}

/** The plots that a group calls for, each with a title. */
export function plotsOf(group) {
  const plots = [];
  const widths = new Set(group.rows.map(({ threads }) => threads));
  if (widths.size > 1) plots.push(scaling(group));
  else plots.push(comparison(group));
  if (group.rows.some(({ latency }) => latency)) plots.push(latencies(group));
  if (group.series.length > 0) plots.push(overTime(group));
  return plots;
}

/** Operations of the kernels, all in one plot: how many times as long as ours others take. */
export function ratiosPlot(groups) {
  const points = groups.flatMap(({ title, rows }) => {
    const ours = rows.find(({ name }) => name === 'sharena')?.middle;
    return rows.filter(({ name }) => name !== 'sharena').map(({ name, middle }) => ({ title, name, ratio: middle / ours }));
  });
  const names = points.map(({ name }) => name);
  const titles = groups.map(({ title }) => title);
  const svg = draw({
    marginLeft: 190,
    height: 24 * titles.length + 60,
    x: { type: 'log', label: 'times as long as ours', ...logTicks(points.map(({ ratio }) => ratio)), grid: true },
    y: { domain: titles, label: null },
    color: coloursOf(names),
    marks: [
      Plot.ruleX([1], { stroke: 'var(--ours-0)', strokeWidth: 2 }),
      Plot.dot(points, { x: 'ratio', y: 'title', fill: 'name', r: 5, title: ({ name, ratio }) => `${name}: ${ratio.toFixed(2)}` }),
    ],
  });
  return { title: 'how many times as long as ours others take', svg, legend: coloursOf(names) };
}

/** One number of threads: bars with the range of the rounds, or dots where they differ too much. */
function comparison({ metric, better, rows }) {
  const [factor, unit] = scaleOf(Math.max(...rows.map(({ middle }) => middle)), rows[0].unit);
  const values = rows.map(({ name, low, middle, high, figures }) => ({
    ...{ name, figures },
    low: low / factor,
    middle: middle / factor,
    high: high / factor,
  }));
  const all = values.flatMap(({ low, high }) => [low, high]);
  const isLogarithmic = Math.max(...all) > LOGARITHMIC * Math.min(...all) && Math.min(...all) > 0;
  const colours = coloursOf(rows.map(({ name }) => name));
  const x = isLogarithmic ? { type: 'log', ...logTicks(all) } : { zero: true, ticks: 4 };
  const place = { y: 'name', title: ({ name, figures }) => `${name}: ${figures}` };
  const svg = draw({
    marginLeft: 10 + Math.min(200, 6.2 * Math.max(...rows.map(({ name }) => name.length))),
    height: 28 * rows.length + 50,
    x: { ...x, label: axisLabel(metric, unit, better), grid: true },
    y: { domain: rows.map(({ name }) => name), label: null },
    color: colours,
    marks: [
      isLogarithmic
        ? Plot.dot(values, { ...place, x: 'middle', fill: 'name', r: 6 })
        : Plot.barX(values, { ...place, x: 'middle', fill: 'name', insetTop: 3, insetBottom: 3 }),
      Plot.ruleY(values, { ...place, x1: 'low', x2: 'high', stroke: 'currentColor', strokeWidth: 1.5 }),
    ],
  });
  return { title: `${metric}${isLogarithmic ? ', on a logarithmic axis' : ''}`, svg };
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
  const colours = coloursOf(rows.map(({ name }) => name));
  const title = ({ name, threads, figures }) => `${name}, ${threads} threads: ${figures}`;
  const svg = draw({
    height: 250,
    marginLeft: 46,
    x: { type: 'point', label: 'threads', domain: [...new Set(rows.map(({ threads }) => threads))].sort((a, b) => a - b) },
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
  const colours = coloursOf(rows.map(({ name }) => name));
  const svg = draw({
    height: 250,
    marginLeft: 56,
    x: { type: 'log', label: 'time of one operation', ...logTicks(visible.map(({ time }) => time)), tickFormat: timeText, grid: true },
    y: { type: 'log', label: 'share that took longer', domain: [1e-5, 1], ticks: [1, 0.1, 0.01, 0.001, 1e-4, 1e-5], tickFormat: shareText, grid: true },
    color: colours,
    marks: [Plot.line(visible, { x: 'time', y: 'share', stroke: 'name', strokeWidth: 2, curve: 'step-after' })],
  });
  return { title: `latency, ${most} thread${most > 1 ? 's' : ''}`, svg, legend: colours };
}

function overTime({ series }) {
  const lines = series.map(({ name, metric, unit, along, points }) => ({ line: metric === 'resident set' ? name : `${name}, ${metric}`, unit, along, points }));
  // What was asked for is the same for all of them.
  const asked = lines.find(({ line }) => line.endsWith('asked for'));
  const shown = lines.filter(({ line }) => !line.endsWith('asked for'));
  const [factor, unit] = scaleOf(Math.max(...shown.flatMap(({ points }) => points.map(([, value]) => value))), lines[0].unit);
  // Some take longer than others: what was asked for is drawn over the steps, not over the seconds, where there are such.
  const steps = asked !== undefined;
  const values = shown.flatMap(({ line, points }) => points.map(([at, value], i) => ({ line, at: steps ? i : at, value: value / factor })));
  const grey = asked?.points.map(([, value], i) => ({ at: i, value: value / factor })) ?? [];
  const colours = coloursOf(shown.map(({ line }) => line));
  const svg = draw({
    height: 250,
    marginLeft: 46,
    x: { label: steps ? 'steps: filled, thinned out, filled' : lines[0].along, ticks: 5 },
    y: { zero: true, label: unit, grid: true, ticks: 5 },
    color: colours,
    marks: [
      Plot.areaY(grey, { x: 'at', y: 'value', fill: 'currentColor', fillOpacity: 0.12 }),
      Plot.line(values, { x: 'at', y: 'value', stroke: 'line', strokeWidth: 2 }),
    ],
  });
  return { title: asked ? 'resident set; grey: what was asked for' : 'memory', svg, legend: colours };
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
  return { ticks, tickFormat: numberText };
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
    style: { fontSize: '12px', background: 'transparent' },
    ...options,
    color: { type: 'categorical', ...options.color },
  });
  return svg.outerHTML;
}
