import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FeedEventFact } from '../../../store/journal/port.ts';
import { operationOf } from '../feed/feed-page.ts';

/** The kind of fact for each kind of event. A fact is a row of the log of changes. */
const kinds = {
  CHECKED_OUT: 'LOAN_BEGUN',
  CHECKED_IN: 'LOAN_ENDED',
  RENEWED: 'LOAN_RENEWED',
  HOLD_PLACED: 'HOLD_PLACED',
  HOLD_CANCELLED: 'HOLD_CANCELLED',
  CARD_REGISTERED: 'CARD_REGISTERED',
  CARD_BLOCKED: 'CARD_BLOCKED',
  CARD_UNBLOCKED: 'CARD_UNBLOCKED',
  OTHER: 'CARD_OTHER',
} as const satisfies Readonly<Record<FeedEvent['kind'], FeedEventFact['kind']>>;

/**
 * The rows that these events add to the log of changes. If one of our operations changed a card, the log already has
 * that operation, so the event about the card is left out.
 */
export const factsOf = (events: readonly FeedEvent[]): readonly FeedEventFact[] =>
  events.flatMap((event) => {
    const { sequence, at, libraryCardNumber, loanId } = event;
    const kind = kinds[event.kind];
    const causedBy = operationOf(event);
    const isToldByOperation = causedBy !== null && kind.startsWith('CARD_');
    return isToldByOperation
      ? []
      : [{ sequence, kind, at: new Date(at), libraryCardNumber, loanId, causedBy }];
  });
