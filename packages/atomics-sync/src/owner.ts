/**
 * Who a thread is to the locks: a number from 1 to 2^28 - 1 that no other thread has.
 *
 * In Node, Bun and Deno it is the thread id of `node:worker_threads` plus 1 (the main thread has id 0), so that a supervisor
 * knows it: `ownerOf(worker.threadId)`. Take that number when the worker starts: after its end the id is -1.
 * Elsewhere it is random; let the thread tell its supervisor, or give each `at(…)` an owner of your own.
 */
import { checkInteger, OWNER_MAX } from './arguments.ts';

interface WithModules {
  readonly process?: { getBuiltinModule?(name: string): { readonly threadId?: number } | undefined };
}

/** The owner that stands for a thread of Node, by its `threadId`. */
export function ownerOf(threadId: number): number {
  checkInteger('threadId', threadId, 0, OWNER_MAX - 1);
  return threadId + 1;
}

/** The owner that stands for this thread, unless `at` was given another. */
export const threadOwner: number = findOwner();

function findOwner(): number {
  const threads = (globalThis as WithModules).process?.getBuiltinModule?.('node:worker_threads');
  if (threads?.threadId !== undefined) return threads.threadId + 1;
  const half = (OWNER_MAX + 1) / 2;
  return half + Math.floor(Math.random() * half);
}

/** Checks an owner that the caller chose. */
export function checkOwner(owner: unknown): void {
  checkInteger('owner', owner, 1, OWNER_MAX);
}
