/** The kinds of event that show circulation's state of a card. */
export type CardEventKind = 'CARD_REGISTERED' | 'CARD_BLOCKED' | 'CARD_UNBLOCKED';

/** An event about a card, from circulation's feed. */
export interface CardEvent {
  readonly libraryCardNumber: string;
  readonly kind: CardEventKind;
  readonly sequence: string;
  readonly at: Date;
}

export interface NewCardEvent extends CardEvent {
  /** Whether one of our own operations made the change. */
  readonly isOurs: boolean;
}

/** How far the events about cards have been read. */
export interface CardEventsRead extends CardEventsPosition {
  /** The time since which this database is in use. */
  readonly usedSince: Date;
}

/** How far the events about cards have been read now. Only stored if the stored position is still `from`. */
export interface NewCardEventsPosition extends CardEventsPosition {
  readonly from: string;
}

interface CardEventsPosition {
  /** All events about cards up to and including this one are stored. `'0'` before the first. */
  readonly sequence: string;
  /**
   * The time of the oldest event that was read. Null before the first event. What happened to a card before this time
   * is not known.
   */
  readonly since: Date | null;
}

/** The latest events about one card. Each is null if there is no such event. */
export interface CardEventsOf {
  /** The last event that blocked or unblocked the card. */
  readonly block: CardEvent | null;
  readonly registration: CardEvent | null;
}

/**
 * The latest events about each card. Circulation can't report whether a card is blocked, and keeps its events only for 90
 * days. So each event is stored here when it is read. The methods reject like the methods of `Journal`.
 */
export interface CardEvents {
  cardEventsRead(): Promise<CardEventsRead>;
  /**
   * Stores the events (0 to 500). An older event never replaces a newer one of the same card. With `read`, also stores
   * the new position: all events up to `read.sequence` have been passed to this method. `read.since` is only stored the
   * first time. Resolves to false, with nothing stored, if the stored position is no longer `read.from`: another call
   * has stored a page, or all events are being read again.
   */
  keepCardEvents(events: readonly NewCardEvent[], read: NewCardEventsPosition | null): Promise<boolean>;
  /**
   * Must be called when circulation's sequences have begun again, because circulation was restored from a backup.
   *
   * The backup may lack blocks and registrations, so those of all cards count as unknown until circulation's events are
   * read again. Closed findings about blocks and registrations become `RESOLVED`, so that they can be opened again.
   * Their patrons must be examined, and are marked (`Suspects`). Blocks by others still count as known, because nobody
   * may unblock such a card without asking.
   */
  restartCardEvents(): Promise<void>;
  /** The latest events about each of the cards (0 to 500). Same order and length as `cards`. */
  cardEventsOf(cards: readonly string[]): Promise<readonly CardEventsOf[]>;
  /**
   * Returns those of these cards (0 to 500) that somebody else, such as a desk, has blocked. Leaves out cards that were
   * unblocked since. Our own blocks make no difference. Events of the last seconds may be missing.
   */
  cardsBlockedByOthers(cards: readonly string[]): Promise<readonly string[]>;
}
