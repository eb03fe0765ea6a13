/**
 * Direct: a plan that is nothing but a resize by the codec and an encoder goes from bytes to bytes within libvips.
 *
 * It is called in the runtime's own thread. libvips works in Node's pool of threads whoever calls it, so a thread of JavaScript beside it would
 * only hand on what comes out: on the way through one, a thumbnail took a tenth more time. No thread of the crew has a part in it, so none
 * can die of it, and the runtime limits how many are in work at a time.
 */
import type { ImageStore } from '@sharena/imaging';
import { decode, delivered, encode, type Header, transcode } from './codec.ts';
import type { Forecast } from './need.ts';
import type { EncodedOutput } from './outputs.ts';
import { onlyOutput } from './scaling.ts';
import type { EncodedInput, ImageAnswer } from './tasks.ts';

/** The output of a plan that libvips does from end to end; nothing when it does not. */
export function directOutput({ scaled, plan }: Forecast): EncodedOutput | undefined {
  return scaled && onlyOutput(plan);
}

/**
 * Does all of it.
 *
 * @param check - throws when the work shall stop
 * @param file - where the result is written; without it the bytes are answered
 * @throws {DecodeError} or {@link EncodeError}, whichever of the two it was
 */
export async function runDirect(
  store: ImageStore,
  input: EncodedInput & { readonly header: Header },
  seen: Forecast,
  output: EncodedOutput,
  file: string | undefined,
  check: () => void,
): Promise<ImageAnswer> {
  const made =
    (await transcode(input, input.header, seen.plan.decode ?? {}, seen.scaled, output)) ??
    (await inTwo(store, input, seen, output, check));
  check();
  const { width, height, data } = made;
  return { outputs: [{ name: '', width, height, ...(await delivered(data, file)) }], taps: {} };
}

/** Decoding and encoding one after the other: when the whole failed, one of them says why. */
async function inTwo(
  store: ImageStore,
  input: EncodedInput,
  seen: Forecast,
  output: EncodedOutput,
  check: () => void,
): Promise<{ readonly data: Uint8Array; readonly width: number; readonly height: number }> {
  check();
  using image = await decode(store, input, seen.plan.decode ?? {}, seen, '');
  check();
  const { width, height } = image;
  return { width, height, data: await encode(image, output) };
}
