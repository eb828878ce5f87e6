import type { Discrepancy, FindingKind, FindingState } from './findings.ts';
import type { Operation } from './operations.ts';

/** The precision of event times: a whole second. An event at 12:00:00 may have happened at any time before 12:00:01. */
export const eventSecondMs = 1_000;

/**
 * A change that circulation made under an operation's id. It comes from circulation's feed of events, and names no
 * person.
 */
export interface Effect {
  /** The event's number in the feed: a decimal number of up to 19 digits. */
  readonly sequence: string;
  readonly operationId: string;
  /** The event's kind, 1 to 32 characters. */
  readonly kind: string;
  /** The time of the change by circulation's clock, in whole seconds. */
  readonly at: Date;
}

/** The position up to which the feed of circulation's events has been read. */
export interface FeedPosition {
  /** The last event that was read; null before the first. */
  readonly last: { readonly sequence: string; readonly at: Date } | null;
  /**
   * Every event up to this event has been read, so a later reading begins after it. `'0'` begins with the oldest event.
   */
  readonly settledSequence: string;
  /**
   * The time of the oldest event that was read. Null before the first event. Earlier operations are never reported as
   * lacking their events, because circulation may no longer have these.
   */
  readonly oldestAt: Date | null;
}

/**
 * The right of one process, the follower, to save what it reads from the feed. The lease ends when another follower
 * takes it. It also ends when the database server is started or replaced, because the server may then have the data of
 * an old backup.
 */
export interface FeedLease {
  /** 1 to 64 characters. */
  readonly follower: string;
  /**
   * Identifies the running database server: its cluster, its timeline, the database, and the time of its start. This
   * text is only compared for equality. It is always the same for SQLite.
   */
  readonly generation: string;
}

/** The state of the comparison, for the process that follows the feed. */
export interface FollowedBooks {
  readonly lease: FeedLease;
  readonly position: FeedPosition;
  /** Operations have been recorded since this time. The journal may not know the operation of an older event. */
  readonly since: Date;
  /** The sequence of the last event whose loans were counted. `'0'` before the first. */
  readonly countedSequence: string;
  /**
   * Whether the journal may have lost operations, because the database was restored or promoted, or `closePlaces` was
   * called. If so, no operation can reserve a loan or a hold (a place) until `reopenPlaces` is called.
   */
  readonly isRestored: boolean;
  /**
   * Whether the database server was started since all events were last compared. It may have been started with the data
   * of a backup. So no operation can reserve a loan or a hold until `confirmCompared` is called. Always false for
   * SQLite.
   */
  readonly isStarted: boolean;
  /** Whether an operator has called `openPlaces`, so that `isRestored` and `isStarted` don't matter. */
  readonly isOpened: boolean;
}

/** An account: one operation as the journal has recorded it, and what circulation has done under its id. */
export interface Account {
  readonly operationId: string;
  /**
   * The operation as the journal has recorded it. Null if the journal has no such operation. The times are null for an
   * operation that was removed after 30 days.
   */
  readonly operation: Pick<Operation, 'kind' | 'state' | 'certainAt' | 'certainAfterMs' | 'settledAt'> | null;
  /** The operation's effects, at least one, in the order of their sequences. */
  readonly effects: readonly Effect[];
}

/**
 * For each kind of operation, the kind of event that circulation records when the operation is done. 1 to 32 entries.
 */
export type EventOfKind = Readonly<Record<string, string>>;

/** A loan that began under an operation's id, or a loan that ended for any reason. */
export interface LoanChange {
  readonly sequence: string;
  readonly at: Date;
  /** The loan's id. Only its keyed digest is stored, until the loan ends. */
  readonly loanId: string;
  /** The operation that began the loan. Null if the loan ended. */
  readonly begunBy: string | null;
}

/** A discrepancy between the journal and circulation. It contains nothing that names a person. */
export interface Finding {
  readonly foundAt: Date;
  readonly operationId: string;
  readonly discrepancy: Discrepancy;
  /** The event that shows the discrepancy. Null for `NOT_DONE`: the event is missing. */
  readonly sequence: string | null;
  /**
   * The time at which circulation made the change. If circulation made no change, the time at which the operation was
   * settled.
   */
  readonly at: Date;
}

/**
 * Compares the journal's operations with circulation's changes. Only one process at a time, the holder of the lease,
 * follows circulation's feed of events. The methods reject like the methods of `Journal`.
 */
export interface Books {
  /**
   * Takes the lease, or prolongs it. Null while another `follower` (a name of 1 to 64 characters) has it. The lease
   * becomes free when this process observes, by its monotonic clock, that nobody prolonged it for `leaseMs`. So the
   * process must call `followFeed` repeatedly. If the database runs on another server than before, no operation can
   * reserve a loan or a hold from then on.
   */
  followFeed(follower: string, leaseMs: number): Promise<FollowedBooks | null>;
  /** Ends the lease, so that another process can take it at once. Does nothing without the lease. */
  leaveFeed(follower: string): Promise<void>;
  /**
   * Saves a new position in the feed, and the effects (0 to 500) of the events up to it. Effects that are already
   * stored don't change. Resolves to false, with nothing saved, if the lease has ended.
   */
  saveFeedPage(lease: FeedLease, position: FeedPosition, effects: readonly Effect[]): Promise<boolean>;
  /**
   * Must be called when circulation's sequences have begun again. Forgets the position in the feed, all effects, the
   * count of loans, and the position up to which notices were made. Resolves to false, with nothing changed, if the
   * lease has ended.
   */
  restartFeed(lease: FeedLease): Promise<boolean>;
  /**
   * For each of these operations (1 to 500), its account: the operation with its effects. Operations without an effect
   * are left out. In no particular order.
   */
  accountsOf(operationIds: readonly string[]): Promise<readonly Account[]>;
  /**
   * The accounts of the next operations with an effect, in the order of their ids, after `afterId`. `''` begins with
   * the first. At most `maxItems` (1 to 500).
   */
  accountsAfter(afterId: string, maxItems: number): Promise<readonly Account[]>;
  /**
   * The accounts of operations that were settled as refused in the last `withinMs`, although circulation made a change
   * (an effect) for them. At most `maxItems` (1 to 500).
   */
  accountsRefused(withinMs: number, maxItems: number): Promise<readonly Account[]>;
  /**
   * At most `maxItems` (1 to 500) operations of these kinds that are `DONE`, but have neither an event of their kind nor
   * a finding `NOT_DONE`. The operations were settled between `fromMs` and `untilMs` ago. Operations that were requested
   * before the oldest event, or within a minute after it, are left out, because the clocks may differ. `aheadMs` is the
   * time by which circulation's clock is known to be ahead, 0 by default.
   */
  withoutEvent(
    kinds: EventOfKind,
    fromMs: number,
    untilMs: number,
    maxItems: number,
    aheadMs?: number,
  ): Promise<readonly SettledId[]>;
  /**
   * Like `withoutEvent`, for operations of any age: checks the next `maxItems` (1 to 500) after `afterId`, by id.
   * `lastId` is the id of the last operation that was checked. Null if there are no more operations.
   */
  withoutEventAfter(
    kinds: EventOfKind,
    afterId: string,
    maxItems: number,
    aheadMs?: number,
  ): Promise<{ readonly lastId: string | null; readonly operations: readonly SettledId[] }>;
  /**
   * Counts, for each patron, the loans that operations began and that have not ended. `changes` (0 to 500) must follow
   * `countedSequence`, in order. Moves `countedSequence` to `until`. Changes of unknown operations are ignored. Resolves
   * to the changes with which a patron exceeded `limit`. Null, with nothing counted, if the lease has ended. Example:
   * the limit is ten, and ten loans are out. The change that begins an eleventh loan is returned. If one of the ten
   * loans ends first, nothing is returned.
   */
  countLoans(
    lease: FeedLease,
    changes: readonly LoanChange[],
    until: string,
    limit: number,
  ): Promise<readonly LoanChange[] | null>;
  /** Records findings (1 to 500). Resolves to the findings that were not recorded before. The effect is durable. */
  recordFindings(findings: readonly Omit<Finding, 'foundAt'>[]): Promise<readonly Omit<Finding, 'foundAt'>[]>;
  /**
   * The latest `maxItems` findings about operations (1 to 10000), the latest first. A finding is kept until it is
   * closed or resolved, and for at least 100 days.
   */
  latestFindings(maxItems: number): Promise<readonly (Finding & { readonly state: FindingState })[]>;
  /**
   * The number of open and acknowledged findings of each kind, about operations and patrons. Kinds without any are left
   * out.
   */
  countOpenFindings(): Promise<ReadonlyMap<FindingKind, number>>;
  /**
   * At most `maxItems` (1 to 500) unsettled operations that have no finding `NEVER_SETTLES` yet. Their outcome has been
   * certain (`certainAt`) for `forMs`. If `certainAt` is null, the time of the request counts. Also resolves the
   * findings `NEVER_SETTLES` of operations that have settled since.
   */
  neverSettling(forMs: number, maxItems: number): Promise<readonly SettledId[]>;
  /** The number of unsettled child operations of this operation. */
  countUnsettledChildren(operationId: string): Promise<number>;
  /**
   * Reopens a refused operation, because an effect contradicts the refusal. The operation is then due to be reconciled
   * at once, and a later outcome may correct the refusal. The correction is possible even if no permission to send is
   * recorded, because the database may have lost that record. Does nothing if the operation is not refused.
   */
  reopenRefusal(id: string): Promise<void>;
  /** Until `reopenPlaces`, no process can reserve a place (a loan or hold): the journal may have lost operations. */
  closePlaces(): Promise<void>;
  /**
   * Lets processes reserve places again. Before this call, the journal must have been compared with circulation, and no
   * request of a lost operation may be on its way. Does nothing if the lease has ended.
   */
  reopenPlaces(lease: FeedLease): Promise<void>;
  /**
   * Lets processes reserve places (loans or holds) for `forMs` from now, although the journal is not compared with
   * circulation. This permission ends earlier if the database server is started or replaced. The operator (1 to 400
   * characters) and the reason (1 to 500 characters) are kept for ever. Resolves to the time at which the permission
   * ends.
   */
  openPlaces(opening: {
    readonly operator: string;
    readonly reason: string;
    readonly forMs: number;
  }): Promise<Date>;
  /** Records that all events were compared since the database server was started. Does nothing if the lease has ended. */
  confirmCompared(lease: FeedLease): Promise<void>;
}

/** An operation, and the time at which it was settled. */
export interface SettledId {
  readonly operationId: string;
  readonly kind: string;
  /** The time at which the operation was settled. From `neverSettling`, the time at which it was requested. */
  readonly settledAt: Date;
}
