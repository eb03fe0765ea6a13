/** Starts threads and watches them: whoever does not report in time is terminated, and the race has failed. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ownerOf } from '@sharena/atomics-sync';

const file = new URL('./task.js', import.meta.url);

/** One thread. `owner` is who it is to the locks; `result` fails if it dies. */
export function startThread(data) {
  const worker = new Worker(file, { workerData: data });
  const owner = ownerOf(worker.threadId);
  const result = new Promise((resolve, reject) => {
    worker.on('message', (message) => resolve(message.result));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`thread ${data.run} ended with code ${code} and no result`)));
  });
  result.catch(() => undefined);
  return { worker, owner, result, exited: once(worker, 'exit') };
}

/** All threads, until all have reported. Fails after `milliseconds`, with the state that `describe` gives. */
export async function race(tasks, milliseconds, describe = () => '') {
  const threads = tasks.map(startThread);
  let timer;
  const watchdog = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${milliseconds} ms ${describe()}`)), milliseconds);
  });
  try {
    return await Promise.race([Promise.all(threads.map((thread) => thread.result)), watchdog]);
  } finally {
    clearTimeout(timer);
    await Promise.all(threads.map((thread) => thread.worker.terminate()));
  }
}
