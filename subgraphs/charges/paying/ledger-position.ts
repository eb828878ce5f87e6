import { z } from 'zod';
import type { ChargesLedger, LedgerEvent, Origin } from '../../../adapters/charges/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Owing } from '../../../store/journal/port.ts';

/** The maximum number of events in a page of `eventsAfter`. */
const pageSize = 500;
/**
 * The maximum number of pages that one search reads: five million events. That is more than the payment system keeps,
 * which is 400 days. A list that goes on has no end.
 */
const maxPages = 10_000;

/**
 * A position in the payment system's list of changes. It is stored with a waiver or a refund before the change is sent,
 * so the event of the change comes after it. Null for the beginning of the list.
 */
export const ledgerPosition = z.object({ sequence: z.string(), at: z.string() }).nullable();
type LedgerPosition = z.infer<typeof ledgerPosition>;

/** The position up to which the index of owing patrons was read. Reading it needs no call to the payment system. */
export async function positionOf(owing: Pick<Owing, 'owingState'>): Promise<LedgerPosition> {
  const { last } = await owing.owingState();
  return last === null ? null : { sequence: String(last.sequence), at: last.at.toISOString() };
}

/**
 * The event with this reference, after a position. Null if there is none (yet). The first event that is read must be
 * the event at the position. Otherwise the payment system was restored from a backup, and newer changes may have lower
 * numbers. Then the whole list is read.
 * @throws UpstreamError also for a list without an end: it is not known then whether the event is in it
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
