/**
 * map: a user's own function on the rows of a strip, in place.
 *
 * The module is imported once per thread. The strip's views are of the shared memory: what the function writes is in the image.
 */
import type { SharedImage } from '@sharena/imaging';
import { reasonOf, StepError } from '../errors.ts';
import type { MapStep } from '../plan.ts';
import type { Strip, StripOperation } from '../strip.ts';

const operations = new Map<string, Promise<StripOperation>>();

/** Calls the step's function for rows `top` to `bottom - 1`. @throws {StepError} when it cannot be loaded, or throws */
export async function runMap(step: MapStep, image: SharedImage, top: number, bottom: number): Promise<void> {
  const operation = await operationOf(step.module);
  try {
    await operation(stripOf(image, top, bottom), step.params);
  } catch (error) {
    throw new StepError(`map ${step.module}: ${reasonOf(error)}`, { cause: error });
  }
}

function operationOf(module: string): Promise<StripOperation> {
  const known = operations.get(module);
  if (known) return known;
  const loading = load(module);
  operations.set(module, loading);
  return loading;
}

async function load(module: string): Promise<StripOperation> {
  const { default: operation } = await import(module).catch((error) => {
    throw new StepError(`map: cannot load ${module}: ${reasonOf(error)}`, { cause: error });
  });
  if (typeof operation === 'function') return operation;
  throw new StepError(`map: the default export of ${module} is not a function`);
}

function stripOf(image: SharedImage, top: number, bottom: number): Strip {
  const { width, height: imageHeight, pixelSize } = image;
  const row = (y: number): Uint8Array => {
    if (y >= 0 && y < bottom - top) return image.row(top + y);
    throw new RangeError(`row ${y} is outside the strip, whose rows are 0 to ${bottom - top - 1}`);
  };
  return { width, height: bottom - top, top, imageHeight, mode: image.mode as Strip['mode'], pixelSize, row };
}
