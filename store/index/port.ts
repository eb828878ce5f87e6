/**
 * The index: what is out, what waits, and card management's applications and loss reports, so that lists over the whole library
 * need not ask for every card. The legacy systems have no such lists.
 *
 * - **Not a truth.** It lags behind by seconds. Whoever shows a row reads it anew from its system first. Where the two differ,
 *   `markToRead` and `saveApplications` mend the index.
 * - **No history.** A loan's row goes as soon as a reading no longer shows the loan. Nothing is logged or backed up: after a crash
 *   of the database server, or on another server, the index is empty, and is built again.
 * - **Encryption.** Takes and gives card, patron and document numbers in clear. It stores keyed digests, to look them up by, and
 *   encrypted numbers. Titles, items and branches say nothing of a person, and are stored as they are.
 * - **Errors.** Every method rejects with the journal's `JournalUnavailable`, since the index lies beside the journal, or with
 *   `RangeError` for an argument out of bounds.
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

/** Holds that are over are not in the index. */
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

/** How far the index is built. */
export interface IndexProgress {
  /** Every patron's cards have been read since the index was begun: lists are complete. */
  readonly isWhole: boolean;
  /** All old events have been counted: so are `lendingDays`. */
  readonly areDaysCounted: boolean;
  readonly patronsRead: number;
  /** By the registry's count; null before the first page. */
  readonly patronsTotal: number | null;
  /**
   * Circulation's events up to this moment have been applied, and what they marked has been read, except what is set aside; null before
   * the index is begun.
   */
  readonly asOf: Date | null;
}

/** The sort key of a ready hold without a last day: behind all that have one. */
export const noLastDay: LocalDate = '9999-12-31';

/** Where a list goes on: after the row that has this sort key and id. */
export interface RowPosition {
  /** `dueOn` of a loan, `readyUntil` of a ready hold or `noLastDay`, `placedAt` of any other hold. */
  readonly key: string;
  readonly id: string;
}

export type LoanOrder = 'SOONEST_DUE_FIRST' | 'LATEST_DUE_FIRST';

/** Every bound that is given must hold. `maxItems`: 1 to 500. */
export interface LoanQuery {
  /** The branch that the copy belongs to. */
  readonly branch?: string | null;
  /** Due on this day or later. */
  readonly dueFrom?: LocalDate | null;
  /** Due before this day. */
  readonly dueBefore?: LocalDate | null;
  readonly order: LoanOrder;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/**
 * Holds of one kind, at one branch or at all. `maxItems`: 1 to 500.
 * - `READY`: a copy waits on the hold shelf; the soonest to lapse first.
 * - `TO_FETCH`: the hold is queued, and a copy that it may have stands on the shelves; first placed first.
 */
export interface HoldQuery {
  readonly pickupBranch?: string | null;
  readonly shelf: 'READY' | 'TO_FETCH';
  /** With `READY` alone: the last day is before this day. */
  readonly readyUntilBefore?: LocalDate | null;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/** What one branch has out, by the branch of the copy; and what waits there, by the branch of collection. */
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

/** What is out and what waits, for whoever lists it. The time of a page does not grow with the library. */
export interface CirculationIndex {
  progress(): Promise<IndexProgress>;
  /** Ordered by due day and id. */
  loans(query: LoanQuery): Promise<readonly IndexedLoan[]>;
  holds(query: HoldQuery): Promise<readonly IndexedHold[]>;
  /** Same order and length as `itemNumbers` (any number of them); null where the item is not out. */
  loansOfItems(itemNumbers: readonly string[]): Promise<readonly (IndexedLoan | null)[]>;
  /** Open holds of a title, first placed first. `maxItems`: 1 to 500. */
  holdsOfTitle(titleNumber: string, maxItems: number): Promise<readonly IndexedHold[]>;
  /** Same order and length as `titleNumbers`: how many queued holds each has. */
  queueLengths(titleNumbers: readonly string[]): Promise<readonly number[]>;
  /** Branches with anything to count, in the order of their codes. What is due before `dueBefore` counts as overdue. */
  branchCounts(dueBefore: LocalDate): Promise<readonly BranchCounts[]>;
  /** Days from `from` on with anything lent or returned, in order. Kept for 31 days. */
  lendingDays(from: LocalDate): Promise<readonly LendingDay[]>;
  /** The time of the index's clock. It is one clock for all processes. */
  now(): Promise<Date>;
  /** Has these read again, within seconds: what a reading shows is not what the index says. Older marks become as new as this call. */
  markToRead(what: readonly ToRead[]): Promise<void>;
}

/** What one card has, as one reading of circulation shows it. */
export interface CardReading {
  readonly libraryCardNumber: string;
  /** The index's clock before the reading began. */
  readonly startedAt: Date;
  /** Absent if loans were not read. */
  readonly loans?: readonly IndexedLoan[];
  /** Absent if holds were not read. Without those that are over. */
  readonly holds?: readonly IndexedHold[];
}

/** Every condition that is given must hold. */
export interface ApplicationFilter {
  readonly status?: ApplicationStatus | null;
  readonly channel?: IndexedApplication['channel'] | null;
  /** Of this patron, or with this document of the applicant's, as `ApplicationReading.documents` has it. */
  readonly of?: { readonly patronId: string } | { readonly document: string } | null;
}

/** Newest first. `maxItems`: 1 to 500. */
export interface ApplicationQuery extends ApplicationFilter {
  /** Only applications numbered below this one. */
  readonly before: string | null;
  readonly maxItems: number;
}

/** An application as it is saved. */
export interface ApplicationReading extends IndexedApplication {
  /** Numbers of the applicant's documents: none, one or two. Stored as keyed digests alone. */
  readonly documents: readonly string[];
}

/** A random id, new each time a build begins. */
export type BuildId = string;

/**
 * False: another builder has begun the index anew since, or has moved its position on. Nothing was changed then, and the builder reads
 * the state again.
 */
export type IsSaved = boolean;

/** How far card management's lists were read in a build: the last numbers; null before the first. */
export interface ListState {
  readonly id: BuildId;
  readonly lastApplication: string | null;
  readonly lastLossReport: string | null;
}

/** Card management's applications and loss reports, which it lists oldest first alone. */
export interface ApplicationIndex {
  applications(query: ApplicationQuery): Promise<readonly IndexedApplication[]>;
  countApplications(filter: ApplicationFilter): Promise<number>;
  /** Newest first; those numbered below `before`, or all. `maxItems`: 1 to 500. */
  lossReports(before: string | null, maxItems: number): Promise<readonly IndexedLossReport[]>;
  countLossReports(): Promise<number>;
  /** Whether all applications and loss reports that card management had when the index was begun have been read. */
  hasAllApplications(): Promise<boolean>;
  /** Adds or replaces (0 to 500). */
  saveApplications(applications: readonly ApplicationReading[]): Promise<void>;
  /** As `saveApplications`, for those that come after `state.lastApplication` in card management's list, up to `lastId`. */
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
  /** The next undecided applications numbered above `after`, in order: their status may have changed. `maxItems`: 1 to 500. */
  undecidedAfter(after: string | null, maxItems: number): Promise<readonly string[]>;
  /** From now on, `hasAllApplications`. */
  finishApplications(state: ListState): Promise<IsSaved>;
}

/** Something to read again, because an event or a change of a title's queue says so, or because it could not be read. */
export type ToRead =
  /** The loans and holds of a card. */
  | { readonly kind: 'CARD'; readonly key: string }
  /** The title of an item that was lent or returned. */
  | { readonly kind: 'ITEM'; readonly key: string }
  /** The first cards in the queue of a title: whoever is next may have become ready. */
  | { readonly kind: 'TITLE'; readonly key: string }
  /** The copies of a title that stand on the shelves: as many of its queue are to be fetched. */
  | { readonly kind: 'COPIES'; readonly key: string }
  /** The cards of a patron, whom the crawl has passed. */
  | { readonly kind: 'PATRON'; readonly key: string }
  /** An application, by its id. */
  | { readonly kind: 'APPLICATION'; readonly key: string }
  /** The loss report that comes next after the one of this id; the first, after the empty text. */
  | { readonly kind: 'LOSS_REPORT'; readonly key: string };

/** An event of circulation, as the index needs it. */
export interface IndexedEvent {
  readonly sequence: string;
  /** The Hong Kong day on which it happened. */
  readonly day: LocalDate;
  readonly counts: 'LENT' | 'RETURNED' | null;
  readonly toRead: readonly ToRead[];
}

/** Where the crawl through all patrons stands. It is repeated for ever: the first pass builds the index. */
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
  /** What happened up to this event is found by the crawl. */
  readonly begunSequence: string;
  /** Events up to `begunSequence` are counted in `lendingDays` from the oldest to this one; null once all are. */
  readonly countedSequence: string | null;
  readonly crawl: CrawlPosition;
}

/** Where the events that were given leave the index. */
export interface EventPosition {
  /** All events up to it have been given now, or before. */
  readonly sequence: string;
  /** All that happened up to this moment is among them; null: up to now. */
  readonly upTo: Date | null;
}

/**
 * Building the index, by one process at a time: the one that follows the feed of events. Another one may still think that it is the
 * one: what it saves is compared with the build, and the position, from which it went on.
 */
export interface IndexBuild {
  /** Null for an empty index, which is to be begun. */
  buildState(): Promise<BuildState | null>;
  /** Empties the index: it is to be begun anew. */
  clear(): Promise<void>;
  /**
   * Begins to build an empty index. `eventSequence`: what happened up to it is found by the crawl. Resolves to false, and changes
   * nothing, where it is begun.
   */
  begin(eventSequence: string): Promise<boolean>;
  /**
   * Applies events (0 to 500), and marks what they say to read again. An event that was applied before is skipped. `position`: null,
   * or one that is behind, leaves that of the index. Events from `settledSequence` on are remembered, because they may be given again.
   */
  applyEvents(
    id: BuildId,
    events: readonly IndexedEvent[],
    position: EventPosition | null,
    settledSequence: string,
  ): Promise<IsSaved>;
  /**
   * Counts what was lent and returned in the old events (0 to 500) after `state.countedSequence`, and goes on after `until`; null: all
   * are counted.
   */
  countEvents(state: BuildState, events: readonly IndexedEvent[], until: string | null): Promise<IsSaved>;
  /** The longest marked first, without those that are set aside for now. `maxItems`: 1 to 500. */
  toRead(kind: ToRead['kind'], maxItems: number): Promise<readonly string[]>;
  /**
   * Records that could not be decoded when they were read from `startedAt` on (0 to 500): marks them to be read again in 10 s, and ever
   * more rarely if they fail again, up to 43 minutes. A mark that was made meanwhile stays, and so does one that is set aside.
   */
  setAside(what: readonly ToRead[], startedAt: Date): Promise<void>;
  /** Removes marks that were made before `startedAt`; later ones stay. `saveCards` removes those of its cards. */
  wasRead(what: readonly ToRead[], startedAt: Date): Promise<void>;
  /** Replaces what the index has of these cards (0 to 500, each once). Older readings than those that it has are ignored, card by card. */
  saveCards(readings: readonly CardReading[]): Promise<void>;
  /**
   * As `saveCards`, for cards of the crawl, which stood at `state.crawl`, with its new position. Marks no queue to be read again, for
   * the crawl reads all of them.
   */
  saveCrawled(state: BuildState, readings: readonly CardReading[], position: CrawlPosition): Promise<IsSaved>;
  /** Ends the crawl's pass: marks each card with rows that the pass has not read, and begins the next. The index is whole then. */
  finishPass(state: BuildState): Promise<IsSaved>;
  /** The cards of the first holds in a title's queue, and the title's text; null where nobody waits. `maxItems`: 1 to 500. */
  queueHead(
    titleNumber: string,
    maxItems: number,
  ): Promise<{ readonly title: string; readonly cards: readonly string[] } | null>;
  /** How many copies of a title stand on the shelves: as many of its queued holds are to be fetched. */
  saveCopies(titleNumber: string, onShelf: number): Promise<void>;
  /** Marks the cards of ready holds whose last day is before `today`. */
  markLapsed(today: LocalDate): Promise<void>;
  /** Forgets what is kept only to recognise what comes twice, and days that are too old to be listed. */
  removeExpired(today: LocalDate): Promise<void>;
}

/** The index of a process. */
export interface IndexDatabase extends CirculationIndex, ApplicationIndex, IndexBuild, AsyncDisposable {}
