/**
 * The shared memory of a run: every shared buffer that the scenario made, numbered as one row of 32-bit words.
 *
 * Invariants: `hashLow`/`hashHigh` are always the sums over all words of mix(word, value), kept up to date by each change;
 * `undoTo(mark)` brings back exactly the words that were there when `mark` was taken.
 * Views of other widths are mapped to the words that they overlap, with a mask of the bytes inside the word.
 */
import { ScenarioError } from '../errors.ts';
import type { View } from './context.ts';
import { HIGH, LOW, mix } from './hash.ts';

interface Region {
  readonly base: number;
  readonly words: Int32Array;
  readonly initial: Int32Array<ArrayBuffer>;
  /** 1 for each word that a run has changed. */
  readonly touched: Uint8Array<ArrayBuffer>;
}

/** Where a view lies in the row of words; `byte` is -1 for a view over private memory. */
interface Place {
  readonly byte: number;
  readonly width: number;
}

const PRIVATE: Place = { byte: -1, width: 0 };

export class WordMemory {
  hashLow = 0;
  hashHigh = 0;
  /** Number of words in all regions. */
  size = 0;
  /** The words that `locate` found for the last operation: `word`, and `word + 1` if `wide`. */
  word = -1;
  mask = 0;
  wide = false;
  private readonly regions: Region[] = [];
  private readonly places = new Map<View, Place>();
  private readonly bases = new Map<ArrayBufferLike, number>();
  private lastView: View | null = null;
  private lastPlace: Place = PRIVATE;
  private readonly undoWords: number[] = [];
  private readonly undoValues: number[] = [];
  private readonly touched: number[] = [];
  private startLow = 0;
  private startHigh = 0;
  recording = false;
  hashing = false;

  /** Adds a buffer; its present content becomes what each run starts from. */
  register(buffer: SharedArrayBuffer): void {
    if (this.bases.has(buffer)) return;
    if (buffer.byteLength % 4 !== 0) {
      throw new ScenarioError(`a shared buffer has ${buffer.byteLength} bytes; its length must be a multiple of 4`);
    }
    const words = new Int32Array(buffer);
    this.bases.set(buffer, this.size);
    this.regions.push({ base: this.size, words, initial: Int32Array.from(words), touched: new Uint8Array(words.length) });
    this.size += words.length;
    this.places.clear();
    this.lastView = null;
  }

  /** Takes what is in the buffers now as the beginning of each run. */
  freeze(): void {
    for (const region of this.regions) {
      region.initial.set(region.words);
      region.touched.fill(0);
    }
    this.touched.length = 0;
    this.hashBeginning();
  }

  /** Back to the beginning of a run. Costs what the run changed, not what the memory holds. */
  reset(): void {
    for (const word of this.touched) {
      const region = this.regionOf(word);
      region.words[word - region.base] = region.initial[word - region.base]!;
      region.touched[word - region.base] = 0;
    }
    this.touched.length = 0;
    this.undoWords.length = 0;
    this.undoValues.length = 0;
    this.hashLow = this.startLow;
    this.hashHigh = this.startHigh;
  }

  private hashBeginning(): void {
    this.hashLow = 0;
    this.hashHigh = 0;
    for (const region of this.regions) {
      for (let i = 0; i < region.words.length; i++) this.exchangeHash(region.base + i, 0, region.words[i]!);
    }
    this.startLow = this.hashLow;
    this.startHigh = this.hashHigh;
  }

  /** The content of one word. */
  read(word: number): number {
    const region = this.regionOf(word);
    return region.words[word - region.base]!;
  }

  /** Finds the words of `view[index]`; false if the view is private. */
  locate(view: View, index: number): boolean {
    const place = view === this.lastView ? this.lastPlace : this.placeOf(view);
    if (place.byte < 0) return false;
    const width = place.width;
    const byte = place.byte + index * width;
    this.word = byte >> 2;
    this.wide = width === 8;
    this.mask = width >= 4 ? 15 : ((1 << width) - 1) << (byte & 3);
    return true;
  }

  /** Notes that `word` held `before`; call it after the change. True if the word is another now. */
  changed(word: number, before: number): boolean {
    const region = this.regionOf(word);
    const after = region.words[word - region.base]!;
    if (after === before) return false;
    if (region.touched[word - region.base] === 0) {
      region.touched[word - region.base] = 1;
      this.touched.push(word);
    }
    if (this.recording) {
      this.undoWords.push(word);
      this.undoValues.push(before);
    }
    if (this.hashing) this.exchangeHash(word, before, after);
    return true;
  }

  /** Makes a change of the elements from `from` to `to` of a view, all at once. True if a word is another now. */
  changeRange(view: View, from: number, to: number, change: () => unknown): { readonly result: unknown; readonly changed: boolean } {
    if (to <= from || !this.locate(view, from)) return { result: change(), changed: false };
    const first = this.word;
    this.locate(view, to - 1);
    const last = this.wide ? this.word + 1 : this.word;
    const before = Array.from({ length: last - first + 1 }, (_, i) => this.read(first + i));
    const result = change();
    let changed = false;
    for (const [i, word] of before.entries()) changed = this.changed(first + i, word) || changed;
    return { result, changed };
  }

  /** A mark for `undoTo`. */
  mark(): number {
    return this.undoWords.length;
  }

  undoTo(mark: number): void {
    while (this.undoWords.length > mark) {
      const word = this.undoWords.pop()!;
      const value = this.undoValues.pop()!;
      const region = this.regionOf(word);
      const now = region.words[word - region.base]!;
      region.words[word - region.base] = value;
      this.exchangeHash(word, now, value);
    }
  }

  private exchangeHash(word: number, before: number, after: number): void {
    // A word of 0 counts nothing, so that a large empty memory costs nothing to hash.
    if (before !== 0) {
      this.hashLow = (this.hashLow - mix(word, before, LOW)) | 0;
      this.hashHigh = (this.hashHigh - mix(word, before, HIGH)) | 0;
    }
    if (after === 0) return;
    this.hashLow = (this.hashLow + mix(word, after, LOW)) | 0;
    this.hashHigh = (this.hashHigh + mix(word, after, HIGH)) | 0;
  }

  private regionOf(word: number): Region {
    const first = this.regions[0]!;
    if (word < first.words.length) return first;
    for (const region of this.regions) {
      if (word < region.base + region.words.length) return region;
    }
    throw new ScenarioError(`word ${word} is beyond the ${this.size} words of shared memory`);
  }

  private placeOf(view: View): Place {
    let place = this.places.get(view);
    if (place === undefined) {
      const base = this.bases.get(view.buffer);
      place = base === undefined ? PRIVATE : { byte: base * 4 + view.byteOffset, width: view.BYTES_PER_ELEMENT };
      if (base === undefined && view.buffer instanceof SharedArrayBuffer) {
        throw new ScenarioError('a thread uses a SharedArrayBuffer that setup neither made nor returned: other threads could not see it');
      }
      if (this.places.size > 4096) this.places.clear();
      this.places.set(view, place);
    }
    this.lastView = view;
    this.lastPlace = place;
    return place;
  }
}
