import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { IndexedEvent, OpenRows, ToRead } from '../../../store/index/port.ts';
import { hongKongDay } from '../../library/calendar.ts';

interface Effects {
  readonly card: boolean;
  readonly queue: boolean;
  readonly counts: IndexedEvent['counts'];
  /**
   * What the event says about the card's loans and holds afterwards. `LOAN`: the card has this loan. `NO_LOAN`: it no
   * longer has this loan. `ROWS`: it may have some loans or holds. Null: the event doesn't tell.
   */
  readonly leaves: 'LOAN' | 'NO_LOAN' | 'ROWS' | null;
}

/**
 * What must be read again after each kind of event. `card`: the loans and holds of the card. `queue`: the holds of the
 * item's title. `counts` says whether the event is counted as a loan or a return.
 */
const effects: Readonly<Record<FeedEvent['kind'], Effects>> = {
  CHECKED_OUT: { card: true, queue: true, counts: 'LENT', leaves: 'LOAN' },
  CHECKED_IN: { card: true, queue: true, counts: 'RETURNED', leaves: 'NO_LOAN' },
  RENEWED: { card: true, queue: false, counts: null, leaves: 'LOAN' },
  HOLD_PLACED: { card: true, queue: false, counts: null, leaves: 'ROWS' },
  // The event names no title. When the card is read again, the index sees which title's queue the hold has left.
  HOLD_CANCELLED: { card: true, queue: false, counts: null, leaves: null },
  CARD_REGISTERED: { card: false, queue: false, counts: null, leaves: null },
  CARD_BLOCKED: { card: false, queue: false, counts: null, leaves: null },
  CARD_UNBLOCKED: { card: false, queue: false, counts: null, leaves: null },
  // The change is of an unknown kind, so the card and the item are read again.
  OTHER: { card: true, queue: true, counts: null, leaves: 'ROWS' },
};

/**
 * The part of an event that the index needs. It says what to read again, and not what changed, because an event has no
 * due day, no title and no branch.
 *
 * @example
 * // 'CHECKED_IN' of the item 31852000000494 on the card 21852000000033: the item and the card are to be read again.
 */
export function indexedEvent(event: FeedEvent): IndexedEvent {
  const { sequence, at, kind, libraryCardNumber, itemNumber } = event;
  const { card, queue, counts } = effects[kind];
  const toRead: ToRead[] = [];
  if (card && libraryCardNumber !== null) {
    toRead.push({ kind: 'CARD', key: libraryCardNumber });
  }
  if (queue && itemNumber !== null) {
    toRead.push({ kind: 'ITEM', key: itemNumber });
  }
  return { sequence, day: hongKongDay(new Date(at)), counts, toRead, opens: opens(event) };
}

function opens({ kind, libraryCardNumber, loanId }: FeedEvent): OpenRows | null {
  const { leaves } = effects[kind];
  if (leaves === null || libraryCardNumber === null) {
    return null;
  }
  if (leaves === 'ROWS' || loanId === null) {
    return { kind: 'CARD', libraryCardNumber };
  }
  return { kind: 'LOAN', id: loanId, libraryCardNumber, isOut: leaves === 'LOAN' };
}
