import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObservedNumbers } from '../../../../platform/time/observed-numbers.ts';

const keptMs = 2_000_000;
let own: number;

/** Observes these numbers, one in each second. */
function seen(...numbers: readonly number[]): ObservedNumbers {
  own = 0;
  const observed = new ObservedNumbers(() => own, keptMs);
  for (const number of numbers) {
    own += 1_000;
    observed.see({ number: BigInt(number), source: 'one' });
  }
  return observed;
}

test('a number was drawn before the first note that is not below it', () => {
  const observed = seen(10, 11, 15, 15);
  expect(observed.sinceMs(11n)).toBe(2_000);
  expect(observed.sinceMs(12n)).toBe(1_000);
  expect(observed.sinceMs(15n)).toBe(1_000);
  own += 500;
  expect(observed.sinceMs(11n)).toBe(2_500);
});

test('time that was not observed has not passed', () => {
  expect(seen().sinceMs(0n)).toBe(0);
  expect(seen(10).sinceMs(11n)).toBe(0);
  // Number 1 is below 10, the first observed number. It may have been drawn long before, but only the observed time
  // counts.
  expect(seen(10, 11).sinceMs(1n)).toBe(1_000);
});

test('a long time between two notes does not count as a whole, because nothing of it was observed', () => {
  const observed = seen(10, 11);
  own += 3_600_000;
  expect(observed.sinceMs(11n)).toBe(5_000);
  observed.see({ number: 12n, source: 'one' });
  own += 1_000;
  expect(observed.sinceMs(11n)).toBe(6_000);
  expect(observed.sinceMs(12n)).toBe(1_000);
});

test('notes about numbers that the source has lost do not count for the numbers that it draws again', () => {
  const observed = seen(10, 60, 20, 21);
  expect(observed.sinceMs(20n)).toBe(1_000);
  expect(observed.sinceMs(50n)).toBe(0);
  expect(observed.sinceMs(10n)).toBe(3_000);
});

test('notes about another source do not count', () => {
  const observed = seen(10, 60);
  observed.see({ number: 61n, source: 'another' });
  own += 1_000;
  expect(observed.sinceMs(10n)).toBe(1_000);
});

test('it keeps notes for the given time, and no older ones', () => {
  const observed = seen(...Array.from({ length: 10_000 }, (_, second) => second));
  expect(observed.sinceMs(0n)).toBe(keptMs);
  expect(observed.sinceMs(9_990n)).toBe(9_000);
});

test('it knows the greatest number that was drawn before a time', () => {
  own = 0;
  const observed = new ObservedNumbers(() => own, keptMs);
  expect(observed.numberBefore(0)).toBeNull();
  observed.see({ number: 7n, source: 'one' });
  own += 3_000;
  observed.see({ number: 9n, source: 'one' });
  own += 1_000;
  expect([0, 1_000, 1_001, 4_000, 4_001].map((ms) => observed.numberBefore(ms))).toEqual([
    9n,
    9n,
    7n,
    7n,
    null,
  ]);
  // The process was frozen. Nobody has observed what happened meanwhile.
  own += 60_000;
  expect(observed.numberBefore(10_000)).toBeNull();
});

test('it never returns more than the time since the number was drawn', () => {
  const step = fc.record({ ms: fc.integer({ min: 1, max: 5_000 }), draws: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      own = 0;
      let last = 1n;
      const observed = new ObservedNumbers(() => own, keptMs);
      const drawn: { readonly number: bigint; readonly own: number }[] = [];
      for (const { ms, draws } of steps) {
        observed.see({ number: last, source: 'one' });
        for (const one of drawn) {
          expect(observed.sinceMs(one.number)).toBeLessThanOrEqual(own - one.own);
        }
        own += ms;
        for (let draw = 0; draw < draws; draw += 1) {
          last += 1n;
          drawn.push({ number: last, own });
        }
      }
    }),
  );
});
