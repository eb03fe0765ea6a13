// An operation that goes wrong on images of certain widths.

export const THROWS = 601;
export const NEVER_RETURNS = 602;
export const NEVER_SETTLES = 603;
export const EXITS = 604;

/** @type {import('@sharena/pipeline').StripOperation} */
export default async function faults(strip) {
  switch (strip.width) {
    case THROWS:
      throw new Error('it throws');
    case NEVER_RETURNS:
      for (;;);
    case NEVER_SETTLES:
      await new Promise(() => {});
      break;
    case EXITS:
      process.exit(3);
  }
  for (let y = 0; y < strip.height; y++) strip.row(y)[0] ^= 255;
}
