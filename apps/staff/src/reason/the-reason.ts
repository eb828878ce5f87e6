/**
 * The reason for which this member of staff opens records, for the access log. Every request of the page contains the
 * reason. The reason is stored in this tab, and forgotten at sign-out.
 */
import type { ReasonForAccess } from '../operations.generated.ts';
import { createStoredChoice, useStoredChoice } from '../stored-choice.ts';
import { accessReasonWords } from './reason-words.ts';

export const theReason = createStoredChoice(
  sessionStorage,
  'staff-access-reason',
  (text): text is ReasonForAccess => Object.hasOwn(accessReasonWords, text),
);

/** The header that carries the reason to the graph. Empty if no reason is chosen. */
export function reasonHeaders(): Readonly<Record<string, string>> {
  const reason = theReason.current();
  return reason === null ? {} : { 'access-reason': reason };
}

export const useReasonToLook = (): ReasonForAccess | null => useStoredChoice(theReason);
