import type { Measures } from '../port.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

type Figure = number | string;

/**
 * Measures of one day's changes. The offsets are bounds: circulation's clock was ahead of the journal's by at least
 * `minOffset` and at most `maxOffset`, in ms.
 */
type ChangesRow = Readonly<Record<'day' | 'longestMs' | 'minOffset' | 'maxOffset', Figure>>;
/** The filled gaps of one day. */
type GapsRow = Readonly<Record<'day' | 'count' | 'longestMs', Figure>>;

/** Measures circulation by the changes that it made for operations. The measures name no person. */
export const measuresOf = (sql: JournalSql): Measures => ({
  async measureCirculation() {
    const [changes, [duplicates], gaps] = await Promise.all([
      sql.read<ChangesRow>('measureChanges', []),
      sql.read<{ readonly count: Figure }>('measureDuplicates', []),
      sql.read<GapsRow>('measureGaps', []),
    ]);
    const measured = changes.map(dayOf);
    const daysLeftOut = measured.filter(wasClockSet).map(({ day }) => day);
    const kept = measured.filter((day) => !wasClockSet(day));
    const keptGaps = gaps.filter(({ day }) => !daysLeftOut.includes(Number(day)));
    const latest = kept.at(-1);
    return {
      clockOffset: latest === undefined ? null : { min: latest.min, max: latest.max },
      longestChangeMs: greatest(kept.map((day) => day.longestMs - aheadMs(day))),
      duplicates: Number(requireFound(duplicates).count),
      filledGaps: keptGaps.reduce((sum, { count }) => sum + Number(count), 0),
      longestGapMs: greatest(keptGaps.map(({ longestMs }) => rounded(longestMs))),
      daysLeftOut: daysLeftOut.map(textOf),
    };
  },
});

const rounded = (figure: Figure): number => Math.round(Number(figure));

/** The measures of one day's changes. Circulation's clock was ahead by at least `min` and at most `max` ms. */
interface MeasuredDay {
  readonly day: number;
  readonly longestMs: number;
  readonly min: number;
  readonly max: number;
}

const dayOf = ({ day, longestMs, minOffset, maxOffset }: ChangesRow): MeasuredDay => ({
  day: Number(day),
  longestMs: rounded(longestMs),
  min: rounded(minOffset),
  max: rounded(maxOffset),
});

/**
 * Whether a clock was set during the day. Then no single difference of the clocks fits all changes. Example: before
 * noon, changes show that circulation's clock is at most 0.7 s ahead. After noon, changes show that the clock is at
 * least 59 s ahead.
 */
const wasClockSet = ({ min, max }: MeasuredDay): boolean => min > max;

/**
 * The best estimate of how far circulation's clock was ahead on the day, in ms: the value from `min` to `max` that is
 * nearest to 0.
 */
const aheadMs = ({ min, max }: MeasuredDay): number => Math.max(min, 0) + Math.min(max, 0);

const greatest = (figures: readonly number[]): number | null =>
  figures.reduce<number | null>((most, figure) => Math.max(most ?? figure, figure), null);

/** The day `YYYY-MM-DD` with this number. */
const textOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
