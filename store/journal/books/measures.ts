import type { Measures } from '../port.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

type Figure = number | string | null;

const numberOrNull = (figure: Figure): number | null => (figure === null ? null : Math.round(Number(figure)));

/** Measures circulation by its effects. They name no person. */
export const measuresOf = (sql: JournalSql): Measures => ({
  async measureCirculation() {
    const [[changes], [duplicates], [gaps]] = await Promise.all([
      sql.read<Record<'longestMs' | 'minOffset' | 'maxOffset', Figure>>('measureChanges', []),
      sql.read<{ readonly count: Figure }>('measureDuplicates', []),
      sql.read<Record<'count' | 'longestMs', Figure>>('measureGaps', []),
    ]);
    const { longestMs, minOffset, maxOffset } = requireFound(changes);
    const [min, max] = [numberOrNull(minOffset), numberOrNull(maxOffset)];
    return {
      clockOffset: min === null || max === null ? null : { min, max },
      longestChangeMs: numberOrNull(longestMs),
      duplicates: Number(requireFound(duplicates).count),
      filledGaps: Number(requireFound(gaps).count),
      longestGapMs: numberOrNull(requireFound(gaps).longestMs),
    };
  },
});
