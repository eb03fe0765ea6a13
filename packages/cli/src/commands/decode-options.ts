/** The options of `sharena run` about decoding: how inputs are read, before the first step. */
import { DECODE_FAULTS, DECODE_SCALINGS, type DecodeOptions, LIMIT_INPUT_PIXELS } from '@sharena/pipeline';
import { type Command, Option } from 'commander';
import { readNumber, readWhole } from '../options.ts';

const MOST = 100_000;

/** What commander makes of them. */
export interface DecodeArguments {
  readonly scaling?: DecodeOptions['scaling'];
  readonly decodeGap?: string;
  readonly page?: string;
  readonly density?: string;
  readonly failOn?: DecodeOptions['failOn'];
  readonly limitPixels?: string;
}

/** Their names in {@link DecodeArguments}. */
export const DECODE_NAMES = ['scaling', 'decodeGap', 'page', 'density', 'failOn', 'limitPixels'] as const;

/** Adds them. */
export function addDecodeOptions(command: Command): void {
  command
    .optionsGroup('Decoding:')
    .addOption(
      new Option(
        '--scaling <who>',
        'who scales for a --resize that comes first: the kernel (default), with the bytes of Pillow, or the codec, in less time and memory',
      ).choices(DECODE_SCALINGS),
    )
    .option(
      '--decode-gap <times>',
      'how many times as large as its target a JPEG, WebP or SVG is still decoded, from 1; full: not smaller than it is (default: 1)',
    )
    .option('--page <n>', 'the page of a GIF, WebP or TIFF, from 0 (default: 0)')
    .option('--density <dpi>', `dots per inch of an SVG, 1 to ${MOST} (default: 72)`)
    .addOption(
      new Option('--fail-on <fault>', 'from which fault on a file counts as broken (default: warning)').choices(
        DECODE_FAULTS,
      ),
    )
    .option('--limit-pixels <n>', `the most pixels of an input (default: ${LIMIT_INPUT_PIXELS})`);
}

/** What they say. @throws {UsageError} when a value is none; {@link pipeline} checks its bounds */
export function readDecode(given: DecodeArguments): DecodeOptions {
  const { scaling, decodeGap, page, density, failOn, limitPixels } = given;
  return {
    ...(scaling && { scaling }),
    ...(decodeGap !== undefined && { reducingGap: readGap(decodeGap) }),
    ...(page !== undefined && { page: readWhole('--page', page, 0, MOST) }),
    ...(density !== undefined && { density: readNumber('--density', density) }),
    ...(failOn && { failOn }),
    ...(limitPixels !== undefined && {
      limitInputPixels: readWhole('--limit-pixels', limitPixels, 1, Number.MAX_SAFE_INTEGER),
    }),
  };
}

function readGap(text: string): number | null {
  return text === 'full' ? null : readNumber('--decode-gap', text);
}
