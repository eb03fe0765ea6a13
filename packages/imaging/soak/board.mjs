// The board: where threads leave handles for each other, in shared memory of its own. An entry is four words; the first says
// who has it, so that an entry whose thread died can be told.

/** Entries. */
export const ENTRIES = 16;
/** Words of an entry: state, image, generation, parcel. */
export const ENTRY_WORDS = 4;

export const EMPTY = 0;
export const FULL = 1;
/** State of an entry that the thread of that number is writing, or taking. */
export const writing = (index) => 2 + 2 * index;
export const taking = (index) => 3 + 2 * index;

/** A word for each thread behind the entries: how many rounds it did. */
export const ROUNDS = ENTRIES * ENTRY_WORDS;

/** Leaves a handle, if some entry is empty: it is made by `give` then. Returns whether there was one. */
export function leave(board, index, give) {
  for (let at = 0; at < ROUNDS; at += ENTRY_WORDS) {
    if (Atomics.compareExchange(board, at, EMPTY, writing(index)) !== EMPTY) continue;
    const { image, generation, parcel } = give();
    Atomics.store(board, at + 1, image);
    Atomics.store(board, at + 2, generation);
    Atomics.store(board, at + 3, parcel);
    Atomics.store(board, at, FULL);
    return true;
  }
  return false;
}

/** Takes a handle off the board from entry `first` on, and calls `use` with it while the entry says so. */
export function take(board, index, first, use) {
  for (let i = 0; i < ENTRIES; i++) {
    const at = ((first + i) % ENTRIES) * ENTRY_WORDS;
    if (Atomics.compareExchange(board, at, FULL, taking(index)) !== FULL) continue;
    use(read(board, at));
    Atomics.store(board, at, EMPTY);
    return;
  }
}

/** What an entry says. */
export function read(board, at) {
  const [image, generation, parcel] = [1, 2, 3].map((i) => Atomics.load(board, at + i));
  return { image, generation, parcel };
}
