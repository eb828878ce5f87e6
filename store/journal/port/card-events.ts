/** The kinds of event that tell circulation's state of a card. */
export type CardEventKind = 'CARD_REGISTERED' | 'CARD_BLOCKED' | 'CARD_UNBLOCKED';

/** An event about a card, from circulation's feed. */
export interface CardEvent {
  readonly libraryCardNumber: string;
  readonly kind: CardEventKind;
  readonly sequence: string;
  readonly at: Date;
}

/** How far the events about cards were read. */
export interface CardEventsRead {
  /** The event up to which all events about cards are kept. `'0'` before the first. */
  readonly sequence: string;
  /** The time of the oldest event that was read. No event tells what happened to a card before it. Null before the first. */
  readonly since: Date | null;
}

/** What the events tell of one card. Null where no event tells it. */
export interface CardEventsOf {
  /** The last time that the card was blocked or unblocked. */
  readonly block: CardEvent | null;
  readonly registration: CardEvent | null;
}

/**
 * The latest events about each card. Circulation can't be asked whether a card is blocked, and tells its events for 90
 * days only. So the events are kept as they are read. The methods reject like those of `Journal`.
 */
export interface CardEvents {
  cardEventsRead(): Promise<CardEventsRead>;
  /**
   * Keeps the events (0 to 500). An older event never replaces a newer one of the same card. If `read` is not null, all
   * events up to its sequence have been given. Its `since` is kept only the first time.
   */
  keepCardEvents(events: readonly CardEvent[], read: CardEventsRead | null): Promise<void>;
  /**
   * Circulation's sequences have begun anew, so all events are read again. What is known of the cards stays, and every
   * new event replaces it.
   */
  restartCardEvents(): Promise<void>;
  /** What the events tell of the cards (0 to 500), in the order and length of `cards`. */
  cardEventsOf(cards: readonly string[]): Promise<readonly CardEventsOf[]>;
}
