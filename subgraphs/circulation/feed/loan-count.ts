import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FollowedBooks, LoanChange } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { loanLimit } from '../rules/limits.ts';
import { operationOf, readPage } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/**
 * Counts the loans of the next page of events, by patron, and finds patrons who were lent more than the limit (R9) by
 * operations that are right one by one. Only settled events are counted, before which no gap is filled any more: a check-in
 * that came late would leave one loan too many. Resolves to whether there are more settled events.
 *
 * Only loans that our operations began are counted. The patron of a desk's loan is unknown, so a patron with nine of ours and
 * two of a desk is not found here; a check-out reads those. Reservations are not counted: circulation's events don't say which
 * one ended.
 */
export async function countNextLoans(
  services: FeedServices,
  follower: string,
  { countedSequence, position: { settledSequence } }: FollowedBooks,
  signal: AbortSignal,
): Promise<boolean> {
  if (BigInt(settledSequence) <= BigInt(countedSequence)) {
    return false;
  }
  const { events, isLast } = await readPage(services.circulation, countedSequence, signal);
  const settled = events.filter(({ sequence }) => BigInt(sequence) <= BigInt(settledSequence));
  const last = settled.length < events.length ? settledSequence : settled.at(-1)?.sequence;
  // A page from a proxy's cache may end too early. The events that it lacks must not be skipped.
  if (last === undefined) {
    return false;
  }
  const over = await services.books.countLoans(follower, settled.flatMap(loanChangeOf), last, loanLimit);
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
