/** Names of words, from a scenario's layout. */
import type { Layout } from '../scenario.ts';

/** The name of a word, or `word 12` where the layout has none. */
export function nameWord(layout: Layout | undefined, word: number): string {
  const name = typeof layout === 'function' ? layout(word) : layout?.[word];
  return name ?? `word ${word}`;
}
