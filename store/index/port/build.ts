import type { BuildId, IsSaved, ListState } from './applications.ts';
import type { CardReading, ReadingStart, ToRead } from './readings.ts';
import type { LocalDate } from './rows.ts';

/** What an event shows about the rows of a card that was not read yet. */
export type OpenRows =
  /** The loan is out, or has ended. */
  | {
      readonly kind: 'LOAN';
      readonly id: string;
      readonly libraryCardNumber: string;
      readonly isOut: boolean;
    }
  /** The card may have loans or holds. */
  | { readonly kind: 'CARD'; readonly libraryCardNumber: string };

/** An event of circulation, with only the data that the index needs. */
export interface IndexedEvent {
  readonly sequence: string;
  /** The Hong Kong day on which the event happened. */
  readonly day: LocalDate;
  readonly counts: 'LENT' | 'RETURNED' | null;
  readonly toRead: readonly ToRead[];
  readonly opens: OpenRows | null;
}

/** The position of the crawl through all patrons. The crawl is repeated for ever. Its first pass builds the index. */
export interface CrawlPosition {
  /** The number of the pass, from 1. */
  readonly pass: number;
  /** The last patron whose cards were read. Null before the first. */
  readonly afterPatron: string | null;
  readonly patronsRead: number;
  readonly patronsTotal: number | null;
}

/**
 * The stages of a build, in order:
 * - `EVENTS`: the feed is read from its first event. Nothing is marked, but the list of cards grows.
 * - `CARDS`: the cards of the list are marked, and read.
 * - `OPEN`: all these cards have been read. The crawl reads all patrons, again and again.
 */
export type BuildStage = 'EVENTS' | 'CARDS' | 'OPEN';

export interface BuildState extends ListState {
  readonly stage: BuildStage;
  readonly isWhole: boolean;
  /** Whether some cards of the list are not marked yet. */
  readonly isListing: boolean;
  /** The last event that has been applied. */
  readonly eventSequence: string;
  readonly crawl: CrawlPosition;
}

/** The position of the index after a page of events. */
export interface EventPosition {
  /** All events up to this event have been passed to `applyEvents`, now or earlier. */
  readonly sequence: string;
  /** The passed events include everything that happened up to this moment. Null means up to now. */
  readonly upTo: Date | null;
}

/**
 * Builds the index. Only one process at a time builds it: the follower of the event feed. Another process may wrongly
 * still believe that it is the follower. So a method that takes the build's id or state changes nothing if the build now
 * has another id. A method that moves a position also changes nothing if the position is no longer the one in `state`.
 */
export interface IndexBuild {
  /** The state of the build. Null if the index is empty and has to be begun. */
  buildState(): Promise<BuildState | null>;
  /** Empties the index. The build must then begin again. */
  clear(): Promise<void>;
  /**
   * Begins to build an empty index from the first event that circulation still has. After a crash, resumes the build
   * from its position in the feed, and reads the cards of the list again. Resolves to false, with nothing changed, if
   * the index is already begun.
   */
  begin(): Promise<boolean>;
  /**
   * Applies events (0 to 500), and marks all records that they name to be read again. At the stage `EVENTS`, it marks
   * nothing, and adds the cards that may have rows to the list of cards. Events that were applied before are skipped. If
   * `position` is null or older, the index keeps its position. Events from `settledSequence` on are remembered, because
   * circulation may return them again.
   */
  applyEvents(
    id: BuildId,
    events: readonly IndexedEvent[],
    position: EventPosition | null,
    settledSequence: string,
  ): Promise<IsSaved>;
  /**
   * At the stage `EVENTS`, after the feed has been read to its end: lists the cards of loans that are out, a few thousand
   * in each call. After the last of them, the stage `CARDS` begins.
   */
  listOpenLoans(state: BuildState): Promise<IsSaved>;
  /**
   * While `isListing`: marks the next cards of the list, except cards that were read since the pass or the stage began.
   */
  markListed(state: BuildState): Promise<IsSaved>;
  /**
   * Begins the stage `OPEN` if all cards of the list have been read or set aside. Resolves to whether the stage has
   * begun now.
   */
  openLists(state: BuildState): Promise<boolean>;
  /** The keys of marks, the oldest first. Marks that are set aside for now are left out. `maxItems` is 1 to 500. */
  toRead(kind: ToRead['kind'], maxItems: number): Promise<readonly string[]>;
  /**
   * The number of the oldest mark of a card, an application or a loss report. Null if there is no such mark. Marks that
   * are set aside don't count.
   */
  oldestMark(): Promise<number | null>;
  /**
   * Sets aside records (0 to 500) that a reading could not decode. They are read again after 10 s. Each further failure
   * doubles this delay, up to 43 minutes. A mark that was made or renewed after the reading's `start` doesn't change.
   */
  setAside(what: readonly ToRead[], start: ReadingStart): Promise<void>;
  /**
   * Removes the marks of records that were read again, if the marks were made before the reading's `start`.
   * `saveCards` removes the marks of its cards itself.
   */
  wasRead(what: readonly ToRead[], start: ReadingStart): Promise<void>;
  /**
   * Replaces the rows of these cards (0 to 500, each card once). The loans of a reading are ignored if the card's stored
   * loans come from a reading that began later. The same applies to the holds.
   */
  saveCards(readings: readonly CardReading[]): Promise<void>;
  /**
   * Like `saveCards`, for the cards that the crawl read at `state.crawl`. Also saves the crawl's new position. Queues
   * are not marked to be read again, because the crawl reads every card.
   */
  saveCrawled(state: BuildState, readings: readonly CardReading[], position: CrawlPosition): Promise<IsSaved>;
  /**
   * Ends a pass of the crawl, and begins the next one. `markListed` then marks the cards that have rows but were not read
   * in the pass. From the end of the first pass on, the index is whole.
   */
  finishPass(state: BuildState): Promise<IsSaved>;
  /** The first cards in a title's queue, and the title's text. Null if the queue is empty. `maxItems` is 1 to 500. */
  queueHead(
    titleNumber: string,
    maxItems: number,
  ): Promise<{ readonly title: string; readonly cards: readonly string[] } | null>;
  /**
   * Applies the number of copies of a title that are on the shelves. For example, if `onShelf` is 2, the two oldest
   * queued holds of the title become `TO_FETCH`.
   */
  saveCopies(titleNumber: string, onShelf: number): Promise<void>;
  /** Marks the cards of ready holds whose last day is before `today`. */
  markLapsed(today: LocalDate): Promise<void>;
  /** Removes counts of 0, the numbers of old readings, and days that are too old to be listed. */
  removeExpired(today: LocalDate): Promise<void>;
}
