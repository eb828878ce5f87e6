import { expect, test, vi } from 'vitest';
import { WeightedCache } from '../../../../platform/caches/weighted-cache.ts';

test('evicts the entry that came first, but for those that were read since', () => {
  const cache = new WeightedCache<string, string>(3);
  cache.set('a', 'A').set('b', 'B').set('c', 'C');
  cache.set('d', 'D');
  expect(cache.get('a')).toBeUndefined();
  expect(cache.get('b')).toBe('B');
  cache.set('e', 'E');
  expect(cache.get('c')).toBeUndefined();
  expect(['d', 'e', 'b'].map((key) => cache.get(key))).toEqual(['D', 'E', 'B']);
});

test('counts weights, and those of replaced entries no longer', () => {
  const cache = new WeightedCache<string, number>(10);
  cache.set('a', 1, { weight: 6 }).set('a', 2, { weight: 3 }).set('b', 3, { weight: 7 });
  expect([cache.get('a'), cache.get('b')]).toEqual([2, 3]);
  cache.set('c', 4, { weight: 1 });
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 3, 4]);
});

test('evicts an entry that is too heavy at once, and no other for it', () => {
  const cache = new WeightedCache<string, number>(10);
  const onEvict = vi.fn();
  cache.set('light', 1).set('heavy', 2, { weight: 11, onEvict });
  expect([cache.get('light'), cache.get('heavy')]).toEqual([1, undefined]);
  expect(onEvict).toHaveBeenCalledOnce();
});

test('tells an entry once that it is evicted', () => {
  const cache = new WeightedCache<number, number>(2);
  const evicted: number[] = [];
  for (let key = 0; key < 10; key++) {
    cache.set(key, key, { onEvict: () => evicted.push(key) });
  }
  expect(evicted).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
