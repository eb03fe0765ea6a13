/** A run as one page of HTML that needs nothing beside it: no script, no font, no network. */
import { readFileSync } from 'node:fs';
import { format, number } from '../run/metrics.js';
import { suitesOf } from './groups.js';
import { plotsOf, ratiosPlot } from './plots.js';
import { METHOD, SUITE_TEXTS } from './texts.js';

const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8');

/**
 * @param {import('@sharena/measure').Results} results
 * @param {import('../goals.js').Goal[]} goals
 */
export function htmlReport(results, goals) {
  const suites = suitesOf(results);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Benchmarks of Sharena</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Benchmarks of Sharena</h1>
<p>${escaped(machineText(results))}</p>
<p>${escaped(METHOD)}</p>
${results.skipped.length > 0 ? `<p>Left out: ${escaped(results.skipped.join('; '))}.</p>` : ''}
<nav>${['goals', ...suites.map(({ name }) => name)].map((name) => `<a href="#${name}">${name}</a>`).join(' ')}</nav>
</header>
<main>
${goalsSection(goals)}
${suites.map(suiteSection).join('\n')}
</main>
</body>
</html>
`;
}

function machineText({ machine, options, seconds }) {
  const { cores, cpu, system, memory, versions, date, load } = machine;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const how = `${date.slice(0, 16).replace('T', ' ')} UTC, ${seconds.toFixed(0)} s, load ${load.toFixed(2)}`;
  return `${cores} cores of ${cpu}, ${system}, ${format(memory, 'B')}; ${names.join(', ')}. ${how}${options.quick ? ', quick' : ''}.`;
}

function goalsSection(goals) {
  const rows = goals.map(({ goal, bound, measured, isReached, command }) => {
    const verdict = isReached === undefined ? 'not measured' : isReached ? 'reached' : 'missed';
    const kind = isReached === undefined ? 'unknown' : verdict;
    return `<li class="${kind}"><span class="verdict">${verdict}</span> <b>${number(measured)}</b> <span class="bound">${escaped(bound)}</span> ${escaped(goal)} <code>${escaped(command)}</code></li>`;
  });
  const reached = goals.filter(({ isReached }) => isReached).length;
  const known = goals.filter(({ isReached }) => isReached !== undefined).length;
  return `<section id="goals"><h2>Goals</h2><p>${reached} of the ${known} that this run measured are reached.</p><ul class="goals">${rows.join('')}</ul></section>`;
}

function suiteSection({ name, groups }) {
  const cards = name === 'kernels' ? [kernelsCard(groups), ...groups.map(tableOnly)] : groups.map(card);
  return `<section id="${escaped(name)}"><h2>${escaped(name)}</h2><p>${escaped(SUITE_TEXTS[name] ?? '')}</p><div class="cards">${cards.join('\n')}</div></section>`;
}

function card(group) {
  const figures = plotsOf(group).map(figure);
  return `<article><h3>${escaped(group.title)}</h3>${figures.join('')}${table(group)}</article>`;
}

function kernelsCard(groups) {
  return `<article class="wide"><h3>all operations</h3>${figure(ratiosPlot(groups))}</article>`;
}

function tableOnly(group) {
  return `<article><h3>${escaped(group.title)}</h3>${table(group, true)}</article>`;
}

function figure({ title, svg, legend }) {
  const keys = legend
    ? legend.domain.map((name, i) => `<span><i style="background:${legend.range[i]}"></i>${escaped(name)}</span>`)
    : [];
  return `<figure><figcaption>${escaped(title)}</figcaption>${keys.length > 0 ? `<p class="legend">${keys.join('')}</p>` : ''}${svg}</figure>`;
}

function table({ rows, metric }, isOpen = false) {
  const body = rows.map(({ name, threads, figures, ratio, latency, more }) => {
    const times = latency
      ? ['p50', 'p99', 'p999', 'max'].map(
          (part) => `${part === 'p999' ? 'p99.9' : part} ${format(latency[part], 'ns')}`,
        )
      : [];
    const rest = [...times, ...more].join(', ');
    return `<tr><th>${escaped(name)}${threads > 1 ? `, ${threads} threads` : ''}</th><td>${escaped(figures)}</td><td>${ratio}</td></tr>${rest ? `<tr class="more"><td colspan="3">${escaped(rest)}</td></tr>` : ''}`;
  });
  return `<details${isOpen ? ' open' : ''}><summary>figures</summary><table><tr><th></th><th>${escaped(metric)}</th><th>by the first</th></tr>${body.join('')}</table></details>`;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
