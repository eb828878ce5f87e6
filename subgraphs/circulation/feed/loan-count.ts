import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FollowedBooks, LoanChange } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { loanLimit } from '../rules/limits.ts';
import { operationOf, readPage } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/**
 * Counts the loans in the next page of events, by patron. Finds patrons who have more loans than the limit (R9), even
 * if each operation was right by itself. Counts only settled events, before which no gap is filled any more: if a
 * check-in came late, the count would be one too high. Resolves to whether there are more settled events to count.
 *
 * Only loans of our operations are counted, because events don't name the patron of a loan that a desk made. So this
 * count does not find a patron with nine loans of ours and two of a desk. A check-out would count all eleven, because
 * it reads all loans of the patron. Holds are not counted, because circulation's events don't say which hold ended.
 */
export async function countNextLoans(
  services: FeedServices,
  { lease, countedSequence, position: { settledSequence } }: FollowedBooks,
  signal: AbortSignal,
): Promise<boolean> {
  if (BigInt(settledSequence) <= BigInt(countedSequence)) {
    return false;
  }
  const { events, isLast } = await readPage(services.circulation, countedSequence, signal);
  const settled = events.filter(({ sequence }) => BigInt(sequence) <= BigInt(settledSequence));
  const last = settled.length < events.length ? settledSequence : settled.at(-1)?.sequence;
  // A page without events may come from a proxy's cache. The events that this page lacks must not be skipped.
  if (last === undefined) {
    return false;
  }
  const over = await services.books.countLoans(lease, settled.flatMap(loanChangeOf), last, loanLimit);
  const found = (over ?? []).flatMap(({ begunBy, sequence, at }) =>
    begunBy === null ? [] : [{ operationId: begunBy, discrepancy: 'OVER_LIMIT' as const, sequence, at }],
  );
  await recordFindings(services, found);
  return over !== null && !isLast && settled.length === events.length;
}

function loanChangeOf(event: FeedEvent): readonly LoanChange[] {
  const { kind, loanId, sequence, at } = event;
  const begunBy = operationOf(event);
  const isChange = kind === 'CHECKED_IN' || (kind === 'CHECKED_OUT' && begunBy !== null);
  return isChange && loanId !== null
    ? [{ sequence, at: new Date(at), loanId, begunBy: kind === 'CHECKED_IN' ? null : begunBy }]
    : [];
}
