/**
 * The index: a copy of loans, holds, applications and loss reports, for lists over the whole library. The legacy systems have no
 * such lists, and would have to be asked for every card.
 *
 * - **Not a source of truth.** It lags behind by seconds. Before a row is shown, it is read again from its system. If the two
 *   differ, `markToRead` and `saveApplications` repair the index.
 * - **No history.** A loan's row is removed as soon as a reading does not show the loan. Nothing is logged or backed up: after a
 *   crash of the database server, or on another server, the index is empty, and is built again.
 * - **Encryption.** Takes and gives card, patron and document numbers in clear. Stores keyed digests, to find rows by, and
 *   encrypted numbers. Titles, items and branches are not personal, and are stored in clear.
 * - **Errors.** Every method rejects with `StoreUnavailable`, since the index is in the journal's database, or with `RangeError`
 *   for an argument out of bounds.
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
  /** The last day on the hold shelf; null unless ready. */
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

/** The progress of building the index. */
export interface IndexProgress {
  /** Every patron's cards have been read since the index was begun: lists are complete. */
  readonly isWhole: boolean;
  /** All old events have been counted: `lendingDays` are complete. */
  readonly areDaysCounted: boolean;
  readonly patronsRead: number;
  /** By the registry's count; null before the first page. */
  readonly patronsTotal: number | null;
  /**
   * Circulation's events up to this moment have been applied, and everything that they marked has been read, except what is set
   * aside. Null before the index is begun.
   */
  readonly asOf: Date | null;
}

/** The sort key of a ready hold without a last day: after all others. */
export const noLastDay: LocalDate = '9999-12-31';

/** The last row of a page. The next page begins after it. */
export interface RowPosition {
  /** `dueOn` of a loan, `readyUntil` of a ready hold or `noLastDay`, `placedAt` of any other hold. */
  readonly key: string;
  readonly id: string;
}

export type LoanOrder = 'SOONEST_DUE_FIRST' | 'LATEST_DUE_FIRST';

/** A loan must meet all conditions that are not null. `maxItems`: 1 to 500. */
export interface LoanQuery {
  /** The branch that the copy belongs to. */
  readonly branch: string | null;
  /** Due on this day or later. */
  readonly dueFrom: LocalDate | null;
  /** Due before this day. */
  readonly dueBefore: LocalDate | null;
  readonly order: LoanOrder;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/**
 * Holds of one kind, at one branch or at all. `maxItems`: 1 to 500.
 * - `READY`: a copy is on the hold shelf. Those that lapse soonest come first.
 * - `TO_FETCH`: the hold is queued, and a copy for it is on the shelves. The oldest come first.
 */
export interface HoldQuery {
  readonly pickupBranch: string | null;
  readonly shelf: 'READY' | 'TO_FETCH';
  /** Only with `READY`: the last day is before this day. */
  readonly readyUntilBefore: LocalDate | null;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/** Counts of one branch: loans by the branch of the copy, holds by the branch of collection. */
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
  /** In the order of due day and id. */
  loans(query: LoanQuery): Promise<readonly IndexedLoan[]>;
  holds(query: HoldQuery): Promise<readonly IndexedHold[]>;
  /** Same order and length as `itemNumbers` (any number); null if the item is not out. */
  loansOfItems(itemNumbers: readonly string[]): Promise<readonly (IndexedLoan | null)[]>;
  /** Open holds of a title, the oldest first. `maxItems`: 1 to 500. */
  holdsOfTitle(titleNumber: string, maxItems: number): Promise<readonly IndexedHold[]>;
  /** Same order and length as `titleNumbers`: how many queued holds each has. */
  queueLengths(titleNumbers: readonly string[]): Promise<readonly number[]>;
  /** Branches with anything to count, in the order of their codes. Loans due before `dueBefore` count as overdue. */
  branchCounts(dueBefore: LocalDate): Promise<readonly BranchCounts[]>;
  /** Days from `from` on on which anything was lent or returned, in order. Kept for 31 days. */
  lendingDays(from: LocalDate): Promise<readonly LendingDay[]>;
  /** The time by the index's clock, which is the same for all processes. */
  now(): Promise<Date>;
  /** Marks these to be read again, within seconds: a reading differs from the index. Older marks become as new as this call. */
  markToRead(what: readonly ToRead[]): Promise<void>;
}

/** The loans and holds of one card, by one reading of circulation. */
export interface CardReading {
  readonly libraryCardNumber: string;
  /** The time by the index's clock before the reading began. */
  readonly startedAt: Date;
  /** Null if loans were not read. */
  readonly loans: readonly IndexedLoan[] | null;
  /** Null if holds were not read. Without ended holds. */
  readonly holds: readonly IndexedHold[] | null;
}

/** An application must meet all conditions that are not null. */
export interface ApplicationFilter {
  readonly status: ApplicationStatus | null;
  readonly channel: IndexedApplication['channel'] | null;
  /** Of this patron, or with this document among `ApplicationReading.documents`. */
  readonly of: { readonly patronId: string } | { readonly document: string } | null;
}

/** Newest first. `maxItems`: 1 to 500. */
export interface ApplicationQuery extends ApplicationFilter {
  /** Only applications numbered below this one. */
  readonly before: string | null;
  readonly maxItems: number;
}

/** An application to save. */
export interface ApplicationReading extends IndexedApplication {
  /** Numbers of the applicant's documents: none, one or two. Only keyed digests of them are stored. */
  readonly documents: readonly string[];
}

/** A random id, different for each build. */
export type BuildId = string;

/**
 * False, with nothing changed, if another builder has begun the index anew since, or has moved its position. The builder then reads
 * the state again.
 */
export type IsSaved = boolean;

/** The last numbers that were read from card management's lists in a build; null before the first. */
export interface ListState {
  readonly id: BuildId;
  readonly lastApplication: string | null;
  readonly lastLossReport: string | null;
}

/** Card management's applications and loss reports. Card management itself lists them only oldest first. */
export interface ApplicationIndex {
  applications(query: ApplicationQuery): Promise<readonly IndexedApplication[]>;
  countApplications(filter: ApplicationFilter): Promise<number>;
  /** Newest first, numbered below `before`; null: from the newest. `maxItems`: 1 to 500. */
  lossReports(before: string | null, maxItems: number): Promise<readonly IndexedLossReport[]>;
  countLossReports(): Promise<number>;
  /** Whether all applications and loss reports from before the beginning of the build have been read. */
  hasAllApplications(): Promise<boolean>;
  /** Adds or replaces (0 to 500). */
  saveApplications(applications: readonly ApplicationReading[]): Promise<void>;
  /** As `saveApplications`, for those after `state.lastApplication` in card management's list, up to `lastId`. */
  saveListedApplications(
    state: ListState,
    applications: readonly ApplicationReading[],
    lastId: string,
  ): Promise<IsSaved>;
  saveLossReports(reports: readonly IndexedLossReport[]): Promise<void>;
  /** The same for those after `state.lastLossReport`. */
  saveListedLossReports(
    state: ListState,
    reports: readonly IndexedLossReport[],
    lastId: string,
  ): Promise<IsSaved>;
  /** The next undecided applications after `after`, in order. Their status may have changed. `maxItems`: 1 to 500. */
  undecidedAfter(after: string | null, maxItems: number): Promise<readonly string[]>;
  /** Makes `hasAllApplications` true. */
  finishApplications(state: ListState): Promise<IsSaved>;
}

/** Something to read again, because of an event, of a change in a title's queue, or of a failed reading. */
export type ToRead =
  /** The loans and holds of a card. */
  | { readonly kind: 'CARD'; readonly key: string }
  /** The title of an item that was lent or returned. */
  | { readonly kind: 'ITEM'; readonly key: string }
  /** The first cards in the queue of a title: the next hold may have become ready. */
  | { readonly kind: 'TITLE'; readonly key: string }
  /** The number of copies of a title on the shelves: as many of its queued holds are to be fetched. */
  | { readonly kind: 'COPIES'; readonly key: string }
  /** The cards of a patron that the crawl has already passed. */
  | { readonly kind: 'PATRON'; readonly key: string }
  /** An application, by its id. */
  | { readonly kind: 'APPLICATION'; readonly key: string }
  /** The loss report after the one with this id. `''`: the first. */
  | { readonly kind: 'LOSS_REPORT'; readonly key: string };

/** An event of circulation, reduced to what the index needs. */
export interface IndexedEvent {
  readonly sequence: string;
  /** The Hong Kong day on which it happened. */
  readonly day: LocalDate;
  readonly counts: 'LENT' | 'RETURNED' | null;
  readonly toRead: readonly ToRead[];
}

/** The position of the crawl through all patrons. It is repeated for ever; the first pass builds the index. */
export interface CrawlPosition {
  /** From 1. */
  readonly pass: number;
  readonly startedAt: Date;
  /** The last patron whose cards were read; null before the first. */
  readonly afterPatron: string | null;
  readonly patronsRead: number;
  readonly patronsTotal: number | null;
}

export interface BuildState extends ListState {
  readonly isWhole: boolean;
  /** The last event that has been applied. */
  readonly eventSequence: string;
  /** The crawl finds everything that happened up to this event. */
  readonly begunSequence: string;
  /** Of the events up to `begunSequence`, `lendingDays` counts those up to this one; null once it counts all. */
  readonly countedSequence: string | null;
  readonly crawl: CrawlPosition;
}

/** The position after the given events. */
export interface EventPosition {
  /** All events up to it have been given, now or earlier. */
  readonly sequence: string;
  /** They include everything that happened up to this moment; null: up to now. */
  readonly upTo: Date | null;
}

/**
 * Builds the index. One process at a time does, the follower of the feed of events. Another process may still believe that it is the
 * follower: whatever it saves is checked against the build and the position from which it went on.
 */
export interface IndexBuild {
  /** Null if the index is empty and has to be begun. */
  buildState(): Promise<BuildState | null>;
  /** Empties the index, which has to be begun anew then. */
  clear(): Promise<void>;
  /**
   * Begins to build an empty index. The crawl finds everything that happened up to `eventSequence`. Resolves to false, with nothing
   * changed, if it is already begun.
   */
  begin(eventSequence: string): Promise<boolean>;
  /**
   * Applies events (0 to 500), and marks everything that they name to be read again. Skips events that were applied before. The
   * position of the index stays if `position` is null or older. Events from `settledSequence` on are remembered, because they may
   * be given again.
   */
  applyEvents(
    id: BuildId,
    events: readonly IndexedEvent[],
    position: EventPosition | null,
    settledSequence: string,
  ): Promise<IsSaved>;
  /**
   * Counts loans and returns in the old events (0 to 500) after `state.countedSequence`, and moves it to `until`; null: all are
   * counted.
   */
  countEvents(state: BuildState, events: readonly IndexedEvent[], until: string | null): Promise<IsSaved>;
  /** Marks, the oldest first, without those that are set aside for now. `maxItems`: 1 to 500. */
  toRead(kind: ToRead['kind'], maxItems: number): Promise<readonly string[]>;
  /**
   * Sets aside records (0 to 500) that could not be decoded by a reading that began at `startedAt`: they are read again after 10 s,
   * and less often after each further failure, up to 43 minutes. Marks that were made or set aside after `startedAt` stay as they
   * are.
   */
  setAside(what: readonly ToRead[], startedAt: Date): Promise<void>;
  /** Removes marks that were made before `startedAt`. `saveCards` removes those of its cards. */
  wasRead(what: readonly ToRead[], startedAt: Date): Promise<void>;
  /** Replaces the rows of these cards (0 to 500, each once). For each card, a reading older than its rows is ignored. */
  saveCards(readings: readonly CardReading[]): Promise<void>;
  /**
   * As `saveCards`, for cards of the crawl at `state.crawl`, with its new position. Marks no queue to be read again, because the
   * crawl reads all of them.
   */
  saveCrawled(state: BuildState, readings: readonly CardReading[], position: CrawlPosition): Promise<IsSaved>;
  /** Ends a pass of the crawl: marks cards with rows that the pass has not read, and begins the next pass. The index is complete then. */
  finishPass(state: BuildState): Promise<IsSaved>;
  /** The cards of the first holds in a title's queue, and the title's text; null if the queue is empty. `maxItems`: 1 to 500. */
  queueHead(
    titleNumber: string,
    maxItems: number,
  ): Promise<{ readonly title: string; readonly cards: readonly string[] } | null>;
  /** Saves how many copies of a title are on the shelves: as many of its queued holds are to be fetched. */
  saveCopies(titleNumber: string, onShelf: number): Promise<void>;
  /** Marks the cards of ready holds whose last day is before `today`. */
  markLapsed(today: LocalDate): Promise<void>;
  /** Removes records that only recognise duplicates, and days that are too old to be listed. */
  removeExpired(today: LocalDate): Promise<void>;
}

/** The whole index. */
export interface IndexDatabase extends CirculationIndex, ApplicationIndex, IndexBuild, AsyncDisposable {}
