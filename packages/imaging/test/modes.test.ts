/** The modes, against the table that Pillow's Storage.c has. */
import { expect, test } from 'vitest';
import { UnknownModeError } from '../src/errors.ts';
import { MODES, modeIndex } from '../src/modes.ts';

/** Mode, bands, bytes of a pixel, type, names of the bands; for RGB;24 there is no line in Pillow. */
const TABLE = `
1      1 1 uint8   1
L      1 1 uint8   L
P      1 1 uint8   P
PA     2 4 uint8   P X X A
LA     2 4 uint8   L X X A
La     2 4 uint8   L X X a
I      1 4 int32   I
F      1 4 float32 F
I;16   1 2 uint16  I
I;16L  1 2 uint16  I
I;16B  1 2 uint16  I
I;16N  1 2 uint16  I
RGB    3 4 uint8   R G B X
RGB;24 3 3 uint8   R G B
RGBX   4 4 uint8   R G B X
RGBA   4 4 uint8   R G B A
RGBa   4 4 uint8   R G B a
CMYK   4 4 uint8   C M Y K
YCbCr  3 4 uint8   Y Cb Cr X
LAB    3 4 uint8   L a b X
HSV    3 4 uint8   H S V X`;

test('modes, their sizes, types and bands', () => {
  const lines = MODES.map(({ mode, bands, pixelSize, type, bandNames }) => {
    return `${mode.padEnd(6)} ${bands} ${pixelSize} ${type.padEnd(7)} ${bandNames.join(' ')}`;
  });
  expect(`\n${lines.join('\n')}`).toBe(TABLE);
});

test('where in the pixel the bands are', () => {
  const offsets = Object.fromEntries(MODES.map((info) => [info.mode, info.bandOffsets]));
  expect(offsets).toMatchObject({ L: [0], LA: [0, 3], PA: [0, 3], RGB: [0, 1, 2], RGBX: [0, 1, 2, 3], 'I;16B': [0] });
  for (const info of MODES) {
    expect(info.bandOffsets.length).toBe(info.bands);
    expect(Object.isFrozen(info) && Object.isFrozen(info.bandOffsets) && Object.isFrozen(info.bandNames)).toBe(true);
  }
});

test('only modes of a fixed byte order can differ from the machine', () => {
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  const swapped = MODES.filter((info) => info.swapped).map((info) => info.mode);
  expect(swapped).toEqual(little ? ['I;16B'] : ['I;16', 'I;16L']);
});

test('68: modes that Pillow gave up, and others that never were, are refused', () => {
  for (const mode of ['foo', 'BGR;15', 'BGR;16', 'BGR;24', 'rgb', '', 'toString']) {
    expect(() => modeIndex(mode)).toThrow(UnknownModeError);
    expect(() => modeIndex(mode)).toThrow(`unrecognized image mode ${JSON.stringify(mode)}`);
  }
});
