/**
 * The worker: Piscina calls the default export once for every task.
 *
 * This module imports nothing when it loads. Piscina first requires its file, hides what goes wrong, and then imports it: a
 * library that cannot be loaded would show as an internal error of Node. Imported from in here, it shows as what it is.
 */
import type { Task, TaskResult } from './tasks.ts';

/** Runs one task. */
export default async function work(task: Task): Promise<TaskResult> {
  const { runTask } = await import('./run-task.ts');
  return runTask(task);
}
