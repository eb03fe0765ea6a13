/**
 * Where the words of the image store lie in the heap. Word indexes; "atomic" words change by Atomics only.
 *
 * The root `'IMGS'` of the heap is the address of the store's block (64 KiB), which lives as long as the heap:
 *
 *   word 0     settings          plain words, any thread may set them; they count for later images only
 *        16    baseline          plain: what the counters said at the last reset
 *        64    records           atomic: 256 addresses of segments of records, 0 while there is none; each is set once
 *        320   cells             atomic: 64 addresses of segments of cells, 0 while there is none; each is set once
 *        4096  ledgers           16 words for each slot of the heap: written by that slot's thread alone
 *
 * A segment of records (64 KiB) holds 256 records of 256 bytes, one per image. A segment of cells holds 1024 cells of 64 bytes,
 * one per cached block. Segments are never given back, and records and cells are never used for anything else: so a handle,
 * however old, always finds a record, and its generation tells whether it still fits.
 *
 * Who may write a record or a cell is said by its first word; see records/records.ts and cache/cells.ts. What a thread does for
 * a slot it does in the name of that slot: the slot's own thread while it lives, and who reaps it when it is dead.
 */

/** The heap's root under which the store's block is kept. */
export const STORE_ROOT = 'IMGS';
/** Bytes of the store's block, and of a segment. */
export const STORE_BYTES = 65536;

// ---- The store's block ----------------------------------------------------------------------------------------------

/** Word: alignment of scan lines in bytes. */
export const W_ALIGNMENT = 0;
/** Word: the largest block of a chain in bytes. */
export const W_BLOCK_SIZE = 1;
/** Word, atomic: blocks that the cache may hold. */
export const W_BLOCKS_MAX = 2;
/** Word: 1 when `new` makes single segments. */
export const W_BLOCK_ALLOCATOR = 3;
/** Word, atomic: no cell from this one on was ever used. Only grows. */
export const W_CELLS_USED = 8;
/** Word, atomic: words of {@link R_HOLDERS} that some slot's bit lies in. Only grows. */
export const W_HOLDER_WORDS = 9;
/** 5 words: the sums of the counters at the last reset, in the order of the ledger. */
export const W_BASELINE = 16;
/** 256 words, atomic: addresses of segments of records. */
export const W_RECORDS = 64;
/** 64 words, atomic: addresses of segments of cells. */
export const W_CELLS = 320;
/** The ledger of slot 0. */
export const W_LEDGERS = 4096;

/** Slots of a heap, slot 0 included. */
export const SLOTS = 256;

// ---- A slot's ledger: 16 words, a line of cache. Written in the name of the slot only. -------------------------------

/** Words of a ledger. */
export const LEDGER_WORDS = 16;
/** Word: images asked for. */
export const L_NEW = 0;
/** Word: blocks of chains that the heap gave. */
export const L_ALLOCATED = 1;
/** Word: blocks taken from the cache. */
export const L_REUSED = 2;
/** Word: of these, those that moved to get their size. */
export const L_REALLOCATED = 3;
/** Word: blocks of chains given back to the heap. */
export const L_FREED = 4;
/** Word: blocks of chains that the heap had no room for. */
export const L_FAILED = 5;
/** Word: what the slot is doing to a block, 0 for nothing; see cache/ledger.ts. */
export const L_DOING = 8;
/** Word: index of the word that names the block. */
export const L_NAME = 9;
/** Word: the counter that it changes, as it was before. */
export const L_BEFORE = 10;
/** Word: the name of a segment that is not in its directory yet. */
export const L_SEGMENT = 11;

// ---- A record: 64 words ----------------------------------------------------------------------------------------------

/** log2 of the records in a segment. */
export const SEGMENT_BITS = 8;
/** Segments of records at most. */
export const SEGMENTS = 256;
/** Words of a record. */
export const RECORD_WORDS = 64;

/** Word, atomic: generation, state and slot; see records/records.ts. The words from 1 to 9 are written in state BUSY. */
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
/** Word: entries of the table, 0 while there is none. An entry is the address of a block, 0 while there is none. */
export const R_BLOCKS = 6;
/** Word: 1 when the image is a single packed segment, made so on purpose. */
export const R_IS_BLOCK = 7;
/** Word: address of the table: a named block, or {@link R_INLINE} of this record; 0 when there is none. */
export const R_TABLE = 8;
/** Word: alignment of its rows; the setting may have changed since. */
export const R_ALIGNMENT = 9;
/** Word, atomic: 0, or the address of a block of the MEM domain that is freed with the image: its lock. */
export const R_LOCK = 10;
/** Word, atomic: 1 when a reference to the image was ever on its way. */
export const R_SENT = 11;
/** 8 words, atomic, any thread: bit s: slot s holds the image. Bit 0 is never used. In a line of its own. */
export const R_HOLDERS = 16;
/** Words of {@link R_HOLDERS}. */
export const HOLDER_WORDS: number = SLOTS >> 5;
/** 16 words, atomic, any thread: references on their way, 0 when there is none; see records/parcels.ts. */
export const R_PARCELS = 24;
/** References to one image that can be on their way at one time. */
export const PARCELS = 16;
/** Words up to the record's end: the table of an image with few blocks. */
export const R_INLINE: number = R_PARCELS + PARCELS;
/** Blocks that fit the table in the record. */
export const INLINE_BLOCKS: number = RECORD_WORDS - R_INLINE;

// ---- A cell: 16 words, a line of cache ---------------------------------------------------------------------------------

/** log2 of the cells in a segment. */
export const CELL_SEGMENT_BITS = 10;
/** Segments of cells at most. */
export const CELL_SEGMENTS = 64;
/** Words of a cell. */
export const CELL_WORDS = 16;
/** Word, atomic: state, and the slot that has the cell; see cache/cells.ts. */
export const C_STATE = 0;
/** Word: the name of the cached block. */
export const C_ADDRESS = 1;
/** Word: bytes that the block was asked for with. */
export const C_SIZE = 2;
