/** One thread of a race: runs the function of `races.js` that it is told, and reports what it returned. */
import { parentPort, workerData } from 'node:worker_threads';
import * as races from './races.js';

const result = await races[workerData.run](workerData);
parentPort.postMessage({ result: result ?? null });
