/**
 * Where the words of the image store lie in the heap.
 *
 * The root `'IMGS'` of the heap is the address of the store's block (64 KiB), which lives as long as the heap:
 *
 *   word 0    settings          plain words, any thread may set them; they count for later images only
 *        16   counters          atomic: statistics since the last reset
 *        64   directory         atomic: 64 addresses of segments, 0 while there is none; each is set once
 *
 * A segment (64 KiB) holds 1024 records of 64 bytes, one per image. Segments are never given back, and a record is never
 * used for anything else: so a handle, however old, always finds a record, and its generation tells whether it still fits.
 */

/** The heap's root under which the store's block is kept. */
export const STORE_ROOT = 'IMGS';
/** Bytes of the store's block, and of a segment. */
export const STORE_BYTES = 65536;

/** Word: alignment of scan lines in bytes. */
export const W_ALIGNMENT = 0;
/** Word: the largest block of a chain in bytes. */
export const W_BLOCK_SIZE = 1;
/** Word, atomic: images asked for. */
export const W_NEW = 16;
/** Word, atomic: blocks asked of the heap for chains. */
export const W_ALLOCATED = 17;
/** Word, atomic: blocks of chains given back to the heap. */
export const W_FREED = 18;
/** 64 words, atomic: addresses of segments. */
export const W_DIRECTORY = 64;

/** Segments at most. */
export const SEGMENTS = 64;
/** log2 of the records in a segment. */
export const SEGMENT_BITS = 10;
/** Words of a record. */
export const RECORD_WORDS = 16;

// ---- A record. R_CONTROL and R_LOCK are atomic; the others are written by the thread that makes the image, before it is live.

/** Word, atomic: generation, state and references; see records.ts. */
export const R_CONTROL = 0;
/** Word: index of the mode. */
export const R_MODE = 1;
/** Word: width in pixels. */
export const R_WIDTH = 2;
/** Word: height in pixels. */
export const R_HEIGHT = 3;
/** Word: bytes from one row to the next inside a block. */
export const R_STRIDE = 4;
/** Word: rows in every block but the last. */
export const R_LINES_PER_BLOCK = 5;
/** Word: blocks. */
export const R_BLOCKS = 6;
/** Word: 1 when the image is a single packed segment, made so on purpose. */
export const R_IS_BLOCK = 7;
/** Word: address of the table of block addresses: a block of the heap, or {@link R_INLINE} of this record. */
export const R_TABLE = 8;
/** Word: alignment of its rows; the setting may have changed since. */
export const R_ALIGNMENT = 9;
/** Word, atomic: address of the image's lock, 0 while nobody has asked for one; see pixels/lock.ts. */
export const R_LOCK = 10;
/** Words up to the record's end: the table of an image with few blocks. */
export const R_INLINE = 11;
/** Blocks that fit the table in the record. */
export const INLINE_BLOCKS: number = RECORD_WORDS - R_INLINE;
