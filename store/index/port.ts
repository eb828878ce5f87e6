/**
 * The index: a copy of loans, holds, applications and loss reports, for lists over the whole library. The legacy
 * systems have no such lists, and would have to be asked for every card.
 *
 * - **Not a source of truth.** The index lags behind by seconds. Before a row is shown, it is read again from its
 *   system. If the two differ, `markToRead` and `saveApplications` repair the index.
 * - **No history.** A loan's row is removed as soon as a reading does not show the loan. No row is logged or backed up:
 *   after a crash of the database server, or on another server, there are none. Only the list of the cards that had rows
 *   and the position in the feed are logged, so that these cards can be read again.
 * - **Encryption.** The methods take and return card, patron and document numbers in clear. The index stores these
 *   numbers encrypted, with keyed digests to find rows by. Titles, items and branches are not personal, and are stored
 *   in clear.
 * - **Errors.** Every method rejects only with `StoreUnavailable`, or with `RangeError` for an argument out of bounds.
 *
 * Decision 27 has the reasons.
 */

/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;
/** An RFC 3339 timestamp in Hong Kong's offset, such as `2026-11-15T10:15:00+08:00`. */
export type Instant = string;

export interface IndexedLoan {
  readonly id: string;
  readonly libraryCardNumber: string;
  readonly itemNumber: string;
  readonly titleNumber: string;
  readonly title: string;
  readonly branch: string;
  readonly dueOn: LocalDate;
}

/** Ended holds are not in the index. */
export type OpenHoldState = 'QUEUED' | 'READY';

export interface IndexedHold {
  readonly id: string;
  readonly libraryCardNumber: string;
  readonly titleNumber: string;
  readonly title: string;
  readonly pickupBranch: string;
  readonly state: OpenHoldState;
  readonly placedAt: Instant;
  /** The last day on the hold shelf. Null unless the hold is ready. */
  readonly readyUntil: LocalDate | null;
}

export type ApplicationStatus = 'RECEIVED' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN';

export interface IndexedApplication {
  readonly id: string;
  readonly patronId: string | null;
  readonly channel: 'COUNTER' | 'INTERNET';
  readonly status: ApplicationStatus;
  readonly submittedAt: Instant;
  readonly decidedAt: Instant | null;
}

export interface IndexedLossReport {
  readonly id: string;
  readonly libraryCardNumber: string;
  readonly reportedAt: Instant;
}

/**
 * The work that is left until lists are complete.
 * - `EVENTS`: the events of 90 days are read, in seconds of the feed.
 * - `CARDS`: the cards with open loans or holds are read. Then lists are open.
 * - `PATRONS`: the cards of all patrons are read, also those that nobody used for 90 days.
 */
export interface StageProgress {
  readonly stage: 'EVENTS' | 'CARDS' | 'PATRONS';
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** By the speed since the stage began. Null while that is not known. */
  readonly perSecond: number | null;
  readonly endsAt: Date | null;
}

/** The progress of building the index. */
export interface IndexProgress {
  /** Whether lists have everything that the events of 90 days tell. Older loans and holds may be missing. */
  readonly isOpen: boolean;
  /** Whether every patron's cards have been read since the index was begun. If so, lists are complete. */
  readonly isWhole: boolean;
  /** Whether all old events have been counted. If so, `lendingDays` are complete. */
  readonly areDaysCounted: boolean;
  readonly patronsRead: number;
  /** The number of patrons, by the registry's count. Null before the first page. */
  readonly patronsTotal: number | null;
  /** Null before the index is begun, and when it is whole. */
  readonly underWay: StageProgress | null;
  /**
   * All events of circulation up to this moment have been applied, and the records that the events marked have been
   * read again. Only records that are set aside may still be old. Null before the first event is applied.
   */
  readonly asOf: Date | null;
  /** The age of `asOf` by the index's clock, in ms. Below 0 if the clock was put back. */
  readonly ageMs: number | null;
}

/** The sort key of a ready hold without a last day. It sorts after all days. */
export const noLastDay: LocalDate = '9999-12-31';

/** The last row of a page. The next page begins after it. */
export interface RowPosition {
  /**
   * The sort key: `dueOn` of a loan, `placedAt` of a queued hold, `readyUntil` of a ready hold. `noLastDay` if
   * `readyUntil` is null.
   */
  readonly key: string;
  readonly id: string;
}

export type LoanOrder = 'SOONEST_DUE_FIRST' | 'LATEST_DUE_FIRST';

/** A query for loans that meet all given conditions. `maxItems` is 1 to 500. */
export interface LoanQuery {
  /** The branch that the copy belongs to. */
  readonly branch: string | null;
  /** Only loans that are due on this day or later. */
  readonly dueFrom: LocalDate | null;
  /** Only loans that are due before this day. */
  readonly dueBefore: LocalDate | null;
  readonly order: LoanOrder;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/**
 * A query for holds of one kind, at one branch or at all branches. `maxItems` is 1 to 500.
 * - `READY`: a copy is on the hold shelf. Holds that lapse soonest come first.
 * - `TO_FETCH`: the hold is queued, and a copy for it is on the shelves. The oldest holds come first.
 */
export interface HoldQuery {
  readonly pickupBranch: string | null;
  readonly shelf: 'READY' | 'TO_FETCH';
  /** The last day is before this day. Only with `READY`. */
  readonly readyUntilBefore: LocalDate | null;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/** The counts of one branch. Loans are counted by the branch of the copy, holds by the branch of collection. */
export interface BranchCounts {
  readonly branch: string;
  readonly loansOut: number;
  readonly overdue: number;
  readonly holdsReady: number;
  readonly holdsQueued: number;
}

export interface LendingDay {
  readonly day: LocalDate;
  readonly lent: number;
  readonly returned: number;
}

/** Lists of loans and holds. The time for a page does not grow with the library. */
export interface CirculationIndex {
  progress(): Promise<IndexProgress>;
  /** The loans in the order of due day and id. */
  loans(query: LoanQuery): Promise<readonly IndexedLoan[]>;
  holds(query: HoldQuery): Promise<readonly IndexedHold[]>;
  /** The loan of each item. Same order and length as `itemNumbers` (any number); null if the item is not on loan. */
  loansOfItems(itemNumbers: readonly string[]): Promise<readonly (IndexedLoan | null)[]>;
  /** The open holds of a title, the oldest first. `maxItems` is 1 to 500. */
  holdsOfTitle(titleNumber: string, maxItems: number): Promise<readonly IndexedHold[]>;
  /** The number of queued holds of each title. Same order and length as `titleNumbers`. */
  queueLengths(titleNumbers: readonly string[]): Promise<readonly number[]>;
  /**
   * Branches that have anything to count, in the order of their codes. Loans due before `dueBefore` count as overdue.
   */
  branchCounts(dueBefore: LocalDate): Promise<readonly BranchCounts[]>;
  /** Days on which anything was lent or returned, in order, from the day `from`. They are kept for 31 days. */
  lendingDays(from: LocalDate): Promise<readonly LendingDay[]>;
  /** Called before a reading begins. */
  startReading(): Promise<ReadingStart>;
  /**
   * Marks records to be read again within seconds, because a reading differs from the index. A reading that
   * has already begun does not remove the mark.
   */
  markToRead(what: readonly ToRead[]): Promise<void>;
}

/**
 * The beginning of a reading. The numbers of readings and marks ascend in the order in which they were drawn. No clock is
 * compared, because the database's clock may be put back, and another server may have another.
 */
export interface ReadingStart {
  readonly number: number;
  /** The time by the index's clock. It is only shown. */
  readonly at: Date;
}

/** The loans and holds of one card, from one reading of circulation. */
export interface CardReading {
  readonly libraryCardNumber: string;
  readonly start: ReadingStart;
  /** The card's loans. Absent if loans were not read. */
  readonly loans: readonly IndexedLoan[] | null;
  /** The card's open holds. Absent if holds were not read. */
  readonly holds: readonly IndexedHold[] | null;
}

/** A filter for applications that meet all given conditions. */
export interface ApplicationFilter {
  readonly status: ApplicationStatus | null;
  readonly channel: IndexedApplication['channel'] | null;
  /** The patron who applied, or the number of a document among `ApplicationReading.documents`. */
  readonly of: { readonly patronId: string } | { readonly document: string } | null;
}

/** A query for applications, newest first. `maxItems` is 1 to 500. */
export interface ApplicationQuery extends ApplicationFilter {
  /** Only applications with a lower number than this one. */
  readonly before: string | null;
  readonly maxItems: number;
}

/** An application to save. */
export interface ApplicationReading extends IndexedApplication {
  /** The numbers of the applicant's documents: none, one or two. Only their keyed digests are stored. */
  readonly documents: readonly string[];
}

/** A random id, different for each build. */
export type BuildId = string;

/**
 * Whether a builder's data was saved. False, with nothing changed, if another builder has begun the index anew or has
 * moved the build's position. The builder then reads the state again.
 */
export type IsSaved = boolean;

/** A build's position in card management's lists: the last numbers that were read. Null before the first. */
export interface ListState {
  readonly id: BuildId;
  readonly lastApplication: string | null;
  readonly lastLossReport: string | null;
}

/**
 * Card management's applications and loss reports, newest first. Card management itself can only list them oldest
 * first.
 */
export interface ApplicationIndex {
  applications(query: ApplicationQuery): Promise<readonly IndexedApplication[]>;
  countApplications(filter: ApplicationFilter): Promise<number>;
  /**
   * Loss reports with a lower number than `before`, newest first. Null begins with the newest. `maxItems` is 1 to 500.
   */
  lossReports(before: string | null, maxItems: number): Promise<readonly IndexedLossReport[]>;
  countLossReports(): Promise<number>;
  /** Whether all applications and loss reports from before the beginning of the build have been read. */
  hasAllApplications(): Promise<boolean>;
  /** Adds or replaces applications (0 to 500). */
  saveApplications(applications: readonly ApplicationReading[]): Promise<void>;
  /**
   * Like `saveApplications`, for the applications after `state.lastApplication` in card management's list. `lastId` is
   * the id of the last application that was read from the list.
   */
  saveListedApplications(
    state: ListState,
    applications: readonly ApplicationReading[],
    lastId: string,
  ): Promise<IsSaved>;
  saveLossReports(reports: readonly IndexedLossReport[]): Promise<void>;
  /** Like `saveListedApplications`, for the loss reports after `state.lastLossReport`. */
  saveListedLossReports(
    state: ListState,
    reports: readonly IndexedLossReport[],
    lastId: string,
  ): Promise<IsSaved>;
  /**
   * The ids of the next undecided applications after `after`, in order. Their status may have changed since they were
   * read. `maxItems` is 1 to 500.
   */
  undecidedAfter(after: string | null, maxItems: number): Promise<readonly string[]>;
  /** Makes `hasAllApplications` true. */
  finishApplications(state: ListState): Promise<IsSaved>;
}

/** A record to read again, because of an event, of a change in a title's queue, or of a failed reading. */
export type ToRead =
  /** The loans and holds of a card. */
  | { readonly kind: 'CARD'; readonly key: string }
  /** The title of an item that was lent or returned. */
  | { readonly kind: 'ITEM'; readonly key: string }
  /** The first cards in the queue of a title, because the next hold may have become ready. */
  | { readonly kind: 'TITLE'; readonly key: string }
  /**
   * The number of copies of a title that are on the shelves. If it is 2, the two oldest queued holds of the title
   * become `TO_FETCH`.
   */
  | { readonly kind: 'COPIES'; readonly key: string }
  /** The cards of a patron whom the crawl has already passed. */
  | { readonly kind: 'PATRON'; readonly key: string }
  /** An application, by its id. */
  | { readonly kind: 'APPLICATION'; readonly key: string }
  /** The loss report after the report with this id. The key `''` means the first loss report. */
  | { readonly kind: 'LOSS_REPORT'; readonly key: string };

/** What an event says about rows, for a card that was not read yet. */
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

/** An event of circulation, reduced to what the index needs. */
export interface IndexedEvent {
  readonly sequence: string;
  /** The Hong Kong day on which it happened. */
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
 * - `EVENTS`: the feed is read from its first event. Nothing is marked, but the list of cards grows.
 * - `CARDS`: the cards of the list are marked, and read.
 * - `OPEN`: they were all read. The crawl reads all patrons, again and again.
 */
export type BuildStage = 'EVENTS' | 'CARDS' | 'OPEN';

export interface BuildState extends ListState {
  readonly stage: BuildStage;
  readonly isWhole: boolean;
  /** Whether cards of the list have to be marked. */
  readonly isListing: boolean;
  /** The last event that has been applied. */
  readonly eventSequence: string;
  readonly crawl: CrawlPosition;
}

/** The position of the index after the given events. */
export interface EventPosition {
  /** All events up to this one have been given, now or earlier. */
  readonly sequence: string;
  /** The given events include everything that happened up to this moment. Null means up to now. */
  readonly upTo: Date | null;
}

/**
 * Builds the index. One process at a time does so: the follower of the feed of events. Another process may still
 * believe that it is the follower. So everything that a builder saves is checked: the build and the position must still
 * be those that the builder has read.
 */
export interface IndexBuild {
  /** The state of the build. Null if the index is empty and has to be begun. */
  buildState(): Promise<BuildState | null>;
  /** Empties the index, which must then be begun anew. */
  clear(): Promise<void>;
  /**
   * Begins to build an empty index from the first event that circulation tells. After a crash, resumes the build from
   * its position in the feed, and reads the cards of the list again. Resolves to false, with nothing changed, if the
   * index is already begun.
   */
  begin(): Promise<boolean>;
  /**
   * Applies events (0 to 500), and marks all records that they name to be read again. At the stage `EVENTS`, lists the
   * cards that may have rows instead. Events that were applied before are skipped. If `position` is null or older, the index keeps its position. Events from `settledSequence` on are
   * remembered, because they may be given again.
   */
  applyEvents(
    id: BuildId,
    events: readonly IndexedEvent[],
    position: EventPosition | null,
    settledSequence: string,
  ): Promise<IsSaved>;
  /**
   * At the stage `EVENTS`, when the feed has been read to its end: lists the cards of loans that are out, some thousand
   * at a time. The stage `CARDS` begins with the last of them.
   */
  listOpenLoans(state: BuildState): Promise<IsSaved>;
  /** While `isListing`: marks the next cards of the list that were not read since the pass or the stage began. */
  markListed(state: BuildState): Promise<IsSaved>;
  /** Begins the stage `OPEN` if all cards of the list have been read. Resolves to whether it has begun now. */
  openLists(state: BuildState): Promise<boolean>;
  /** The keys of marks, the oldest first, without marks that are set aside for now. `maxItems` is 1 to 500. */
  toRead(kind: ToRead['kind'], maxItems: number): Promise<readonly string[]>;
  /**
   * Sets aside records (0 to 500) that a reading could not decode. They are read again after 10 s. Each further failure
   * doubles this delay, up to 43 minutes. The reading began at `startedAt`: marks that were made or set aside later
   * stay as they are.
   */
  setAside(what: readonly ToRead[], start: ReadingStart): Promise<void>;
  /**
   * Removes the marks of records that were read again, if the marks were made before the reading began at `startedAt`.
   * `saveCards` removes the marks of its cards itself.
   */
  wasRead(what: readonly ToRead[], start: ReadingStart): Promise<void>;
  /**
   * Replaces the rows of these cards (0 to 500, each card once). For each card, a reading that began before the reading
   * of its rows is ignored.
   */
  saveCards(readings: readonly CardReading[]): Promise<void>;
  /**
   * Like `saveCards`, for the cards that the crawl read at `state.crawl`. Also saves the crawl's new position. Queues
   * are not marked to be read again, because the crawl reads every card.
   */
  saveCrawled(state: BuildState, readings: readonly CardReading[], position: CrawlPosition): Promise<IsSaved>;
  /**
   * Ends a pass of the crawl and begins the next one. `markListed` then marks cards that have rows, but were not read in
   * the pass. From then on, the index is whole.
   */
  finishPass(state: BuildState): Promise<IsSaved>;
  /** The first cards in a title's queue, and the title's text. Null if the queue is empty. `maxItems` is 1 to 500. */
  queueHead(
    titleNumber: string,
    maxItems: number,
  ): Promise<{ readonly title: string; readonly cards: readonly string[] } | null>;
  /**
   * Saves the number of copies of a title that are on the shelves. If it is 2, the two oldest queued holds of the title
   * become `TO_FETCH`.
   */
  saveCopies(titleNumber: string, onShelf: number): Promise<void>;
  /** Marks the cards of ready holds whose last day is before `today`. */
  markLapsed(today: LocalDate): Promise<void>;
  /** Removes counts of 0, old reading times, and days that are too old to be listed. */
  removeExpired(today: LocalDate): Promise<void>;
}

/** The whole index. */
export interface IndexDatabase extends CirculationIndex, ApplicationIndex, IndexBuild, AsyncDisposable {}
