import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObservedTime } from '../../../../subgraphs/operations/observed-time.ts';

let own: number;
const at = (ms: number): Date => new Date(ms);

/** What was seen of the journal's clock, each a second after the one before. */
function seen(...journal: readonly number[]): ObservedTime {
  own = 0;
  const time = new ObservedTime(() => own);
  for (const ms of journal) {
    own += 1_000;
    time.see(at(ms));
  }
  return time;
}

test('while both clocks run alike, the time that the journal’s clock shows has passed', () => {
  const time = seen(10_000, 11_000, 12_000, 13_000);
  expect(time.sinceMs(at(11_000))).toBe(2_000);
  own += 500;
  expect(time.sinceMs(at(11_000))).toBe(2_500);
});

test('time that was not observed has not passed', () => {
  expect(seen().sinceMs(at(0))).toBe(0);
  expect(seen(10_000).sinceMs(at(10_001))).toBe(0);
  // Before it was started.
  expect(seen(10_000, 11_000).sinceMs(at(1))).toBe(1_000);
});

test('putting the clock forward does not make time pass', () => {
  const time = seen(10_000, 11_000, 3_600_000, 3_601_000);
  expect(time.sinceMs(at(11_000))).toBe(2_000);
  expect(time.sinceMs(at(12_000))).toBe(1_000);
  expect(time.sinceMs(at(3_600_000))).toBe(1_000);
});

test('after the clock is put back, later moments that it showed before do not count', () => {
  const time = seen(10_000, 60_000, 20_000, 21_000);
  expect(time.sinceMs(at(20_000))).toBe(1_000);
  expect(time.sinceMs(at(50_000))).toBe(0);
  expect(time.sinceMs(at(10_000))).toBe(3_000);
});

test('it keeps the last ten minutes of samples', () => {
  const time = seen(...Array.from({ length: 10_000 }, (_, second) => second * 1_000));
  expect(time.sinceMs(at(0))).toBe(1_199_000);
  expect(time.sinceMs(at(9_990_000))).toBe(9_000);
});

test('it never returns more than the time since the clock was observed to show that moment', () => {
  const jump = fc.record({
    ownMs: fc.integer({ min: 1, max: 5_000 }),
    byMs: fc.integer({ min: -90_000, max: 90_000 }),
  });
  fc.assert(
    fc.property(fc.array(jump, { minLength: 1, maxLength: 60 }), (jumps) => {
      own = 0;
      let journal = 1_000_000;
      const time = new ObservedTime(() => own);
      const began: { readonly moment: number; readonly own: number }[] = [];
      for (const { ownMs, byMs } of jumps) {
        time.see(at(journal));
        for (const one of began) {
          expect(time.sinceMs(at(one.moment))).toBeLessThanOrEqual(own - one.own);
        }
        own += ownMs;
        journal += ownMs + byMs;
        // Something is reserved here and now.
        began.push({ moment: journal, own });
      }
    }),
  );
});
