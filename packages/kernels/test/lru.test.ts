import { expect, test } from 'vitest';
import { Lru } from '../src/scalar/lru.ts';

test('keeps the entries used last, and makes each only once while it is kept', () => {
  const made: string[] = [];
  const cache = new Lru<string>(2);
  const get = (key: string): string =>
    cache.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect([get('a'), get('b'), get('a'), get('c'), get('a'), get('b')]).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
