import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FollowedBooks, LoanChange } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { loanLimit } from '../rules/limits.ts';
import { operationOf, readPage } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/**
 * Counts each patron's loans from the events of the next page. This finds patrons with more loans than the limit (R9),
 * even if each operation was right by itself. Only settled events are counted: an earlier event, such as a check-in,
 * can no longer come late, so the count is right. Resolves to whether there are more settled events to count.
 *
 * Only loans that our operations made are counted, because the event of a desk's loan doesn't name the patron. So a
 * patron with nine loans of ours and two of a desk is not found here. A check-out would refuse this patron, because it
 * reads all loans. Holds are not counted, because circulation's events don't say which hold ended.
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
  // An empty page may come from a proxy's cache. The position stays, so that no event is skipped.
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
