/**
 * map and tap: a user's own function on rows, or on a whole image.
 *
 * A module is imported once per thread. A strip's views are of the shared memory: what the function writes is in the image.
 */
import type { SharedImage } from '@sharena/imaging';
import { reasonOf, StepError } from '../errors.ts';
import type { MapStep, TapStep } from '../plan.ts';
import type { Strip, StripOperation, TapOperation } from '../strip.ts';
import { haloOf } from './stages.ts';

type Operation = StripOperation | TapOperation;
const operations = new Map<string, Promise<Operation>>();

/** Calls the step's function for rows `top` to `bottom - 1`. @throws {StepError} when it cannot be loaded, or throws */
export async function runMap(
  step: MapStep,
  source: SharedImage,
  target: SharedImage,
  top: number,
  bottom: number,
): Promise<void> {
  const operation = await operationOf(step);
  try {
    await operation(stripOf(source, target, top, bottom, haloOf(step)), step.params);
  } catch (error) {
    throw new StepError(`map ${step.module}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Calls the step's function for the whole image, and answers what it answers. @throws {StepError} as {@link runMap} */
export async function runTap(step: TapStep, image: SharedImage): Promise<unknown> {
  const operation = await operationOf(step);
  try {
    return structuredClone(await operation(stripOf(image, image, 0, image.height, 0), step.params));
  } catch (error) {
    throw new StepError(`tap ${step.module}: ${reasonOf(error)}`, { cause: error });
  }
}

function operationOf({ op, module }: MapStep | TapStep): Promise<Operation> {
  const known = operations.get(module);
  if (known) return known;
  const loading = load(op, module);
  operations.set(module, loading);
  return loading;
}

async function load(op: string, module: string): Promise<Operation> {
  const { default: operation } = await import(module).catch((error) => {
    throw new StepError(`${op}: cannot load ${module}: ${reasonOf(error)}`, { cause: error });
  });
  if (typeof operation === 'function') return operation;
  throw new StepError(`${op}: the default export of ${module} is not a function`);
}

function stripOf(from: SharedImage, image: SharedImage, top: number, bottom: number, halo: number): Strip {
  const { width, height: imageHeight, pixelSize } = image;
  const height = bottom - top;
  const row = (y: number): Uint8Array => {
    if (y >= 0 && y < height) return image.row(top + y);
    throw new RangeError(`row ${y} is outside the strip, whose rows are 0 to ${height - 1}`);
  };
  const source = (y: number): Uint8Array => {
    if (y >= -halo && y < height + halo) return from.row(Math.max(0, Math.min(top + y, imageHeight - 1)));
    throw new RangeError(`row ${y} is outside the strip and its halo, rows ${-halo} to ${height - 1 + halo}`);
  };
  return { width, height, top, imageHeight, halo, mode: image.mode as Strip['mode'], pixelSize, row, source };
}
