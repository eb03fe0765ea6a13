import { expect, it } from 'vitest';
import * as sharena from '../src/index.ts';

it('is one import of all packages', () => {
  const { SharedHeap, ImageStore, resize, pipeline, Runtime } = sharena;
  for (const each of [SharedHeap, ImageStore, resize, pipeline, Runtime]) expect(each).toBeTypeOf('function');
});

it('names a setting of either resize', () => {
  const kernel: sharena.KernelResizeOptions = { filter: 'box' };
  const step: sharena.ResizeOptions = { fit: 'cover', filter: 'box' };
  expect([kernel.filter, step.filter]).toEqual(['box', 'box']);
});
