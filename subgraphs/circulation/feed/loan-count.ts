import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FollowedBooks, LoanChange } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { loanLimit } from '../rules/limits.ts';
import { operationOf, readPage } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/**
 * Counts the loans of the next page of events, by patron, and finds a patron who was lent too many (R9) although each of the
 * operations was done as it says. Only events between which no gap is filled any more are counted: an end that came late would make
 * a beginning one too many. Resolves to whether there are more such events.
 *
 * The count is of loans that operations began. Loans of desks are not known to be a patron's, so that a patron with nine of ours and
 * two of a desk is not found; the checks of lending read those. Nor are reservations: circulation's events don't say which one ended.
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
  // A page that a proxy kept may end too early: what it doesn't show is not passed over.
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
