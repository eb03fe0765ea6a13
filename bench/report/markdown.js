/** A run as Markdown: the machine, the goals, and a table for each group. */
import { format, number } from '../run/metrics.js';
import { suitesOf } from './groups.js';
import { METHOD, SUITE_TEXTS } from './texts.js';

/**
 * @param {import('@sharena/measure').Results} results
 * @param {import('../goals.js').Goal[]} goals
 */
export function markdownReport(results, goals) {
  const { skipped } = results;
  return [
    '# Benchmarks of Sharena',
    '',
    ...machineLines(results),
    '',
    METHOD,
    '',
    ...(skipped.length > 0 ? [`Left out: ${skipped.join('; ')}.`, ''] : []),
    '## Goals',
    '',
    ...goalsTable(goals),
    ...suitesOf(results).flatMap(({ name, groups }) => [
      '',
      `## ${name}`,
      '',
      SUITE_TEXTS[name] ?? '',
      ...groups.flatMap((group) => ['', `### ${group.title}`, '', ...groupTable(group)]),
    ]),
    '',
  ].join('\n');
}

/** Where and when it was measured. */
export function machineLines({ machine, options, seconds }) {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cores} cores of ${machine.cpu}, ${machine.system}, ${format(machine.memory, 'B')}; ${versions.join(', ')}.`,
    `${machine.date.slice(0, 16).replace('T', ' ')} UTC, ${seconds.toFixed(0)} s, load ${machine.load.toFixed(2)}${options.quick ? ', quick' : ''}.`,
  ];
}

/** @param {import('../goals.js').Goal[]} goals */
export function goalsTable(goals) {
  return [
    '| goal | asked for | measured | | command |',
    '|---|---|---|---|---|',
    ...goals.map(({ goal, bound, measured, isReached, command }) => {
      const verdict = isReached === undefined ? 'not measured' : isReached ? 'reached' : '**missed**';
      return `| ${goal} | ${bound} | ${number(measured)} | ${verdict} | \`${command}\` |`;
    }),
  ];
}

function groupTable({ metric, better, rows }) {
  const hasLatency = rows.some(({ latency }) => latency);
  const hasMore = rows.some(({ more }) => more.length > 0);
  const head = ['', 'threads', `${metric}${better === 'neither' ? '' : `, ${better} is better`}`, 'by the first'];
  if (hasLatency) head.push('p50', 'p99', 'p99.9', 'longest');
  if (hasMore) head.push('');
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map(({ name, threads, figures, ratio, latency, more }) => {
      const cells = [name, threads, figures, ratio];
      if (hasLatency)
        cells.push(...['p50', 'p99', 'p999', 'max'].map((part) => (latency ? format(latency[part], 'ns') : '')));
      if (hasMore) cells.push(more.join(', '));
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}
