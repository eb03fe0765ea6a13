/**
 * `--watch`: looks every half second at what the arguments stand for, and answers what is new or has changed since it was done.
 *
 * It looks instead of listening: patterns, folders in folders and disks of other machines are all the same to it. A file that has changed is
 * taken when it was the same twice, so that none is read while it is written.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expandInputs } from './inputs.ts';
import type { Interrupt } from './interrupt.ts';
import { type Batch, type Work, workOn } from './prepare.ts';
import type { RunRequest } from './request.ts';

const EVERY_MS = 500;

/** Batches of what is new, until the end is asked for. @param done - what has been done already */
export async function* watchInputs(
  request: RunRequest,
  done: Work,
  cwd: string,
  interrupt: Interrupt,
): AsyncGenerator<readonly Batch[], void, undefined> {
  const ended = new AbortController();
  interrupt.onRequest(() => ended.abort());
  const folder = resolve(cwd, request.out);
  const finished = new Map(done.batches.flatMap(({ jobs }) => jobs.map(({ source }) => stamped(source as string))));
  let seen = new Map(finished);
  while (!ended.signal.aborted) {
    await after(EVERY_MS, undefined, { signal: ended.signal }).catch(() => {});
    if (ended.signal.aborted) return;
    const { found } = await expandInputs(request.inputs, { cwd, recursive: request.recursive, skip: folder });
    const now = new Map(found.map(({ path }) => stamped(path)));
    const isReady = (path: string): boolean => now.get(path) !== finished.get(path) && now.get(path) === seen.get(path);
    seen = now;
    const batches = workOn(found, request, folder)
      .batches.map(({ plan, jobs }) => ({ plan, jobs: jobs.filter(({ source }) => isReady(source as string)) }))
      .filter(({ jobs }) => jobs.length > 0);
    if (batches.length === 0) continue;
    for (const { jobs } of batches)
      for (const { source } of jobs) finished.set(source as string, now.get(source as string) ?? '');
    yield batches;
  }
}

/** A file, and what tells whether it has changed. */
function stamped(path: string): [path: string, stamp: string] {
  const stats = statSync(path, { throwIfNoEntry: false });
  return [path, stats ? `${stats.mtimeMs} ${stats.size}` : ''];
}
