import { describe, expect, test } from 'vitest';
import type { Account } from '../../../../../store/journal/port.ts';
import { CirculationClock } from '../../../../../subgraphs/operations/books/circulation-clock.ts';
import { discrepanciesOf } from '../../../../../subgraphs/operations/books/discrepancies.ts';

const startMs = Date.parse('2026-11-29T12:00:00Z');
const minuteMs = 60_000;
const certainAfterMs = 42_000;
const at = (ms: number): Date => new Date(startMs + ms);

interface Told {
  readonly state?: 'DONE' | 'REFUSED' | 'UNSETTLED';
  /** The time from the sending until the operation was settled, in ms. */
  readonly answeredAfterMs: number;
  /** The time from the sending until circulation made the change, in ms by circulation's own clock. */
  readonly madeAfterMs: number;
}

/** A check-out that was sent at `sentMs`. Circulation's times are whole seconds. */
function sent(sentMs: number, { state = 'DONE', answeredAfterMs, madeAfterMs }: Told): Account {
  const madeAt = at(Math.floor((sentMs + madeAfterMs) / 1_000) * 1_000);
  return {
    operationId: 'x'.repeat(22),
    operation: {
      kind: 'CHECK_OUT',
      state,
      certainAt: at(sentMs + certainAfterMs),
      certainAfterMs,
      settledAt: state === 'UNSETTLED' ? null : at(sentMs + answeredAfterMs),
    },
    effects: [{ sequence: '1', operationId: 'x'.repeat(22), kind: 'CHECKED_OUT', at: madeAt }],
  };
}

/** A clock that remembers an earlier measurement for two minutes. */
const openClock = (nowMs: () => number = () => 0) => new CirculationClock(nowMs, 2 * minuteMs);

function measured(...accounts: readonly Account[]): CirculationClock {
  const clock = openClock();
  for (const account of accounts) {
    clock.see(account);
  }
  return clock;
}

const answered = (sentMs: number, aheadMs: number): Account =>
  sent(sentMs, { answeredAfterMs: 400, madeAfterMs: 200 + aheadMs });
const kindsIn = (account: Account, aheadMs: number | null) =>
  discrepanciesOf(account, at(-minuteMs), aheadMs).map(({ discrepancy }) => discrepancy);

describe('circulation’s clock', () => {
  test.each([0, minuteMs, -minuteMs, 3_600_000])(
    'that is %d ms ahead is measured by answered changes',
    (aheadMs) => {
      const clock = measured(...[0, 1_300, 2_700].map((sentMs) => answered(sentMs, aheadMs)));
      expect(Math.abs(clock.aheadMs - aheadMs)).toBeLessThan(1_500);
    },
  );

  test('does not look fast if circulation makes everything a minute late', () => {
    const late: Told = { answeredAfterMs: minuteMs + 2_000, madeAfterMs: minuteMs };
    const clock = measured(answered(0, 0), sent(5_000, late), sent(9_000, { ...late, state: 'UNSETTLED' }));
    expect(Math.abs(clock.aheadMs)).toBeLessThan(1_000);
    expect(measured(sent(0, late)).aheadMs).toBe(0);
    expect(kindsIn(sent(5_000, late), clock.aheadMs)).toEqual(['DONE_TOO_LATE']);
  });

  test('is measured again when it was set', () => {
    const clock = measured(answered(0, 0), answered(10_000, minuteMs));
    expect(Math.abs(clock.aheadMs - minuteMs)).toBeLessThan(1_500);
  });

  test('that is unknown counts as right', () => {
    expect(measured().aheadMs).toBe(0);
  });
});

describe('a change that was made too late', () => {
  const unanswered: Told = { answeredAfterMs: 10_000, madeAfterMs: 8_000 + minuteMs };

  test('is not found if only circulation’s clock was fast', () => {
    expect(kindsIn(sent(0, unanswered), 0)).toEqual(['DONE_TOO_LATE']);
    expect(kindsIn(sent(0, unanswered), minuteMs)).toEqual([]);
    // The check-out was answered in time.
    expect(kindsIn(answered(0, minuteMs), 0)).toEqual([]);
  });

  test('is found although circulation’s clock is slow', () => {
    const late: Told = { state: 'REFUSED', answeredAfterMs: 50_000, madeAfterMs: 55_000 - minuteMs };
    expect(kindsIn(sent(0, late), 0)).toEqual(['DONE_AFTER_REFUSAL']);
    expect(kindsIn(sent(0, late), -minuteMs)).toEqual(['DONE_AFTER_REFUSAL', 'DONE_TOO_LATE']);
  });

  test.each(['before', 'after'])(
    'is not found if the journal’s clock was set while the change was under way, and measured %s',
    (first) => {
      const clock = openClock();
      if (first === 'before') {
        clock.see(answered(0, 0));
      }
      // The journal's clock is put forward by a minute, and half a minute later by another minute.
      clock.see(answered(5_000 + minuteMs, -minuteMs));
      clock.see(answered(30_000 + 2 * minuteMs, -2 * minuteMs));
      const inTime = sent(4_000, { answeredAfterMs: 2 * minuteMs, madeAfterMs: 26_000 });
      expect(kindsIn(inTime, clock.recentlyAheadMs)).toEqual([]);
    },
  );

  test('is found by the new measurement when each change under way at the step has been judged', () => {
    let nowMs = 0;
    const clock = openClock(() => nowMs);
    clock.see(answered(0, 0));
    clock.see(answered(10_000, -minuteMs));
    const late: Told = { state: 'REFUSED', answeredAfterMs: 50_000, madeAfterMs: 55_000 - minuteMs };
    nowMs = 2 * minuteMs - 1;
    expect(kindsIn(sent(100_000, late), clock.recentlyAheadMs)).toEqual(['DONE_AFTER_REFUSAL']);
    nowMs = 2 * minuteMs;
    expect(kindsIn(sent(100_000, late), clock.recentlyAheadMs)).toEqual([
      'DONE_AFTER_REFUSAL',
      'DONE_TOO_LATE',
    ]);
  });

  test('is not judged again long after it was made', () => {
    expect(kindsIn(sent(0, unanswered), null)).toEqual([]);
  });
});
