import type { History } from '../history.ts';
import { disagreeingBooks, loansOverLimit } from './books.ts';
import { contradictoryAnswers } from './consistent-answers.ts';
import { misattributedEffects, wrongEffects } from './effects.ts';
import { lateDeliveries, unjustifiedRefusals, withLateAsDesk } from './late-deliveries.ts';
import { refusedWithRoom, unfoundedLimitRefusals, wrongQuotas } from './limits-and-quotas.ts';
import { exceededLimits } from './patron-limits.ts';
import { lateEffects, lateSettlings } from './settling.ts';
import { strandedPlaces } from './stranded-places.ts';
import type { Violation } from './violation.ts';

export type { Property, Violation } from './violation.ts';

/**
 * Returns the violations of all properties in a history. A pure function.
 *
 * One case is excused, because no client of circulation can prevent it: a change is delivered twice, or after its
 * operation was settled as refused (`lateDeliveries`). Contradictory answers about such an operation, and an alarm
 * about it, are not violations. If a replica raised an alarm about it, its effect is attributed to a desk, otherwise to
 * the operation. If such an effect puts another operation over the limit, an alarm about that operation is excused,
 * too.
 *
 * Example: a patron has ten loans, and a check-out that was refused at 530 ms is delivered again and done at 1,200 ms.
 * Without an alarm, this violates 'at most ten per patron'.
 */
export function check(history: History): readonly Violation[] {
  const { effects, journal, asked, alarms } = history;
  const entriesById = new Map(journal.map((entry) => [entry.id, entry]));
  const late = lateDeliveries(history);
  const corrected = { ...history, changes: withLateAsDesk(history.changes, late) };
  const excusedIds = new Set(late.map(({ reference }) => reference));
  const excusedClients = new Set(
    journal.flatMap(({ id, caller, reference }) => (excusedIds.has(id) ? `${caller} ${reference}` : [])),
  );
  const unexcused = asked.filter(({ caller, reference }) => !excusedClients.has(`${caller} ${reference}`));
  const overOfThemselves = loansOverLimit(corrected);
  const overByLate = [...loansOverLimit(history)].filter((id) => !overOfThemselves.has(id));
  const alarmExcusedIds = new Set([...excusedIds, ...overByLate]);
  return [
    ...exceededLimits(corrected.changes, entriesById),
    ...wrongEffects(effects, journal, late),
    ...unjustifiedRefusals(history, late),
    ...misattributedEffects(corrected.changes, entriesById),
    ...lateEffects(corrected, entriesById),
    ...contradictoryAnswers(unexcused, journal),
    ...lateSettlings(history),
    ...strandedPlaces(history),
    ...unfoundedLimitRefusals(corrected),
    ...wrongQuotas(corrected),
    ...refusedWithRoom(history),
    ...disagreeingBooks(history),
    ...alarms
      .filter((id) => !alarmExcusedIds.has(id))
      .map((id) => ({ property: 'no alarm', detail: `a replica raised an alarm about ${id}` }) as const),
  ];
}
