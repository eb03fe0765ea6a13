/** Strips: one image at a time, the rows of every stage shared out among all threads. Runs in the runtime's thread, which computes no rows. */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { type Control, handleOf } from './control.ts';
import type { DecodeOptions } from './decoding.ts';
import type { Executor } from './execute.ts';
import { join } from './steps/surveys.ts';
import { type Answers, type DecodedSize, type EncodedInput, type Task, WHOLE } from './tasks.ts';

/** What strips need. */
export interface StripOptions {
  readonly store: ImageStore;
  readonly threads: number;
  readonly control: Control;
  /** Has a thread do a task. */
  ask<T extends Task>(task: T): Promise<Answers[T['kind']]>;
  /** Counts bytes of pixels that went to another thread as a handle. */
  count(bytes: number): void;
}

/** Has all threads do the work together. */
export interface StripExecutor extends Executor {
  decodeAs(input: EncodedInput, options: DecodeOptions, size: DecodedSize): Promise<SharedImage>;
}

/** An executor that shares the rows of every stage out. */
export function inStrips({ store, threads, control: mine, ask, count }: StripOptions): StripExecutor {
  const control = handleOf(mine);
  const counted = (image: SharedImage): SharedImage => {
    count(image.lineSize * image.height);
    return image;
  };
  const decodeAs = async (
    input: EncodedInput,
    options: DecodeOptions,
    { reduction, scaled }: DecodedSize,
  ): Promise<SharedImage> => {
    const size = { reduction, ...(scaled && { scaled }) };
    const { image } = await ask({ kind: 'decode', input, options, size, control });
    return counted(store.takeOver(image));
  };
  /** Shares rows out, and waits for all: every strip ends before the images may be released, also when one of them fails. */
  const inParts = async <T>(height: number, ask: (top: number, bottom: number) => Promise<T>): Promise<T[]> => {
    const strips = Math.min(threads, height);
    const cuts = Array.from({ length: strips + 1 }, (_, i) => Math.round((i * height) / strips));
    const parts = cuts.slice(1).map((bottom, i) => ask(cuts[i], bottom));
    const failed = (await Promise.allSettled(parts)).find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    return Promise.all(parts);
  };
  return {
    store,
    overlaps: true,
    check: mine.check,
    decodeAs,
    decode: (input) => decodeAs(input, {}, WHOLE),
    tap: async (step, image) => (await ask({ kind: 'tap', step, image: counted(image).handle, control })).value,
    encode: (image, output, file) => ask({ kind: 'encode', image: counted(image).handle, output, file, control }),
    async rows(stage, { source, target, operands }) {
      const handles = operands.map((operand) => operand?.handle);
      await inParts(target.height, (top, bottom) => {
        count((bottom - top) * target.lineSize);
        const [from, to] = [source.handle, target.handle];
        return ask({ kind: 'strip', stage, source: from, target: to, operands: handles, top, bottom, control });
      });
    },
    async tensor(output, image, target) {
      const [from, to] = [image.handle, target.handle];
      await inParts(image.height, (top, bottom) => {
        count((bottom - top) * image.lineSize);
        return ask({ kind: 'tensor', output, image: from, target: to, top, bottom, control });
      });
    },
    async survey(step, image) {
      const found = await inParts(image.height, (top, bottom) => {
        count((bottom - top) * image.lineSize);
        return ask({ kind: 'survey', step, image: image.handle, top, bottom, control });
      });
      return found.reduce(join);
    },
  };
}
