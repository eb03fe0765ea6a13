/** One thread of a race: runs the function of `races.js` that it is told, and reports what it returned. */
import { parentPort, workerData } from 'node:worker_threads';
import * as allRaces from './races.js';

const races = { ...allRaces };

// No top-level await: Node 20 aborts if a thread is terminated while its module is evaluated and has one.
async function run() {
  const result = await races[workerData.run](workerData);
  parentPort.postMessage({ result: result ?? null });
}

run();
