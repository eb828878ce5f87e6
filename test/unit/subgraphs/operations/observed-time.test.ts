import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operation } from '../../../../store/journal/port.ts';
import { changeTimes, prepareAndSendMs, settlingMs } from '../../../../subgraphs/operations/change-times.ts';
import { ObservedTime } from '../../../../subgraphs/operations/observed-time.ts';
import { isCertain } from '../../../../subgraphs/operations/send-once.ts';
import {
  maxCirculationTimeMs,
  readOperationsConfig,
} from '../../../../subgraphs/runtime/operations-config.ts';

let own: number;
const at = (ms: number): Date => new Date(ms);

/** The observations of the journal's clock, one second apart. */
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
  // The moment is before the first observation, so only the time since that observation is counted.
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

test('it keeps samples for twice the largest drop time, and no older ones', () => {
  const time = seen(...Array.from({ length: 10_000 }, (_, second) => second * 1_000));
  expect(time.sinceMs(at(0))).toBe(2_000_000);
  expect(time.sinceMs(at(9_990_000))).toBe(9_000);
});

test('an operation without an event becomes certain, also with the largest drop time that can be configured', () => {
  const { dropAfterMs } = readOperationsConfig({ CIRC_DROP_AFTER_MS: `${maxCirculationTimeMs}` });
  const times = { ...changeTimes, dropAfterMs };
  const certainAfterMs = prepareAndSendMs + settlingMs(times);
  const sendBy = at(1_000_000 + prepareAndSendMs);
  const certainAt = at(1_000_000 + certainAfterMs);
  own = 0;
  const time = new ObservedTime(() => own);
  const isCertainNow = () => {
    const now = at(1_000_000 + own);
    time.see(now);
    const operation = { sendBy, certainAt, certainAfterMs } as Operation;
    return isCertain({ operation, now, observedSinceMs: (moment) => time.sinceMs(moment) }, times);
  };
  // Observes the clock twice a second, as the reconciler does.
  for (; own <= certainAfterMs; own += 500) {
    expect(isCertainNow()).toBe(false);
  }
  expect(isCertainNow()).toBe(true);
  // The operation stays certain, even if circulation can only be asked the next day.
  for (; own <= 86_400_000; own += 500) {
    time.see(at(1_000_000 + own));
  }
  expect(isCertainNow()).toBe(true);
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
        // An operation is reserved at this moment.
        began.push({ moment: journal, own });
      }
    }),
  );
});
