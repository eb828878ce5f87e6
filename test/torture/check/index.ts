import type { History } from '../history.ts';
import { brokenWords } from './answers.ts';
import { misplaced, wrongEffects } from './effects.ts';
import { roomDenied, untrueLimits, untrueQuotas } from './limits.ts';
import { overruns } from './places.ts';
import { lateEffects, lateSettlings } from './settling.ts';
import { strandedPlaces } from './stranded.ts';
import type { Violation } from './violation.ts';

export type { Property, Violation } from './violation.ts';

/** Everything that a history breaks. Nothing but the history decides. */
export function check(history: History): readonly Violation[] {
  const { changes, effects, journal, asked, alarms } = history;
  const known = new Map(journal.map((operation) => [operation.id, operation]));
  return [
    ...overruns(changes, known),
    ...wrongEffects(effects, journal),
    ...misplaced(changes, known),
    ...lateEffects(history, known),
    ...brokenWords(asked, journal),
    ...lateSettlings(history),
    ...strandedPlaces(history),
    ...untrueLimits(history),
    ...untrueQuotas(history),
    ...roomDenied(history),
    ...alarms.map((operation) => ({ property: 'no alarm', detail: `of ${operation}` }) as const),
  ];
}
