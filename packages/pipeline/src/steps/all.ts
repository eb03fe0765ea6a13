/** Runs the steps of a plan one after the other, whoever computes the rows: one thread alone, or several in strips. */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import type { Step } from '../plan.ts';
import { isInPlace, newImage, shapeAfter, shapeOf } from './run.ts';

/** Computes the whole target of a step, or a plain copy of the source. */
export type StepRunner = (step: Step | 'copy', source: SharedImage, target: SharedImage) => Promise<void>;

/**
 * Runs `steps` on `image`.
 *
 * @param owned - whether the image is the pipeline's own: then it is changed and released; else it stays as it is
 * @returns the result. When something fails, every image that was made, and `image` if it is owned, is released
 */
export async function runSteps(
  store: ImageStore,
  steps: readonly Step[],
  image: SharedImage,
  owned: boolean,
  run: StepRunner,
): Promise<SharedImage> {
  let current = image;
  let isMine = owned;
  try {
    for (const step of steps) {
      if (isInPlace(step)) {
        if (!isMine) {
          current = await into(store, 'copy', current, false, run);
          isMine = true;
        }
        await run(step, current, current);
      } else {
        current = await into(store, step, current, isMine, run);
        isMine = true;
      }
    }
    return isMine ? current : store.open(current.handle);
  } catch (error) {
    if (isMine && current.isOpen) current.release();
    throw error;
  }
}

/** Makes the step's result in a new image, and releases the source if it is the pipeline's. */
async function into(
  store: ImageStore,
  step: Step | 'copy',
  source: SharedImage,
  releaseSource: boolean,
  run: StepRunner,
): Promise<SharedImage> {
  const shape = shapeOf(source);
  const target = newImage(store, step === 'copy' ? shape : shapeAfter(step, shape));
  try {
    await run(step, source, target);
  } catch (error) {
    target.release();
    throw error;
  }
  if (releaseSource) source.release();
  return target;
}
