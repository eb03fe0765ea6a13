/** Objects of images that are forgotten while they hold a reference. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as after } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SharedHeap } from '@sharena/heap';
import { expect, test } from 'vitest';
import { ImageStore } from '../src/store/image-store.ts';
import type { LeakedMessage } from '../src/store/leaks.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

test('are told with the place where they were made, and keep their image', { timeout: 30_000 }, async () => {
  const heap = SharedHeap.create({ reserve: '16MiB' });
  const store = ImageStore.over(heap);
  const messages: LeakedMessage[] = [];
  const listener = (message: unknown): void => {
    messages.push(message as LeakedMessage);
  };
  const unseen = makeAndForget(store); // nobody has asked yet
  subscribe('sharena:imaging:leaked', listener);
  try {
    const forgotten = makeAndForget(store);
    store.new('L', 2, 2).release();
    for (let i = 0; i < 200 && messages.length === 0; i++) {
      collect();
      await after(10);
    }
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ slot: heap.slot, handle: forgotten });
    expect(messages[0].stack).toContain('makeAndForget');
    expect(heap.stats().images).toMatchObject({ live: 2 });
    store.open(forgotten).release();
    store.open(unseen).release();
    // The forgotten references are the thread's until it goes.
    expect(heap.stats().images).toMatchObject({ live: 2 });
  } finally {
    unsubscribe('sharena:imaging:leaked', listener);
    heap.detach();
  }
});

function makeAndForget(store: ImageStore) {
  return store.new('L', 1, 1).handle;
}
