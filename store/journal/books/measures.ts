import type { Measures } from '../port.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

type Figure = number | string;

/** The changes of one day. The offsets bound the difference of the clocks, in ms. */
type ChangesRow = Readonly<Record<'day' | 'longestMs' | 'minOffset' | 'maxOffset', Figure>>;
/** The filled gaps of one day. */
type GapsRow = Readonly<Record<'day' | 'count' | 'longestMs', Figure>>;

/** Measures circulation by its effects. They name no person. */
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
      longestChangeMs: greatest(kept.map(({ longestMs, min }) => longestMs - min)),
      duplicates: Number(requireFound(duplicates).count),
      filledGaps: keptGaps.reduce((sum, { count }) => sum + Number(count), 0),
      longestGapMs: greatest(keptGaps.map(({ longestMs }) => rounded(longestMs))),
      daysLeftOut: daysLeftOut.map(textOf),
    };
  },
});

const rounded = (figure: Figure): number => Math.round(Number(figure));

const dayOf = ({ day, longestMs, minOffset, maxOffset }: ChangesRow) => ({
  day: Number(day),
  longestMs: rounded(longestMs),
  min: rounded(minOffset),
  max: rounded(maxOffset),
});

/**
 * Example: before noon, changes show circulation's clock at most 0.7 s ahead. After noon, they show it at least 59 s
 * ahead.
 */
const wasClockSet = ({ min, max }: ReturnType<typeof dayOf>): boolean => min > max;

const greatest = (figures: readonly number[]): number | null =>
  figures.length === 0 ? null : Math.max(...figures);

/** The day `YYYY-MM-DD` with this number. */
const textOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
