import { compactDay, dayOfCompact, daysAfter } from '../hong-kong-time.ts';
import type { Seed } from '../seed.ts';

/** The day for which `seed.json` was made. The descriptions in the seed's `case` texts are true for this day. */
const seedDay = '2026-11-24';
const dayMs = 86_400_000;

/**
 * Returns the seed with moved dates of loans, holds and charges. Each date has the same distance from `today` as it had
 * from the seed's own day. Without this, every loan would soon be overdue. Times of day don't change.
 * @param today a day in Hong Kong, `YYYY-MM-DD`
 */
export function lendingMovedTo(today: string, seed: Seed): Seed {
  const days = (Date.parse(today) - Date.parse(seedDay)) / dayMs;
  /** Moves the day of a `YYYYMMDD` or a `YYYYMMDDHHMMSS`. An empty text stays empty. */
  const moved = (text: string): string => {
    const day = dayOfCompact(text.slice(0, 8));
    return day === null ? text : compactDay(daysAfter(day, days)) + text.slice(8);
  };
  return {
    ...seed,
    loans: seed.loans.map((loan) => ({ ...loan, outAt: moved(loan.outAt), dueOn: moved(loan.dueOn) })),
    holds: seed.holds.map((hold) => ({
      ...hold,
      placedAt: moved(hold.placedAt),
      readyUntil: moved(hold.readyUntil),
    })),
    charges: seed.charges.map((charge) => ({ ...charge, raisedOn: moved(charge.raisedOn) })),
  };
}
