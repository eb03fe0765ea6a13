/** The page of a report: complete, alone, and in a browser readable on a desk and on a phone, in light and in dark. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Results } from '@sharena/measure';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goalsOf } from '../goals.js';
import { markdownReport } from '../report/markdown.js';
import { htmlReport } from '../report/page.js';

/** Browsers as systems install them. playwright-core brings none. */
const CHROMIUM = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));

const results = sampleResults();
const html = htmlReport(results, goalsOf(results));
const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-report-'));
const file = join(folder, 'report.html');
writeFileSync(file, html);
afterAll(() => rmSync(folder, { recursive: true }));

/** One group of each kind: bars, dots on a logarithmic axis, curves with latencies, memory over time, operations. */
function sampleResults(): Results {
  const time = { metric: 'time', unit: 'ns', better: 'lower' } as const;
  const rate = { metric: 'throughput', unit: '1/s', better: 'higher' } as const;
  const bars = [10, 20, 30].map((ns, i) => ({
    ...{ suite: 'alloc', group: 'bars <&>', name: `a case with rather a long name ${i}`, threads: 1, ...time },
    ...{ isControl: i > 0, samples: [ns, ns * 1.1, ns * 0.9] },
  }));
  const dots = [3, 3000].map((ns, i) => ({
    ...{ suite: 'alloc', group: 'dots', name: `case ${i}`, threads: 1, ...time, isControl: i > 0, samples: [ns] },
  }));
  const curves = ['ours', 'theirs'].flatMap((name, i) =>
    [1, 2, 4].map((threads) => ({
      ...{
        suite: 'sync',
        group: 'curves',
        name,
        threads,
        ...rate,
        isControl: i > 0,
        samples: [1e6 * threads * (i + 1)],
      },
    })),
  );
  const kernels = ['sharena', 'sharp'].map((name, i) => ({
    ...{ suite: 'kernels', group: 'blur', name, threads: 1, ...time, unit: 'ms', isControl: i > 0, samples: [i + 1] },
  }));
  const memory = [
    {
      suite: 'memory',
      group: 'rest',
      name: 'sharena',
      threads: 1,
      metric: 'memory',
      unit: 'B',
      better: 'lower',
      isControl: false,
      samples: [2 ** 20],
    },
  ] as const;
  const latency = {
    count: 1000,
    p50: 100,
    p99: 2000,
    p999: 50_000,
    max: 70_000,
    buckets: [
      [100, 900],
      [2000, 99],
      [70_000, 1],
    ],
  } as const;
  return {
    format: 'sharena-bench-1',
    machine: {
      cpu: 'a <processor>',
      cores: 2,
      memory: 2 ** 34,
      system: 'system',
      versions: { node: '20' },
      load: 0.5,
      date: '2026-01-01T10:00:00Z',
    },
    options: { quick: true },
    seconds: 12,
    measurements: [...bars, ...dots, ...curves, ...kernels, ...memory],
    distributions: ['ours', 'theirs'].map((name) => ({ suite: 'sync', group: 'curves', name, threads: 4, latency })),
    series: [
      {
        suite: 'memory',
        group: 'rest',
        name: 'sharena',
        threads: 1,
        metric: 'resident set',
        unit: 'B',
        along: 'seconds',
        points: [
          [0, 2 ** 20],
          [1, 2 ** 21],
        ],
      },
    ],
    skipped: ['jemalloc: its library is not installed'],
  };
}

test('the page needs nothing beside it, and lets no name become markup', () => {
  expect(html).not.toMatch(/<script|<link|@import|url\(|src=/);
  expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:/);
  expect(html).not.toContain('bars <&>');
  expect(html).toContain('bars &#60;&#38;&#62;');
  expect(html).not.toContain('<processor>');
});

test('everything that was measured is in both reports', () => {
  const markdown = markdownReport(results, goalsOf(results));
  for (const { group, name } of results.measurements) {
    expect(markdown).toContain(`### ${group}`);
    expect(markdown).toContain(name);
    expect(html).toContain(name);
  }
  expect(markdown).toContain('| a case with rather a long name 0 | 1 | 10.0 ns (9.00 ns to 11.0 ns) | 1.00 |');
  expect(markdown).toContain('100 ns | 2.00 us | 50.0 us | 70.0 us');
  for (const text of [markdown, html]) expect(text).toContain('jemalloc: its library is not installed');
});

describe.skipIf(CHROMIUM === undefined)(
  'in a browser (skipped where no Chromium is installed; CHROMIUM names one)',
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    });
    afterAll(() => browser?.close());

    const open = async (width: number, colorScheme: 'light' | 'dark') => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const problems: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('requestfailed', (request) => problems.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      return { page, problems };
    };

    test.each([
      ['a desk', 1280, 'light'],
      ['a desk', 1280, 'dark'],
      ['a phone', 390, 'light'],
      ['a phone', 390, 'dark'],
    ] as const)('%s, %i pixels wide, %s', async (_, width, scheme) => {
      const { page, problems } = await open(width, scheme);
      const seen = await page.evaluate(() => {
        const plots = [...document.querySelectorAll('figure svg')];
        const cut = plots.flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')]
            .filter((text) => text.textContent !== '')
            .filter((text) => {
              const box = text.getBoundingClientRect();
              return (
                box.left < frame.left - 1 ||
                box.right > frame.right + 1 ||
                box.top < frame.top - 1 ||
                box.bottom > frame.bottom + 1
              );
            })
            .map((text) => text.textContent);
        });
        const sizes = plots.flatMap((svg) =>
          [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect().height),
        );
        const { backgroundColor, color } = getComputedStyle(document.body);
        const widths = plots.map((svg) => svg.getBoundingClientRect().width);
        return {
          plots: plots.length,
          cut,
          smallest: Math.min(...sizes.filter((size) => size > 0)),
          backgroundColor,
          color,
          widths,
          scroll: document.documentElement.scrollWidth,
        };
      });
      expect(problems).toEqual([]);
      expect(seen.plots).toBe(6);
      expect(seen.cut).toEqual([]);
      expect(seen.smallest).toBeGreaterThan(9);
      expect(Math.min(...seen.widths)).toBeGreaterThan(300);
      expect(seen.scroll).toBe(width);
      const brightness = (colour: string) =>
        colour
          .match(/\d+/g)!
          .slice(0, 3)
          .reduce((sum, part) => sum + Number(part), 0) / 765;
      expect(brightness(seen.backgroundColor) > 0.5).toBe(scheme === 'light');
      expect(Math.abs(brightness(seen.backgroundColor) - brightness(seen.color))).toBeGreaterThan(0.6);
      const picture = await page.screenshot({ fullPage: true });
      expect(picture.length).toBeGreaterThan(20_000);
      await page.close();
    });

    test('bars are as long as the numbers are large, and ours have another colour than the others', async () => {
      const { page } = await open(1280, 'light');
      const bars = await page.evaluate(() => {
        const first = document.querySelector('figure svg')!;
        return [...first.querySelectorAll('rect')].map((rect) => ({
          width: rect.getBoundingClientRect().width,
          fill: getComputedStyle(rect).fill,
        }));
      });
      expect(bars).toHaveLength(3);
      expect(bars[1]!.width / bars[0]!.width).toBeCloseTo(2, 1);
      expect(bars[2]!.width / bars[0]!.width).toBeCloseTo(3, 1);
      expect(new Set(bars.map(({ fill }) => fill)).size).toBe(3);
      await page.close();
    });
  },
);
