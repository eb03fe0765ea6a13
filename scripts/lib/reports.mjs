// Counts the results that vitest.shared.ts makes every package leave in one folder.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A folder for the reports of one run: two runs in one tree do not meet. The caller removes it. */
export const newReports = () => mkdtempSync(join(tmpdir(), 'sharena-tests-'));

/**
 * Adds up all reports in a folder. A test file that could not be loaded counts as one failure, and so does a package
 * that began and left no report.
 * @param {string} folder
 */
export function count(folder) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const unfinished = [];
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.running.json')) {
      const project = basename(name, '.running.json');
      const files = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      if (!existsSync(join(folder, `${project}.json`))) {
        total.failed += 1;
        unfinished.push(`${project}: ${files.join(', ') || 'all files ended'}`);
      }
      continue;
    }
    const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    for (const file of report.testResults) {
      if (file.status === 'failed' && !file.assertionResults.some(isFailure)) total.failed += 1;
    }
  }
  return { ...total, unfinished };
}

/** @param {{ status: string }} result */
const isFailure = (result) => result.status === 'failed';
