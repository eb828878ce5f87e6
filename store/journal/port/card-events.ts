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
export interface CardEventsRead extends CardEventsPosition {
  /** The time since which this database is in use. */
  readonly usedSince: Date;
}

/** A new position. It is stored only if the old one is still `from`. */
export interface NewCardEventsPosition extends CardEventsPosition {
  readonly from: string;
}

interface CardEventsPosition {
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
   * events up to its sequence have been given. Its `since` is kept only the first time. Resolves to false, with nothing
   * kept, if the position is no longer `read.from`: another page was kept meanwhile, or all events are read again.
   */
  keepCardEvents(events: readonly NewCardEvent[], read: NewCardEventsPosition | null): Promise<boolean>;
  /**
   * Must be called when circulation's sequences have begun anew, because circulation was restored from a backup. It may
   * have lost blocks and registrations. So the blocks and registrations of all cards are unknown until circulation's
   * remaining events are read again. Findings about them that staff have closed become `RESOLVED`, so that they can be
   * opened again, and their patrons are marked (`Suspects`). Only a block by others is still assumed: nobody unblocks
   * such a card without asking.
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
