import type { Operation } from './operations.ts';

/** A change that circulation made under an operation's id, as its feed of events has it. It names no person. */
export interface Effect {
  /** The event's number in the feed: a decimal number of up to 19 digits. */
  readonly sequence: string;
  readonly operationId: string;
  /** The event's kind, 1 to 32 characters. */
  readonly kind: string;
  /** By circulation's clock, in whole seconds. */
  readonly at: Date;
}

/** How far the feed of circulation's events has been read. */
export interface FeedPosition {
  /** The last event that was read; null before the first. */
  readonly last: { readonly sequence: string; readonly at: Date } | null;
  /** Gaps before this event are not filled any more: whoever reads again begins after it. `'0'`: with the oldest event. */
  readonly settledSequence: string;
  /** The time of the oldest event that was read: an operation from before it needs no event. Null before the first. */
  readonly oldestAt: Date | null;
}

/** The books, as the process that follows the feed finds them. */
export interface FollowedBooks {
  readonly position: FeedPosition;
  /** Operations were recorded from then on: an event from before proves nothing. */
  readonly since: Date;
  /** The event up to which loans have been counted; `'0'` before the first. */
  readonly countedSequence: string;
  /** The database was restored or promoted, and no place is reserved until `reopenPlaces`. */
  readonly isRestored: boolean;
  /**
   * The database server has been started, and no place is reserved until `confirmCompared`: it may have been started over a
   * backup. Always false of a file.
   */
  readonly isStarted: boolean;
}

/** What the journal and circulation say of one operation. */
export interface Account {
  readonly operationId: string;
  /** Null if the journal has no such operation. `certainAt` is null too for an operation that was removed after 30 days. */
  readonly operation: Pick<Operation, 'kind' | 'state' | 'certainAt'> | null;
  /** In the order of their sequences, at least one. */
  readonly effects: readonly Effect[];
}

/** Kinds of operations, with the kind of event that each leaves once it is done. At most 32. */
export type EventOfKind = Readonly<Record<string, string>>;

/** A loan that circulation began under an operation's id, or that ended, whoever ended it. */
export interface LoanChange {
  readonly sequence: string;
  readonly at: Date;
  /** It is kept as a keyed digest, for as long as the loan is out. */
  readonly loanId: string;
  /** The operation that began it; null where it ended. */
  readonly begunBy: string | null;
}

/**
 * What is wrong about an operation:
 * - `OPERATION_LOST`: circulation made a change, and the journal has no such operation.
 * - `DONE_AFTER_REFUSAL`: circulation made a change, and the operation is `REFUSED`.
 * - `DONE_TWICE`: circulation made the change more than once.
 * - `DONE_TOO_LATE`: circulation made the change after `certainAt`.
 * - `NOT_DONE`: the operation is `DONE`, and circulation made no change.
 * - `OVER_LIMIT`: the operation and its outcome are right, and the patron had more loans of operations than the limit then.
 */
export type Discrepancy =
  | 'OPERATION_LOST'
  | 'DONE_AFTER_REFUSAL'
  | 'DONE_TWICE'
  | 'DONE_TOO_LATE'
  | 'NOT_DONE'
  | 'OVER_LIMIT';

/** A discrepancy between the journal and circulation. It names no person. */
export interface Finding {
  readonly foundAt: Date;
  readonly operationId: string;
  readonly discrepancy: Discrepancy;
  /** The event that shows it; null where there is none (`NOT_DONE`). */
  readonly sequence: string | null;
  /** When circulation made that change; where it made none, when the operation was settled. */
  readonly at: Date;
}

/**
 * The journal's operations compared with what circulation made of them. One process at a time follows circulation's feed of
 * events: it has a lease. Rejects as a `Journal` does.
 */
export interface Books {
  /**
   * Takes the lease for `leaseMs`, or prolongs it. Null while another follower (1 to 64 characters) has it. Notices whether the
   * database runs on another server than before, which reserves no place from then on.
   */
  followFeed(follower: string, leaseMs: number): Promise<FollowedBooks | null>;
  /** Ends the lease, so that another process need not wait. Does nothing without it. */
  leaveFeed(follower: string): Promise<void>;
  /**
   * Saves the position together with the effects (0 to 500) of the events up to it; those that are known stay. Resolves to false,
   * and saves nothing, if another follower has taken the lease.
   */
  saveFeedPage(follower: string, position: FeedPosition, effects: readonly Effect[]): Promise<boolean>;
  /** Forgets the position, all effects and the count of loans, because circulation's sequences have begun anew. False as above. */
  restartFeed(follower: string): Promise<boolean>;
  /** The accounts of those operations (1 to 500) that have an effect, in no particular order. */
  accountsOf(operationIds: readonly string[]): Promise<readonly Account[]>;
  /** The accounts of the next `maxItems` (1 to 500) operations with an effect, in the order of ids after `afterId`, or from the first. */
  accountsAfter(afterId: string, maxItems: number): Promise<readonly Account[]>;
  /** The accounts of at most `maxItems` (1 to 500) operations with an effect that were settled as refused in the last `withinMs`. */
  accountsRefused(withinMs: number, maxItems: number): Promise<readonly Account[]>;
  /**
   * Of operations of these kinds, those that are `DONE` and have no event of their kind, nor a finding that says so: settled between
   * `fromMs` and `untilMs` ago, at most `maxItems` (1 to 500). Those from before the oldest event are left out, with a minute for
   * the clocks.
   */
  withoutEvent(
    kinds: EventOfKind,
    fromMs: number,
    untilMs: number,
    maxItems: number,
  ): Promise<readonly SettledId[]>;
  /** The same of the next `maxItems` operations (1 to 500) in the order of ids. `lastId` is the last of them; null after all. */
  withoutEventAfter(
    kinds: EventOfKind,
    afterId: string,
    maxItems: number,
  ): Promise<{ readonly lastId: string | null; readonly operations: readonly SettledId[] }>;
  /**
   * Counts by patron the loans of operations that are out, over the changes (0 to 500) that follow `countedSequence` in the order
   * of their sequences, and moves it to `until`. A change whose operation the journal doesn't have is left out. Resolves to the
   * changes with which a patron had more than `limit` such loans; null, with nothing counted, if another follower has the lease.
   * Example: with ten out, an eleventh that begins is given, and one that begins after another has ended is not.
   */
  countLoans(
    follower: string,
    changes: readonly LoanChange[],
    until: string,
    limit: number,
  ): Promise<readonly LoanChange[] | null>;
  /** Records what was found (1 to 500). Resolves to those that were not recorded before. Durable. */
  recordFindings(findings: readonly Omit<Finding, 'foundAt'>[]): Promise<readonly Omit<Finding, 'foundAt'>[]>;
  /** The latest `maxItems` (1 to 10000) findings, the latest first. They are kept for 100 days. */
  latestFindings(maxItems: number): Promise<readonly Finding[]>;
  /**
   * A refusal that an effect contradicts: it is due to be reconciled at once, and open to correction. Does nothing for an
   * operation that was never allowed to be sent, or that is not refused.
   */
  reopenRefusal(id: string): Promise<void>;
  /** Reserves no place from here on, by any process, until `reopenPlaces`: the database may have lost operations. */
  closePlaces(): Promise<void>;
  /** The books have been compared, and what lost operations had sent has ended. */
  reopenPlaces(follower: string): Promise<void>;
  /** All events have been compared since the database server was started. */
  confirmCompared(follower: string): Promise<void>;
}

/** An operation, and when it was settled. */
export interface SettledId {
  readonly operationId: string;
  readonly kind: string;
  readonly settledAt: Date;
}
