/** The kinds of event that show circulation's state of a card. */
export type CardEventKind = 'CARD_REGISTERED' | 'CARD_BLOCKED' | 'CARD_UNBLOCKED';

/** An event about a card, from circulation's feed. */
export interface CardEvent {
  readonly libraryCardNumber: string;
  readonly kind: CardEventKind;
  readonly sequence: string;
  readonly at: Date;
}

/** An event to keep. */
export interface NewCardEvent extends CardEvent {
  /** Whether the event is a change of one of our operations. */
  readonly isOurs: boolean;
}

/** The position up to which the events about cards were read. */
export interface CardEventsRead {
  /** The event up to which all events about cards are kept. `'0'` before the first. */
  readonly sequence: string;
  /**
   * The time of the oldest event that was read. Nothing is known about a card before this time. Null before the first
   * event.
   */
  readonly since: Date | null;
}

/** The latest events about one card. Null if there is no such event. */
export interface CardEventsOf {
  /** The last event that blocked or unblocked the card. */
  readonly block: CardEvent | null;
  readonly registration: CardEvent | null;
}

/**
 * The latest events about each card. Circulation can't be asked whether a card is blocked, and has its events only for
 * 90 days. So the events are kept as they are read. The methods reject like those of `Journal`.
 */
export interface CardEvents {
  cardEventsRead(): Promise<CardEventsRead>;
  /**
   * Keeps the events (0 to 500). An older event never replaces a newer one of the same card. If `read` is not null, all
   * events up to its sequence have been given. Its `since` is kept only the first time.
   */
  keepCardEvents(events: readonly NewCardEvent[], read: CardEventsRead | null): Promise<void>;
  /**
   * Must be called when circulation's sequences have begun anew. All events are then read again. The stored events stay
   * until newer ones replace them.
   */
  restartCardEvents(): Promise<void>;
  /** The latest events about each of the cards (0 to 500). Same order and length as `cards`. */
  cardEventsOf(cards: readonly string[]): Promise<readonly CardEventsOf[]>;
  /**
   * The cards, out of those given (0 to 500), that somebody else has blocked, for example a desk, and that nobody has
   * unblocked since. It doesn't matter whether we have blocked them, too. Events of the last seconds may be missing.
   */
  cardsBlockedByOthers(cards: readonly string[]): Promise<readonly string[]>;
}
