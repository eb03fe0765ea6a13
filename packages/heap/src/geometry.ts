/**
 * Geometries: the constants of level 2, in one place, with their invariants checked when the module loads.
 *
 *   geometry   | alignment | classes | pool    | arena   | who used it
 *   -----------|-----------|---------|---------|---------|------------------------------------------
 *   classic8   |  8        | 64      |  4 KiB  | 256 KiB | CPython on 64 bits until 2019, on 32 bits always
 *   classic16  | 16        | 32      |  4 KiB  | 256 KiB | CPython 3.7.4 to 3.9 on 64 bits
 *   modern     | 16        | 32      | 16 KiB  |   1 MiB | CPython 3.10 and later on 64 bits
 *
 * A request of n bytes (1 <= n <= 512) belongs to size class (n - 1) >> alignmentBits, whose blocks have
 * (class + 1) << alignmentBits bytes. Every arena has 64 pools. Every pool begins with a header of 48 bytes.
 */
import { InvalidArgumentError } from './errors.ts';

/** The name of a geometry. */
export type GeometryName = 'classic8' | 'classic16' | 'modern';

/** The constants of one geometry. Sizes are in bytes. */
export interface Geometry {
  /** Its name. */
  readonly name: GeometryName;
  /** What the heap's header stores for it. */
  readonly id: number;
  /** log2 of the alignment and of the spacing of the size classes. */
  readonly alignmentBits: number;
  /** How many size classes there are. */
  readonly classes: number;
  /** log2 of the size of a pool. */
  readonly poolBits: number;
  /** The size of an arena. */
  readonly arenaBytes: number;
}

/** The largest request, in bytes, that pools serve; larger ones are RAW's. */
export const SMALL_REQUEST_THRESHOLD = 512;
/** Pools in every arena, in every geometry. */
export const POOLS_PER_ARENA = 64;
/** Bytes of a pool's header; the first block begins behind it. */
export const POOL_OVERHEAD = 48;

function geometry(name: GeometryName, id: number, alignmentBits: number, poolBits: number): Geometry {
  const classes = SMALL_REQUEST_THRESHOLD >> alignmentBits;
  const smallestPool = Math.floor(((1 << poolBits) - POOL_OVERHEAD) / SMALL_REQUEST_THRESHOLD);
  // A pool must hold two blocks at least, or a single free could take it from full to empty.
  if (classes > 64 || POOL_OVERHEAD % (1 << alignmentBits) !== 0 || smallestPool < 2)
    throw new Error(`geometry ${name}`);
  return Object.freeze({ name, id, alignmentBits, classes, poolBits, arenaBytes: POOLS_PER_ARENA << poolBits });
}

const GEOMETRIES: readonly Geometry[] = [
  geometry('classic8', 1, 3, 12),
  geometry('classic16', 2, 4, 12),
  geometry('modern', 3, 4, 14),
];

/** The geometry of that name. @throws {InvalidArgumentError} for an unknown name */
export function geometryNamed(name: string): Geometry {
  const found = GEOMETRIES.find((each) => each.name === name);
  if (found) return found;
  throw new InvalidArgumentError('geometry', `one of ${GEOMETRIES.map((each) => each.name).join(', ')}`, name);
}

/** The geometry that a heap's header stores as `id`, or undefined. */
export function geometryOfId(id: number): Geometry | undefined {
  return GEOMETRIES.find((each) => each.id === id);
}

/** The size in bytes of the blocks of a size class. */
export function classSize(g: Geometry, index: number): number {
  return (index + 1) << g.alignmentBits;
}

/** How many blocks of a size class a pool holds. */
export function blocksPerPool(g: Geometry, index: number): number {
  return Math.floor(((1 << g.poolBits) - POOL_OVERHEAD) / classSize(g, index));
}
