/**
 * The layouts: which bytes make a pixel, and in what order.
 *
 * All but one store a pixel in the bytes that Pillow uses for the mode of that name; `RGB;24` is what codecs give. Values of the layouts of
 * bytes are 0 to 255, and alpha is straight (not premultiplied) unless a kernel says otherwise. The wide layouts have one larger number.
 */
import { KernelError } from './errors.ts';

/**
 * How a pixel lies in memory.
 *
 * | layout | bytes of a pixel | bands |
 * |---|---|---|
 * | `L` | `L` | 1 |
 * | `RGB;24` | `R G B` | 3 |
 * | `RGB` | `R G B X` | 3; the fourth byte is padding |
 * | `RGBA` | `R G B A` | 4 |
 * | `LA` | `L L L A` | 2; the grey value stands three times, as Pillow stores it |
 *
 * The padding byte of `RGB`: kernels that compute pixels write 255 there, kernels that move pixels carry it along.
 */
export type Layout = 'L' | 'LA' | 'RGB;24' | 'RGB' | 'RGBA';

/**
 * How a pixel that is one number of more than a byte lies in memory, in the byte order of the machine.
 *
 * | layout | a pixel |
 * |---|---|
 * | `I;16` | a number from 0 to 65535, 2 bytes: scans, depth, X-rays |
 * | `I` | a signed integer of 32 bits |
 * | `F` | a float of 32 bits |
 *
 * Rows of such pixels begin at a multiple of the pixel's size, as those of a heap's images do.
 */
export type WideLayout = 'I;16' | 'I' | 'F';

/** Any layout: of bytes or wide. */
export type AnyLayout = Layout | WideLayout;

/**
 * All layouts of bytes.
 *
 * @example
 * ```ts
 * import { layouts, pixelSize } from '@sharena/kernels';
 *
 * for (const layout of layouts) console.log(layout, pixelSize(layout)); // L 1, LA 4, RGB;24 3, RGB 4, RGBA 4
 * ```
 */
export const layouts: readonly Layout[] = Object.freeze(['L', 'LA', 'RGB;24', 'RGB', 'RGBA'] as const);

/**
 * The wide layouts.
 *
 * @example
 * ```ts
 * import { pixelSize, wideLayouts } from '@sharena/kernels';
 *
 * for (const layout of wideLayouts) console.log(layout, pixelSize(layout)); // I;16 2, I 4, F 4
 * ```
 */
export const wideLayouts: readonly WideLayout[] = Object.freeze(['I;16', 'I', 'F'] as const);

/**
 * Whether a pixel is one number of more than a byte.
 *
 * @param layout - the layout
 * @returns `true` for `I;16`, `I` and `F`
 * @example
 * ```ts
 * import { isWide } from '@sharena/kernels';
 *
 * console.log(isWide('F'), isWide('L')); // true false
 * ```
 * @remarks Threads: any; blocks: never; allocates: nothing.
 */
export function isWide(layout: AnyLayout): layout is WideLayout {
  return layout === 'I;16' || layout === 'I' || layout === 'F';
}

/**
 * The bytes that a pixel takes in memory.
 *
 * @param layout - the layout
 * @returns 1, 2, 3 or 4
 * @throws {@link KernelError} for a name that is no layout
 * @example
 * ```ts
 * import { pixelSize } from '@sharena/kernels';
 *
 * console.log(pixelSize('RGB;24')); // 3
 * ```
 * @remarks Threads: any; blocks: never; allocates: nothing.
 */
export function pixelSize(layout: Layout): 1 | 3 | 4;
export function pixelSize(layout: AnyLayout): 1 | 2 | 3 | 4;
export function pixelSize(layout: AnyLayout): 1 | 2 | 3 | 4 {
  switch (layout) {
    case 'L':
      return 1;
    case 'I;16':
      return 2;
    case 'RGB;24':
      return 3;
    case 'LA':
    case 'RGB':
    case 'RGBA':
    case 'I':
    case 'F':
      return 4;
    default:
      throw new KernelError('layout', `one of ${[...layouts, ...wideLayouts].join(', ')}`, layout);
  }
}

/**
 * The values that a pixel carries: bands, without padding and without repeated bytes.
 *
 * @param layout - the layout
 * @returns 1 for `L` and the wide layouts, 2 for `LA`, 3 for `RGB` and `RGB;24`, 4 for `RGBA`
 * @throws {@link KernelError} for a name that is no layout
 * @example
 * ```ts
 * import { bandCount } from '@sharena/kernels';
 *
 * console.log(bandCount('LA'), bandCount('RGB')); // 2 3
 * ```
 * @remarks Threads: any; blocks: never; allocates: nothing.
 */
export function bandCount(layout: AnyLayout): 1 | 2 | 3 | 4 {
  switch (layout) {
    case 'L':
    case 'I;16':
    case 'I':
    case 'F':
      return 1;
    case 'LA':
      return 2;
    case 'RGB;24':
    case 'RGB':
      return 3;
    case 'RGBA':
      return 4;
    default:
      throw new KernelError('layout', `one of ${[...layouts, ...wideLayouts].join(', ')}`, layout);
  }
}

/**
 * Whether the fourth byte of a pixel is an alpha value.
 *
 * @param layout - the layout
 * @returns `true` for `LA` and `RGBA`
 * @example
 * ```ts
 * import { hasAlpha } from '@sharena/kernels';
 *
 * console.log(hasAlpha('RGBA'), hasAlpha('RGB')); // true false
 * ```
 * @remarks Threads: any; blocks: never; allocates: nothing.
 */
export function hasAlpha(layout: AnyLayout): boolean {
  return layout === 'LA' || layout === 'RGBA';
}
