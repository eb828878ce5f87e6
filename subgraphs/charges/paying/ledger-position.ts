import type { ChargesLedger, LedgerEvent, Origin } from '../../../adapters/charges/port.ts';

/** Events in a page of `eventsAfter`, at most. */
const pageSize = 500;

type Events = Pick<ChargesLedger, 'eventsAfter'>;

/**
 * The last sequence number of the payment system's list of changes. It is kept with a waiver or a refund before it is sent: what
 * the change leads to comes after it.
 */
export class LedgerPosition {
  #last: bigint | null = null;

  /**
   * The sequence of the last event, 0 if there is none. The first time it is searched, with two calls for each binary digit of the
   * sequence at most. Later it takes one call for each 500 new events.
   * @throws UpstreamError
   */
  async last(ledger: Events, origin: Origin, signal: AbortSignal): Promise<bigint> {
    let last = this.#last ?? (await search(ledger, origin, signal));
    for (let hasMore = true; hasMore; ) {
      const page = await ledger.eventsAfter(last, pageSize, origin, signal);
      last = page.lastSequence;
      ({ hasMore } = page);
    }
    this.#last = last;
    return last;
  }
}

/**
 * A sequence near the end of the list. There is no question for the last event, and the list has 400 days.
 *
 * @example
 * // events 3, 7, 12: asks after 0 (finds 3), 4 (7), 9 (12), 16 (none); then between 12 and 16
 */
async function search(ledger: Events, origin: Origin, signal: AbortSignal): Promise<bigint> {
  const eventAfter = async (sequence: bigint): Promise<bigint | null> =>
    (await ledger.eventsAfter(sequence, 1, origin, signal)).events[0]?.sequence ?? null;
  let low = 0n;
  let high: bigint | null = null;
  for (let step = 1n; high === null; step *= 2n) {
    const next = await eventAfter(low + step - 1n);
    if (next === null) {
      high = low + step - 1n;
    } else {
      low = next;
    }
  }
  // A remainder of a page is read faster than it is searched.
  while (high - low > BigInt(pageSize)) {
    const middle: bigint = (low + high) / 2n;
    const next = await eventAfter(middle);
    if (next === null) {
      high = middle;
    } else {
      low = next;
    }
  }
  return low;
}

/**
 * The event with this reference, after a sequence number. Null if there is none (yet).
 * @throws UpstreamError
 */
export async function findEvent(
  ledger: Events,
  reference: string,
  after: bigint,
  origin: Origin,
  signal: AbortSignal,
): Promise<LedgerEvent | null> {
  let from = after;
  for (let hasMore = true; hasMore; ) {
    const page = await ledger.eventsAfter(from, pageSize, origin, signal);
    const found = page.events.find((event) => event.reference === reference);
    if (found !== undefined) {
      return found;
    }
    from = page.lastSequence;
    ({ hasMore } = page);
  }
  return null;
}
