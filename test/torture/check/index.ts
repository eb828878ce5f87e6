import type { History } from '../history.ts';
import { brokenWords } from './consistent-answers.ts';
import { misplaced, wrongEffects } from './effects.ts';
import { believedRefusals, lateDeliveries, withoutLate } from './late-deliveries.ts';
import { roomDenied, untrueLimits, untrueQuotas } from './limits-and-quotas.ts';
import { overruns } from './patron-limits.ts';
import { lateEffects, lateSettlings } from './settling.ts';
import { strandedPlaces } from './stranded-places.ts';
import type { Violation } from './violation.ts';

export type { Property, Violation } from './violation.ts';

/** Everything that a history breaks. Nothing but the history decides. */
export function check(history: History): readonly Violation[] {
  const { effects, journal, asked, alarms } = history;
  const known = new Map(journal.map((operation) => [operation.id, operation]));
  const late = lateDeliveries(history);
  const told = { ...history, changes: withoutLate(history.changes, late) };
  const excused = new Set(late.map(({ reference }) => reference));
  const corrected = new Set(
    journal.flatMap(({ id, caller, reference }) => (excused.has(id) ? `${caller} ${reference}` : [])),
  );
  const others = asked.filter(({ caller, reference }) => !corrected.has(`${caller} ${reference}`));
  return [
    ...overruns(told.changes, known),
    ...wrongEffects(effects, journal, late),
    ...believedRefusals(history, late),
    ...misplaced(told.changes, known),
    ...lateEffects(told, known),
    ...brokenWords(others, journal),
    ...lateSettlings(history),
    ...strandedPlaces(history),
    ...untrueLimits(told),
    ...untrueQuotas(told),
    ...roomDenied(history),
    ...alarms
      .filter((operation) => !excused.has(operation))
      .map((operation) => ({ property: 'no alarm', detail: `of ${operation}` }) as const),
  ];
}
