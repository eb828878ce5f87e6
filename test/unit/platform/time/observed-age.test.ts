import { expect, test } from 'vitest';
import { ObservedAge } from '../../../../platform/time/observed-age.ts';

const hourMs = 3_600_000;

/** An age with a wall clock that can be set. */
function watch() {
  let monotonicMs = 0;
  let setByMs = 0;
  const age = new ObservedAge(() => monotonicMs);
  const now = () => 1_000_000_000 + monotonicMs + setByMs;
  return {
    now,
    see: (storedMs: number | null) => age.see(storedMs, now()),
    pass: (ms: number) => {
      monotonicMs += ms;
    },
    setClock: (byMs: number) => {
      setByMs += byMs;
    },
    forget: () => age.forget(),
  };
}

test('at the first look, the clock says how old a time is, and never less than nothing', () => {
  const watched = watch();
  expect(watched.see(watched.now() - 4_000)).toBe(4_000);
  watched.forget();
  expect(watched.see(watched.now() + hourMs)).toBe(0);
});

test.each([
  ['forward', hourMs],
  ['back', -hourMs],
])('a time grows old as before if the clock is put %s', (_way, byMs) => {
  const watched = watch();
  const stored = watched.now() - 4_000;
  watched.see(stored);
  watched.pass(10_000);
  watched.setClock(byMs);
  expect(watched.see(stored)).toBe(14_000);
});

test('a later time is no older than the earlier one would be by now', () => {
  const watched = watch();
  const stored = watched.now() - 4_000;
  watched.see(stored);
  watched.pass(10_000);
  expect(watched.see(stored + 9_000), 'as the clock says').toBe(5_000);
  watched.setClock(hourMs);
  expect(watched.see(stored + 9_500), 'not an hour').toBe(5_000);
});

test('a time that appears was stored after the last look', () => {
  const watched = watch();
  expect(watched.see(null)).toBeNull();
  const stored = watched.now();
  watched.pass(3_000);
  watched.setClock(hourMs);
  expect(watched.see(stored)).toBe(3_000);
});
