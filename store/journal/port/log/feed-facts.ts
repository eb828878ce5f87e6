/** A fact from one event of circulation's feed. */
export interface FeedEventFact {
  readonly sequence: string;
  readonly kind:
    | 'LOAN_BEGUN'
    | 'LOAN_RENEWED'
    | 'LOAN_ENDED'
    | 'HOLD_PLACED'
    | 'HOLD_CANCELLED'
    | 'CARD_REGISTERED'
    | 'CARD_BLOCKED'
    | 'CARD_UNBLOCKED'
    | 'CARD_OTHER';
  /** The time of the event, by circulation's clock. */
  readonly at: Date;
  readonly libraryCardNumber: string | null;
  /** The loan's id, which is stored encrypted. */
  readonly loanId: string | null;
  readonly causedBy: string | null;
}

/** A page of the feed, converted to facts. */
export interface FeedLogPage {
  /** The facts of the page, 0 to 500, in the order of their sequences. */
  readonly facts: readonly FeedEventFact[];
  /** How far the feed was read with this page: the sequence of its last event. Null for a page that was read again. */
  readonly until: string | null;
  /** Whether circulation has no more events now. The log begins only with the last page. */
  readonly isLast: boolean;
}
