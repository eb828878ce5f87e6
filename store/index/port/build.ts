import type { BuildId, IsSaved, ListState } from './applications.ts';
import type { CardReading, ReadingStart, ToRead } from './readings.ts';
import type { LocalDate } from './rows.ts';

/** What an event shows about the loans and holds of a card. Used before the card is first read. */
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

/**
 * The position of the crawl, which reads the cards of all patrons again and again. One run through all patrons is a
 * pass. The first pass completes the index.
 */
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
 * - `EVENTS`: circulation's feed is read from its first event. The cards that may have loans or holds are collected in
 *   a list, but not read yet.
 * - `CARDS`: the cards of this list are read.
 * - `OPEN`: all cards of the list have been read, so staff's lists are answered from the index. From now on, the crawl
 *   reads the cards of all patrons, again and again.
 */
export type BuildStage = 'EVENTS' | 'CARDS' | 'OPEN';

export interface BuildState extends ListState {
  readonly stage: BuildStage;
  readonly isWhole: boolean;
  /** False once `markListed` has reached the end of the list of cards. */
  readonly isListing: boolean;
  /** The last event that has been applied. */
  readonly eventSequence: string;
  readonly crawl: CrawlPosition;
}

/** The position that the index reaches with a page of events. */
export interface EventPosition {
  /** All events up to and including this one have been passed to `applyEvents`, now or earlier. */
  readonly sequence: string;
  /**
   * With this page, the index has all events up to this time by circulation's clock. Null on the last page: the index
   * then has all events up to now.
   */
  readonly upTo: Date | null;
}

/**
 * Builds the index. Only one process at a time builds it: the follower of circulation's event feed. A process that was
 * frozen may still believe that it is the follower. So a method that takes the build's id or state changes nothing if
 * another build has begun since. A method that moves a position also changes nothing if the position is no longer the
 * one in `state`.
 *
 * A *mark* (`ToRead`) is a stored request to read a record again. A *reading* is one call that reads a card or another
 * record from a legacy system.
 */
export interface IndexBuild {
  /** The state of the build. Null if the index is empty and has to be begun. */
  buildState(): Promise<BuildState | null>;
  /** Empties the index. The build must then begin again. */
  clear(): Promise<void>;
  /**
   * Begins to build an empty index from the first event that circulation still has. After a crash, a build that was
   * past the stage `EVENTS` continues at its position in the feed, and reads the listed cards again. Resolves to false,
   * with nothing changed, if the index is already begun.
   */
  begin(): Promise<boolean>;
  /**
   * Applies events (0 to 500), and marks all records that they name to be read again. At the stage `EVENTS`, no record
   * is marked. Instead, cards that may have loans or holds are added to the list of cards. Events that were applied
   * before are skipped. The index stores `position`, unless it is null or older than the stored one. Circulation may
   * repeat events from `settledSequence` on, so their sequences are stored.
   */
  applyEvents(
    id: BuildId,
    events: readonly IndexedEvent[],
    position: EventPosition | null,
    settledSequence: string,
  ): Promise<IsSaved>;
  /**
   * Adds the cards of open loans to the list of cards to read, a few thousand in each call. Called at the end of the
   * stage `EVENTS`, after the feed was read to its end. The call that adds the last cards begins the stage `CARDS`.
   */
  listOpenLoans(state: BuildState): Promise<IsSaved>;
  /**
   * Marks the next few thousand cards of the list to be read, while `isListing`. The list contains the cards that may
   * have loans or holds. Leaves out cards that were read since the crawl's pass or the stage `CARDS` began.
   */
  markListed(state: BuildState): Promise<IsSaved>;
  /**
   * Begins the stage `OPEN` if every card of the list was read, or could not be decoded. Resolves to whether this call
   * has begun the stage.
   */
  openLists(state: BuildState): Promise<boolean>;
  /**
   * The keys of the records of this kind that are marked to be read, the oldest mark first. Leaves out records that are
   * set aside for now (`setAside`). `maxItems` is 1 to 500.
   */
  toRead(kind: ToRead['kind'], maxItems: number): Promise<readonly string[]>;
  /**
   * The number of the oldest mark of a card, an application or a loss report. Null if there is none. Marks that are set
   * aside don't count.
   */
  oldestMark(): Promise<number | null>;
  /**
   * Postpones records (0 to 500) that a reading could not decode. They are read again after 10 s. Each further failure
   * doubles this delay, up to 43 minutes. A record that was marked after the reading's `start` is not postponed.
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
   * Like `saveCards`, for the cards that the crawl read at the position `state.crawl`. Also saves the crawl's new
   * position. If a hold has left a title's queue, the other cards in the queue are not marked, because the crawl reads
   * every card anyway.
   */
  saveCrawled(state: BuildState, readings: readonly CardReading[], position: CrawlPosition): Promise<IsSaved>;
  /**
   * Ends a pass of the crawl, and begins the next one. `markListed` then marks the cards that have loans or holds in
   * the index, but were not read in the pass. When the first pass ends, the index contains every patron's loans and
   * holds.
   */
  finishPass(state: BuildState): Promise<IsSaved>;
  /**
   * The cards of the first holds in a title's queue, and the title as text. Null if the queue is empty. `maxItems` is 1
   * to 500.
   */
  queueHead(
    titleNumber: string,
    maxItems: number,
  ): Promise<{ readonly title: string; readonly cards: readonly string[] } | null>;
  /** Stores how many copies of a title are on the shelves. As many of its oldest queued holds become `TO_FETCH`. */
  saveCopies(titleNumber: string, onShelf: number): Promise<void>;
  /** Marks the cards of ready holds whose last day is before `today`, so that these cards are read again. */
  markLapsed(today: LocalDate): Promise<void>;
  /**
   * Removes counts that are 0, the stored numbers of old readings, and the lending counts of days that are no longer
   * listed.
   */
  removeExpired(today: LocalDate): Promise<void>;
}
