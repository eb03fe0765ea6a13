/** Options about decoding: they say what the pipeline's options of decoding say, and reach the decoder. */
import { join } from 'node:path';
import type { DecodeOptions } from '@sharena/pipeline';
import { Command } from 'commander';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { addDecodeOptions, readDecode } from '../src/commands/decode-options.ts';
import { call, fill, makeFolder, PHOTOS, pixelsOf } from './helpers.ts';

function decodeOf(args: string): DecodeOptions {
  const command = new Command();
  addDecodeOptions(command);
  return readDecode(command.parse(args.split(' ').filter(Boolean), { from: 'user' }).opts());
}

describe('options about decoding', () => {
  it.each<[string, DecodeOptions]>([
    ['', {}],
    ['--scaling codec', { scaling: 'codec' }],
    ['--scaling kernel', { scaling: 'kernel' }],
    ['--decode-gap 2.5', { reducingGap: 2.5 }],
    ['--decode-gap full', { reducingGap: null }],
    ['--page 0', { page: 0 }],
    ['--density 0.5', { density: 0.5 }],
    ['--fail-on none', { failOn: 'none' }],
    ['--limit-pixels 1000000000000', { limitInputPixels: 1e12 }],
    [
      '--scaling codec --page 3 --density 300 --fail-on error --limit-pixels 9',
      { scaling: 'codec', page: 3, density: 300, failOn: 'error', limitInputPixels: 9 },
    ],
  ])('%s', (args, decode) => {
    expect(decodeOf(args)).toEqual(decode);
  });

  it('reach the decoder', async () => {
    const folder = makeFolder();
    const page = (red: number): Promise<Buffer> =>
      sharp({ create: { width: 30, height: 20, channels: 3, background: { r: red, g: 0, b: 0 } } })
        .png()
        .toBuffer();
    const pages = sharp([await page(10), await page(200)], { join: { animated: true } });
    fill(folder, { 'a.gif': await pages.gif().toBuffer(), 'b.jpg': { copyOf: PHOTOS.canyon } });
    const args = ['--page', '1', '--limit-pixels', '767999', '--format', 'png', '--out', 'o'];
    const { code, stderr } = await call(folder, 'run', 'a.gif', 'b.jpg', ...args);
    const { data, width, height } = await pixelsOf(join(folder, 'o', 'a.png'));
    expect([width, height, data[0]]).toEqual([30, 20, 200]);
    expect(stderr).toContain('failed: b.jpg: ');
    expect(stderr).toContain('1024x750 pixels are more than the limit of 767999');
    expect(code).toBe(1);
  });
});
