// What an operation can do wrong, chosen by its parameters. `when` limits it to images whose first byte it is.
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { workerData } from 'piscina';

/** @type {import('@sharena/pipeline').StripOperation<{ how: string, when?: number, ms?: number }>} */
export default async function misbehave(strip, { how, when, ms = 0 }) {
  if (strip.top !== 0 || (when !== undefined && strip.row(0)[0] !== when)) return;
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  switch (how) {
    case 'throw':
      throw new TypeError('cannot do this');
    case 'throw a string':
      throw 'just a string';
    case 'throw what cannot be cloned':
      throw Object.assign(new Error('with a function'), { name: 'Odd', callback: () => {}, code: 7 });
    case 'exit':
      process.exit(3);
      break;
    case 'give an image away and exit':
      // As a thread that dies between giving its result away and sending it.
      ImageStore.over(SharedHeap.attach(workerData.heap)).new('L', 500, 500).giveAway();
      process.exit(3);
      break;
    case 'never return':
      for (;;);
    case 'never settle':
      await new Promise(() => {});
      break;
    case 'leave a timer that throws':
      setTimeout(() => {
        throw new Error('too late');
      }, 20);
      break;
    case 'leave a timer that exits':
      setTimeout(() => process.exit(4), 20);
      break;
    case 'leave an interval':
      setInterval(() => {}, 5);
      break;
  }
}
