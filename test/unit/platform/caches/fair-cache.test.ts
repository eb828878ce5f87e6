import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairCache } from '../../../../platform/caches/fair-cache.ts';

const seed = Number(process.env.SEED ?? Date.now() % 0x7fff_ffff);

describe('a flood of new entries from one caller', () => {
  test('evicts neither what several callers use nor what another has brought', () => {
    const cache = new FairCache<string, string>(8);
    cache.set('home page', 'h', 'A', {});
    expect(cache.get('home page', 'B')).toBe('h');
    cache.set('a list', 'l', 'B', {});
    for (let count = 0; count < 1000; count++) {
      cache.set(`flood ${count}`, 'f', 'A', {});
    }
    expect([cache.get('home page', 'A'), cache.get('a list', 'B')]).toEqual(['h', 'l']);
    expect([cache.get('flood 998', 'A'), cache.get('flood 999', 'A')]).toEqual([undefined, 'f']);
  });

  test('evicts nothing of common entries by using its own again and again', () => {
    const cache = new FairCache<string, string>(8);
    cache.set('home page', 'h', null, {});
    for (let count = 0; count < 1000; count++) {
      cache.set(`flood ${count}`, 'f', 'A', {});
      cache.get(`flood ${count}`, 'A');
      cache.get(`flood ${count}`, 'A');
    }
    expect(cache.get('home page', 'B')).toBe('h');
  });
});

test('an entry that is too large for its part is evicted at once, and no other for it', () => {
  const cache = new FairCache<string, string>(8);
  const evicted: string[] = [];
  cache.set('a', 'a', 'A', { weight: 2 });
  cache.set('b', 'b', 'B', { weight: 3, onEvict: () => evicted.push('b') });
  expect([cache.get('a', 'A'), cache.get('b', 'B'), evicted]).toEqual(['a', undefined, ['b']]);
});

test('where callers are not known, entries share three quarters of the cache', () => {
  const cache = new FairCache<number, number>(8);
  for (let key = 0; key < 100; key++) {
    cache.set(key, key, null, {});
  }
  expect(cache.stats).toMatchObject({ weight: 6, maxWeight: 8, insertions: 100, evictions: 94 });
});

test(`weights add up, and every entry is evicted once at most (SEED=${seed})`, () => {
  const step = fc.record({
    caller: fc.constantFrom('A', 'B', 'C', null),
    key: fc.nat(30),
    weight: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const cache = new FairCache<string, string>(40);
      const there = new Map<string, number>();
      let made = 0;
      for (const { caller, key, weight } of steps) {
        const name = `k${key}`;
        expect(cache.get(name, caller) !== undefined).toBe(there.has(name));
        if (!there.has(name)) {
          made++;
          there.set(name, weight);
          cache.set(name, name, caller, {
            weight,
            onEvict: () => expect(there.delete(name)).toBe(true),
          });
        }
        const { weight: total, maxWeight } = cache.stats;
        expect(total).toBe([...there.values()].reduce((sum, one) => sum + one, 0));
        expect(total).toBeLessThanOrEqual(maxWeight);
      }
      expect(cache.stats.insertions).toBe(made);
    }),
    { seed },
  );
});
