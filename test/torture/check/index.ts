import type { History, JournalEntry } from '../history.ts';
import { disagreeingBooks, loansOverLimit } from './books.ts';
import { loansOnClosedRecords } from './closed-records.ts';
import { contradictoryAnswers } from './consistent-answers.ts';
import { misattributedEffects, wrongEffects } from './effects.ts';
import { unfollowedFeed, wrongIndex } from './final/behind.ts';
import { strandedPlaces } from './final/stranded-places.ts';
import { reservedBesideForeign, withForeignAsDesk } from './foreign-changes.ts';
import { lateDeliveries, unjustifiedRefusals, withLateAsDesk } from './late/late-deliveries.ts';
import { refusedWithRoom, unfoundedLimitRefusals, wrongQuotas } from './limits-and-quotas.ts';
import { brokenStreams } from './live/broken-streams.ts';
import { incompleteLog } from './live/incomplete-log.ts';
import { lentOnMergedRecords, unfinishedLives } from './merges/merged-records.ts';
import { exceededLimits } from './patron-limits.ts';
import { lateEffects, lateSettlings } from './settling.ts';
import type { Violation } from './violation.ts';

export type { Property, Violation } from './violation.ts';

/**
 * Returns the violations of all properties in a history. A pure function.
 *
 * Late deliveries are excused (`lateDeliveries`), because no client of circulation can prevent them. In a late
 * delivery, circulation makes a change a second time, or makes it after its operation was settled as refused. The
 * following are then not violations:
 * - Contradictory answers about that operation.
 * - An alarm about that operation.
 * - An alarm about another operation, if only a late change with an alarm puts that operation over the limit.
 *
 * If a replica raised an alarm about the operation, the late change counts as a desk's change. Without an alarm, it
 * counts as the operation's change.
 *
 * Example: a patron has ten loans. A check-out was refused at 530 ms. It is delivered again, and circulation lends the
 * item at 1,200 ms. If no replica raises an alarm, this violates 'at most ten per patron'.
 */
export function check(history: History): readonly Violation[] {
  const { effects, journal, merges, asked, alarms, foreign } = history;
  const entriesById = new Map(journal.map((entry) => [entry.id, entry]));
  const late = lateDeliveries(history);
  const corrected = {
    ...history,
    changes: withForeignAsDesk(withLateAsDesk(history.changes, late), foreign),
  };
  const excusedIds = new Set(late.map(({ reference }) => reference));
  const excusedClients = new Set(
    journal.flatMap(({ id, caller, reference }) => (excusedIds.has(id) ? `${caller} ${reference}` : [])),
  );
  const unexcused = asked.filter(({ caller, reference }) => !excusedClients.has(`${caller} ${reference}`));
  const overOfThemselves = loansOverLimit(corrected);
  const overByLate = [...loansOverLimit(history)].filter((id) => !overOfThemselves.has(id));
  const alarmExcusedIds = new Set([...excusedIds, ...overByLate, ...seeminglyLate(history, entriesById)]);
  return [
    ...exceededLimits(corrected.changes, entriesById, merges),
    ...loansOnClosedRecords(corrected.changes, journal, merges),
    ...lentOnMergedRecords(corrected.changes, entriesById, merges),
    ...unfinishedLives(history),
    ...wrongEffects(effects, journal, late, foreign),
    ...unjustifiedRefusals(history, late),
    ...misattributedEffects(corrected.changes, entriesById),
    ...lateEffects(corrected, entriesById),
    ...contradictoryAnswers(unexcused, journal),
    ...lateSettlings(history),
    ...strandedPlaces(history),
    ...reservedBesideForeign(history),
    ...unfollowedFeed(history),
    ...wrongIndex(history),
    ...unfoundedLimitRefusals(corrected),
    ...wrongQuotas(corrected),
    ...refusedWithRoom(history),
    ...disagreeingBooks(history),
    ...(history.live === null ? [] : [...incompleteLog(history.live), ...brokenStreams(history.live)]),
    ...alarms
      .filter((id) => !alarmExcusedIds.has(id) && !foreign.has(id))
      .map((id) => ({ property: 'no alarm', detail: `a replica raised an alarm about ${id}` }) as const),
  ];
}

/**
 * The operations with a finding `DONE_TOO_LATE` that is not a mistake of the program. Either circulation applied the
 * change although it should have dropped it, or the change came in time and a clock was wrong. `disagreeingBooks`
 * checks whether a clock was set then.
 */
function seeminglyLate(
  { findings, effects, appliedLate, settlingMs }: History,
  entriesById: ReadonlyMap<string, JournalEntry>,
): readonly string[] {
  const lastById = new Map(effects.map(({ reference, at }) => [reference, at]));
  return findings.flatMap(({ operationId: id, discrepancy }) => {
    const entry = entriesById.get(id);
    const certainAt = (entry?.sendBy ?? 0) + (entry?.settlingMs ?? settlingMs);
    const isExplained = appliedLate.has(id) || (lastById.get(id) ?? 0) <= certainAt;
    return discrepancy === 'DONE_TOO_LATE' && isExplained ? id : [];
  });
}
