/** The contact sheet: one picture of many, in rows, pasted row by row in shared memory. */

/** The side of a tile in pixels. */
export const TILE = 240;
const GAP = 12;
const PAPER = 250;

/**
 * Pastes tiles, `columns` to a row, each centred in its square.
 *
 * @param {import('@sharena/imaging').ImageStore} store - where the sheet is made
 * @param {import('@sharena/imaging').SharedImage[]} tiles - of modes `RGB;24` and `L`, at most TILE pixels wide and high
 * @param {number} columns - tiles in a row
 * @returns {import('@sharena/imaging').SharedImage} an image of mode `RGB;24`
 */
export function contactSheet(store, tiles, columns) {
  const step = TILE + GAP;
  const sheet = store.newBlock('RGB;24', columns * step + GAP, Math.ceil(tiles.length / columns) * step + GAP);
  for (let y = 0; y < sheet.height; y++) sheet.row(y).fill(PAPER);
  tiles.forEach((tile, i) => {
    const left = GAP + (i % columns) * step + ((TILE - tile.width) >> 1);
    const top = GAP + Math.floor(i / columns) * step + ((TILE - tile.height) >> 1);
    for (let y = 0; y < tile.height; y++) sheet.row(top + y).set(colours(tile, y), left * 3);
  });
  return sheet;
}

/** Row `y` of a tile as red, green and blue. */
function colours(tile, y) {
  const row = tile.row(y);
  return tile.mode === 'L' ? Uint8Array.from({ length: row.length * 3 }, (_, i) => row[Math.floor(i / 3)]) : row;
}
