// Loaded by --import into each process and thread: makes RWLock.writeLock() of the built package slower by four atomic loads.
import { register } from 'node:module';

const HOOKS = `
export async function load(url, context, nextLoad) {
  const result = await nextLoad(url, context);
  if (!url.endsWith('/atomics-sync/dist/rw-lock.js')) return result;
  const text = String(result.source);
  const head = /\\n {4}writeLock\\((\\w*)\\) \\{\\n/;
  if (!head.test(text)) throw new Error('rw-lock.js has no method writeLock() to make slower');
  const loads = 'for (let i = 0; i < 4; i++) Atomics.load(this.words, 0);';
  return { ...result, source: text.replace(head, (found) => found + loads) };
}`;
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
