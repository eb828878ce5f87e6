import { z } from 'zod';
import type { ChargesLedger, LedgerEvent, Origin } from '../../../adapters/charges/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Owing } from '../../../store/journal/port.ts';

/** The maximum number of events in a page of `eventsAfter`. */
const pageSize = 500;
/**
 * The maximum number of pages that one search reads: five million events. The payment system keeps fewer: the events of
 * 400 days. So a longer list is treated as one without an end.
 */
const maxPages = 10_000;

/**
 * A position in the payment system's list of changes; null for its beginning. It is stored with a waiver or a refund
 * before the request is sent. The search for the event of the waiver or refund begins at this position.
 */
export const ledgerPosition = z.object({ sequence: z.string(), at: z.string() }).nullable();
type LedgerPosition = z.infer<typeof ledgerPosition>;

/** The position up to which the list of changes was read for the index of owing patrons. It is read from the journal. */
export async function positionOf(owing: Pick<Owing, 'owingState'>): Promise<LedgerPosition> {
  const { last } = await owing.owingState();
  return last === null ? null : { sequence: String(last.sequence), at: last.at.toISOString() };
}

/**
 * The first event after `position` that has this reference. Null if there is none (yet). The event at the position is
 * read again, to see if it is still the same. If not, the payment system was restored from a backup, and newer events
 * may have lower numbers. Then the whole list is searched.
 * @throws UpstreamError also if the list has no end, because the event may still be in it
 */
export async function findEvent(
  ledger: Pick<ChargesLedger, 'eventsAfter'>,
  reference: string,
  position: LedgerPosition,
  origin: Origin,
  signal: AbortSignal,
): Promise<LedgerEvent | null> {
  let from = position === null ? 0n : BigInt(position.sequence) - 1n;
  let isKnown = position === null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await ledger.eventsAfter(from, pageSize, origin, signal);
    const [first] = page.events;
    if (!isKnown && (String(first?.sequence) !== position?.sequence || first?.at !== position?.at)) {
      return await findEvent(ledger, reference, null, origin, signal);
    }
    isKnown = true;
    const found = page.events.find((event) => event.reference === reference);
    if (found !== undefined) {
      return found;
    }
    if (!page.hasMore) {
      return null;
    }
    from = page.lastSequence;
  }
  throw new UpstreamError('payment system', 'invalid-response', 'ListChanges: a list without an end');
}
