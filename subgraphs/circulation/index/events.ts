import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { IndexedEvent, ToRead } from '../../../store/index/port.ts';
import { hongKongDay } from '../../library/calendar.ts';

/** What changes with an event: the card's loans and holds, and who is next in the queue for an item. */
const effects: Readonly<
  Record<
    FeedEvent['kind'],
    { readonly card: boolean; readonly queue: boolean; readonly counts: IndexedEvent['counts'] }
  >
> = {
  CHECKED_OUT: { card: true, queue: true, counts: 'LENT' },
  CHECKED_IN: { card: true, queue: true, counts: 'RETURNED' },
  RENEWED: { card: true, queue: false, counts: null },
  HOLD_PLACED: { card: true, queue: false, counts: null },
  // The event names no title. Reading the card shows which title's queue the hold has left.
  HOLD_CANCELLED: { card: true, queue: false, counts: null },
  CARD_REGISTERED: { card: false, queue: false, counts: null },
  CARD_BLOCKED: { card: false, queue: false, counts: null },
  CARD_UNBLOCKED: { card: false, queue: false, counts: null },
  // Whatever it was, reading again shows the result.
  OTHER: { card: true, queue: true, counts: null },
};

/**
 * An event as the index takes it. It says what to read again, never what has changed: it has no due day, no title and no branch.
 *
 * @example
 * // 'CHECKED_IN' of the item 31852000000494 on the card 21852000000033: both are to be read again.
 */
export function indexedEvent({ sequence, at, kind, libraryCardNumber, itemNumber }: FeedEvent): IndexedEvent {
  const { card, queue, counts } = effects[kind];
  const toRead: ToRead[] = [];
  if (card && libraryCardNumber !== null) {
    toRead.push({ kind: 'CARD', key: libraryCardNumber });
  }
  if (queue && itemNumber !== null) {
    toRead.push({ kind: 'ITEM', key: itemNumber });
  }
  return { sequence, day: hongKongDay(new Date(at)), counts, toRead };
}
