/** Metadata: stripped unless a plan says otherwise, and then what the input said, or what the plan says, in every format that carries it. */
import { createRequire } from 'node:module';
import { type DecodeOptions, type Format, type Metadata, type Plan, pipeline, type Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { BOTH, expectSameBytes, noiseImage, one, oneData, PHOTOS, photo, useRuntime } from './helpers.ts';

const require = createRequire(import.meta.url);

/** A photograph of a telephone, with the place where it was taken and a thumbnail; 1278x720. */
const STARFISH = require.resolve('exif-parser/test/starfish.jpg');
/** JPEG, PNG, WebP and AVIF carry EXIF; TIFF does not. */
const WITH_EXIF = ['jpeg', 'png', 'webp', 'avif'] as const satisfies Format[];
const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>';

type Tags = Readonly<Record<string, unknown>>;

let runtime: Runtime;
useRuntime((started) => {
  runtime = started;
});

/** The tags of an image of any format, as a library of its own reads them; none where there is no EXIF. */
async function tagsOf(image: string | Uint8Array): Promise<Tags | undefined> {
  const { exif } = await sharp(image).metadata();
  if (!exif) return undefined;
  const { create } = require('exif-parser') as { create(jpeg: Buffer): { parse(): { tags: Tags } } };
  // It reads JPEG alone.
  const body =
    exif.subarray(0, 4).toString('latin1') === 'Exif' ? exif : Buffer.concat([Buffer.from('Exif\0\0'), exif]);
  const length = Buffer.from([(body.length + 2) >> 8, (body.length + 2) & 255]);
  const [begin, end] = [Buffer.from([0xff, 0xd8, 0xff, 0xe1]), Buffer.from([0xff, 0xd9])];
  return create(Buffer.concat([begin, length, body, end])).parse().tags;
}

/** Which kinds of metadata there are. */
async function kindsOf(data: Uint8Array): Promise<{ exif: boolean; xmp: string | undefined; icc: boolean }> {
  const { exif, xmpAsString, icc } = await sharp(data).metadata();
  return { exif: exif !== undefined, xmp: xmpAsString, icc: icc !== undefined };
}

/** Tags without those that say how pixels are stored, which are the encoder's, and without Microsoft's, which libexif does not know. */
function lasting(tags: Tags | undefined): Tags {
  const { ExifImageWidth, ExifImageHeight, ColorSpace, YCbCrPositioning, OffsetSchema, ...others } = tags ?? {};
  return others;
}

function withMetadata(format: Format, metadata?: Metadata, decode?: DecodeOptions) {
  return pipeline(decode)
    .resize(90)
    .encode(format, { ...(format === 'avif' && { effort: 0 }), ...(metadata !== undefined && { metadata }) });
}

describe.each(BOTH)('%o', (options) => {
  const made = (plan: Plan | ReturnType<typeof pipeline>, input: string | Uint8Array = STARFISH) =>
    oneData(runtime.run(plan, [input], options));

  test.each([...WITH_EXIF, 'tiff', 'gif'] as const)('%s: nothing, unless it is asked for', async (format) => {
    for (const input of [STARFISH, PHOTOS.flower]) {
      const data = await made(withMetadata(format), input);
      expect(await kindsOf(data)).toEqual({ exif: false, xmp: undefined, icc: false });
      expectSameBytes(await made(withMetadata(format, 'strip'), input), data);
    }
  });

  test.each(WITH_EXIF)('%s keeps all that the input says', async (format) => {
    const { icc: srgb } = await sharp(await sharp(STARFISH).withIccProfile('srgb').toBuffer()).metadata();
    const [starfish, flower] = await Promise.all([STARFISH, PHOTOS.flower].map((input) => sharp(input).metadata()));
    for (const decode of [{}, { scaling: 'codec' }] as const) {
      const first = await made(withMetadata(format, 'keep', decode));
      const second = await made(withMetadata(format, 'keep', decode), PHOTOS.flower);
      expect(lasting(await tagsOf(first))).toEqual(lasting(await tagsOf(STARFISH)));
      expect(await tagsOf(first)).toMatchObject({ Model: 'Lumia 820', GPSLongitude: expect.closeTo(8.4572, 4) });
      const { density, xmp, icc } = await sharp(second).metadata();
      expect(xmp).toEqual(flower.xmp);
      expect(icc).toEqual(srgb);
      if (format === 'jpeg' || format === 'png') expect(density).toBe(72);
      expect((await sharp(first).metadata()).icc).toBe(starfish.icc);
    }
  });

  test('the pixels are those that they are without', async () => {
    for (const format of WITH_EXIF) {
      for (const input of [STARFISH, PHOTOS.flower]) {
        const [kept, stripped] = [
          await made(withMetadata(format, 'keep'), input),
          await made(withMetadata(format), input),
        ];
        const pixels = await Promise.all([kept, stripped].map((data) => sharp(data).raw().toBuffer()));
        expectSameBytes(pixels[0], pixels[1], format);
      }
    }
  });

  test('TIFF keeps XMP, profile and density, GIF nothing', async () => {
    const tiff = await made(withMetadata('tiff', 'keep'), PHOTOS.flower);
    const { xmpAsString: xmp } = await sharp(PHOTOS.flower).metadata();
    expect(await kindsOf(tiff)).toEqual({ exif: false, xmp, icc: true });
    expect(await sharp(tiff).metadata()).toMatchObject({ density: 72 });
    const gif = await made(withMetadata('gif', 'keep'), PHOTOS.flower);
    expect(await kindsOf(gif)).toEqual({ exif: false, xmp: undefined, icc: false });
  });

  test.each([2, 3, 6, 8])('orientation %i: pixels are turned, and the tag is 1', async (Orientation) => {
    const lying = await sharp(STARFISH).withMetadata({ orientation: Orientation }).toBuffer();
    expect(await tagsOf(lying)).toMatchObject({ Orientation });
    for (const format of WITH_EXIF) {
      const data = await made(withMetadata(format, 'keep'), lying);
      const { width, height, orientation = 1 } = await sharp(data).metadata();
      expect([width < height, orientation]).toEqual([Orientation > 4, 1]);
      expect(await tagsOf(data)).toMatchObject({ Orientation: 1, Model: 'Lumia 820' });
    }
  });

  test('values of the plan: alone, over those of the input, and beside them', async () => {
    const IFD0 = { Copyright: 'Ada Lovelace', Model: 'A pencil' };
    const IFD3 = { GPSLatitudeRef: 'S', GPSLatitude: '51/1 30/1 0/1' };
    for (const format of WITH_EXIF) {
      const alone = await tagsOf(await made(withMetadata(format, { exif: { IFD0, IFD3 } })));
      expect(alone).toMatchObject({ ...IFD0, Orientation: 1, GPSLatitude: -51.5 });
      expect(alone).not.toHaveProperty('GPSLongitude');
      const over = await tagsOf(await made(withMetadata(format, { exif: { keep: true, IFD0 } })));
      expect(over).toMatchObject({ ...IFD0, Make: 'Nokia', GPSLongitude: expect.closeTo(8.4572, 4) });
    }
  });

  test('some kinds and not others', async () => {
    const { xmpAsString: xmp } = await sharp(PHOTOS.flower).metadata();
    const kinds = async (format: Format, metadata: Metadata) =>
      kindsOf(await made(withMetadata(format, metadata), PHOTOS.flower));
    expect(await kinds('jpeg', { xmp: true })).toEqual({ exif: false, xmp, icc: false });
    expect(await kinds('webp', { xmp: XMP })).toEqual({ exif: false, xmp: XMP, icc: false });
    expect(await kinds('png', { exif: true })).toEqual({ exif: true, xmp: undefined, icc: false });
    expect(await kinds('avif', { icc: 'srgb' })).toEqual({ exif: false, xmp: undefined, icc: true });
  });

  test.each(['jpeg', 'png', 'tiff'] as const)('%s: a density of the plan', async (format) => {
    const data = await made(withMetadata(format, { density: 300 }));
    expect(await sharp(data).metadata()).toMatchObject({ density: 300 });
    expect((await tagsOf(data)) ?? {}).not.toHaveProperty('Model');
    const both = await made(withMetadata(format, { density: 300, exif: true }));
    expect(await sharp(both).metadata()).toMatchObject({ density: 300 });
    if (format !== 'tiff') expect(await tagsOf(both)).toMatchObject({ XResolution: 300, Model: 'Lumia 820' });
  });

  test('the profile of the plan, with colours of its own', async () => {
    const pixels = await made(withMetadata('png'), PHOTOS.flower);
    for (const icc of ['srgb', 'p3'] as const) {
      const expected = await sharp(pixels).withIccProfile(icc).png().toBuffer();
      expectSameBytes(await made(withMetadata('png', { icc }), PHOTOS.flower), new Uint8Array(expected), icc);
    }
  });

  test('grey images stay grey', async () => {
    const metadata = { exif: true, icc: 'p3', xmp: XMP, density: 300 } as const;
    const data = await made(pipeline().grayscale().encode('png', { metadata }));
    expect(await sharp(data).metadata()).toMatchObject({ channels: 1, density: 300 });
    expect(await kindsOf(data)).toEqual({ exif: true, xmp: XMP, icc: false });
    expect(await tagsOf(data)).toMatchObject({ Model: 'Lumia 820' });
  });

  test('branches each have their own', async () => {
    const plan = pipeline()
      .resize(60)
      .branch({
        kept: pipeline().encode('webp', { metadata: 'keep' }),
        none: pipeline().encode('webp'),
        signed: pipeline().branch({
          own: pipeline().encode('webp', { metadata: { exif: { IFD0: { Artist: 'me' } } } }),
        }),
      });
    const { outputs } = await one(runtime.run(JSON.parse(JSON.stringify(plan)) as Plan, [STARFISH], options));
    const [kept, none, signed] = await Promise.all(outputs.map(({ data }) => tagsOf(data as Uint8Array)));
    expect([kept?.Model, none, signed?.Artist, signed?.Model]).toEqual(['Lumia 820', undefined, 'me', undefined]);
  });

  test.each(['L', 'LA', 'RGB;24', 'RGBA'] as const)('%s in the heap says nothing of itself', async (mode) => {
    using image = noiseImage(runtime.store, mode, 40, 30);
    const encode = (metadata: Metadata) =>
      oneData(runtime.run(pipeline().encode('png', { metadata }), [image], options));
    expect(await kindsOf(await encode('keep'))).toEqual({ exif: false, xmp: undefined, icc: false });
    const signed = await encode({ exif: { IFD0: { Artist: 'me' } }, density: 200, xmp: XMP });
    expect(await tagsOf(signed)).toMatchObject({ Artist: 'me' });
    const { density, channels, xmpAsString } = await sharp(signed).metadata();
    expect([density, channels, xmpAsString]).toEqual([200, { L: 1, LA: 2, 'RGB;24': 3, RGBA: 4 }[mode], XMP]);
    const pixels = await sharp(signed).raw().toBuffer();
    expectSameBytes(
      pixels,
      await sharp(await encode('strip'))
        .raw()
        .toBuffer(),
    );
  });

  test('EXIF that is none is left out', async () => {
    const [start, rest] = [photo('cat').subarray(0, 2), photo('cat').subarray(2)];
    const junk = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 20]), Buffer.from('Exif\0\0not EXIF....')]);
    const broken = Buffer.concat([start, junk.subarray(0, 22), rest]);
    const plan = pipeline({ failOn: 'none' })
      .resize(50)
      .encode('jpeg', { metadata: { exif: true } });
    const { width } = await sharp(await made(plan, broken)).metadata();
    expect(width).toBe(50);
  });
});

test.each<[unknown, string]>([
  ['all', "`metadata` should be 'strip', 'keep' or an object, got \"all\""],
  [null, "`metadata` should be 'strip', 'keep' or an object, got null"],
  [[], "`metadata` should be 'strip', 'keep' or an object, got []"],
  [{ iptc: true }, 'metadata: there is no "iptc", only exif, xmp, icc, density'],
  [{ exif: 'keep' }, '`metadata.exif` should be true or false, or an object of directories, got "keep"'],
  [{ exif: { keep: 1 } }, '`metadata.exif.keep` should be true or false, got 1'],
  [{ exif: { GPS: {} } }, 'metadata.exif: there is no "GPS", only keep, IFD0, IFD1, IFD2, IFD3'],
  [{ exif: [] }, '`metadata.exif` should be true or false, or an object of directories, got []'],
  [{ exif: { IFD2: null } }, '`metadata.exif.IFD2` should be an object of texts, got null'],
  [{ exif: { IFD0: 'Ada' } }, '`metadata.exif.IFD0` should be an object of texts, got "Ada"'],
  [{ exif: { IFD0: { Artist: 5 } } }, '`metadata.exif.IFD0.Artist` should be a text, got 5'],
  [{ xmp: '' }, '`metadata.xmp` should be true or false, or a text, got ""'],
  [{ icc: 'cmyk' }, '`metadata.icc` should be one of srgb, p3, got "cmyk"'],
  [{ density: 0 }, '`metadata.density` should be true or false, or a number up to 100000, got 0'],
  [{ density: '72' }, '`metadata.density` should be true or false, or a number up to 100000, got "72"'],
])('%o is refused when the plan is built', (metadata, message) => {
  expect(() => pipeline().encode('jpeg', { metadata } as never)).toThrow(
    expect.objectContaining({ code: 'ERR_SHARENA_PLAN', message }),
  );
});
