import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** Ten cases of each of two kinds, and one case of a rare kind. */
const cases = [...Array.from({ length: 20 }, (_, number) => ({ number, kind: `${number % 2}` }))];
cases.push({ number: 20, kind: 'rare' });
const kindsOf = ({ kind }: { readonly kind: string }) => [kind];

/** The module under test, loaded with the given variables. */
async function inRun(env: Readonly<Record<'SEED' | 'EXHAUSTIVE', string>>) {
  vi.resetModules();
  for (const [name, value] of Object.entries(env)) {
    vi.stubEnv(name, value);
  }
  return await import('./sample.ts');
}

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('a quick run has so many cases of every kind, in their order, and prints what repeats the choice', async () => {
  const { sample } = await inRun({ SEED: '7', EXHAUSTIVE: '' });
  const chosen = sample('cases', cases, { each: 3, kindsOf });
  expect(chosen.flatMap(kindsOf).sort()).toEqual(['0', '0', '0', '1', '1', '1', 'rare']);
  expect(chosen).toEqual(cases.filter((one) => chosen.includes(one)));
  expect(printed).toBe('cases: 7 of 21, SEED=7 (EXHAUSTIVE=1 tests all)\n');
  expect(sample('cases', cases, { each: 3, kindsOf })).toEqual(chosen);
  expect(sample('others', cases, { each: 3, kindsOf })).not.toEqual(chosen);
});

test('a case may be of several kinds, and each of them is there often enough', async () => {
  const { sample } = await inRun({ SEED: '7', EXHAUSTIVE: '' });
  const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
  const pairs = letters.flatMap((one) => letters.map((other) => [`first ${one}`, `second ${other}`]));
  const chosen = sample('pairs', pairs, { each: 2, kindsOf: (pair) => pair });
  const counts = Map.groupBy(chosen.flat(), (kind) => kind);
  expect(counts.size).toBe(12);
  expect(Math.min(...[...counts.values()].map(({ length }) => length))).toBeGreaterThanOrEqual(2);
  expect(chosen.length).toBeLessThanOrEqual(24);
});

test('different seeds come to every case', async () => {
  const seen = new Set<number>();
  for (let seed = 0; seed < 60; seed += 1) {
    const { sample } = await inRun({ SEED: `${seed}`, EXHAUSTIVE: '' });
    for (const { number } of sample('cases', cases, { each: 2 })) {
      seen.add(number);
    }
  }
  expect(seen.size).toBe(cases.length);
});

test('an exhaustive run has all cases', async () => {
  const { sample } = await inRun({ SEED: '7', EXHAUSTIVE: '1' });
  expect(sample('cases', cases, { each: 1, kindsOf })).toEqual(cases);
  expect(printed).toBe('cases: 21 of 21, SEED=7\n');
});

test('a sample that would test nothing is refused', async () => {
  const { sample } = await inRun({ SEED: '7', EXHAUSTIVE: '' });
  expect(() => sample('cases', [], { each: 1 })).toThrow('would test nothing');
  expect(() => sample('cases', cases, { each: 0 })).toThrow('would test nothing');
  expect(() => sample('cases', cases, { each: Number.NaN })).toThrow('would test nothing');
});
