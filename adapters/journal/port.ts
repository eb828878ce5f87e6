/**
 * The journal: what callers asked for, what became of it, and the places (loans and holds) that this takes up. Also the
 * counted attempts at guessing and the audit of readings, which live in the same database.
 *
 * The life of an operation:
 *
 *     begin
 *       │
 *       ▼          settle('DONE')
 *     UNSETTLED ───────────────────► DONE
 *       │                             ▲
 *       │ settle('REFUSED')           │ settle('DONE'): the refusal was wrong (`overturnsRefusal`).
 *       ▼                             │ Only if the refusal had a `reconcileAfterMs`.
 *     REFUSED ────────────────────────┘
 *
 * While it is unsettled, an operation may hold a place and locks, and it may be sent until `sendBy`. Permission to send
 * comes from `begin` (`sendWithinMs`), `reserve` or `allowSending`. Each unsettled operation has a time at which `takeDue`
 * hands it to a reconciler. 30 days after it was settled, `removeExpired` removes it.
 *
 * Decisions 8 (lending), 9 (procedures) and 15 (encryption) have the reasons.
 */

/** What has become of an operation. `UNSETTLED`: it is still being carried out, or its outcome is not known yet. */
export type OperationState = 'DONE' | 'REFUSED' | 'UNSETTLED';

/** A value that JSON can represent. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A resource limited per patron: loans or holds. */
export type PlaceKind = 'LOAN' | 'HOLD';

/** Something that a caller asked for, once. */
export interface Operation {
  /** Our own, random. The legacy systems get it as the reference, because callers' references may collide. */
  readonly id: string;
  /** Eight characters of Crockford's base 32, made of the id, for reading out. Rarely two operations have the same. */
  readonly code: string;
  readonly caller: string;
  /** The caller's own: its idempotency key. */
  readonly reference: string;
  readonly kind: string;
  /** HMAC-SHA-256 of the canonical input. */
  readonly fingerprint: string;
  readonly state: OperationState;
  readonly requestedAt: Date;
  readonly settledAt: Date | null;
  /** Nothing is sent for it after this time, by the journal's clock. Null if it was never allowed to be sent. */
  readonly sendBy: Date | null;
  /**
   * Nothing that was sent for it can be applied after this time: what its system shows then is what was done. Null if
   * `sendBy` is null, or if no `arriveWithinMs` was given.
   * Example: 2 s to send, 10 s to arrive and a drop time of 30 s make it 42 s after the reservation.
   */
  readonly certainAt: Date | null;
  /**
   * Milliseconds from the earliest time at which it could be sent to `certainAt`. A process that relies on `certainAt`
   * also waits this long by its own clock, because the database's clock may be put forward.
   */
  readonly certainAfterMs: number | null;
  /**
   * The patron whose operation it is, as far as is known. The first that is given stays, whether by `begin`, `reserve`,
   * `allowSending` or `settle`.
   */
  readonly patronId: string | null;
  /** The place that was reserved for it. Null if none was. */
  readonly place: PatronPlace | null;
  /** What a process needs to continue it. */
  readonly details: Json;
  /** Null until it is settled. */
  readonly result: Json;
}

export interface NewOperation {
  readonly caller: string;
  readonly reference: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** At most 64 KiB of JSON. */
  readonly details: Json;
  /** It may be sent for this many milliseconds from now. Null: not before `reserve` or `allowSending`. */
  readonly sendWithinMs: number | null;
  /** As in `PlaceRequest`, for what is sent without a place. If absent, `certainAt` stays null. */
  readonly arriveWithinMs?: number;
  /** Milliseconds until `takeDue` may hand it to a reconciler. */
  readonly reconcileAfterMs: number;
  /** 1 to 64 characters. Null or absent if it isn't known yet whose operation it is. */
  readonly patronId?: string | null;
  /** Whether it is a change within another operation. Those are not found by code, by reference or by patron. Default: false. */
  readonly isPart?: boolean;
}

/** Where a list of operations, the latest first, goes on: after the one that was requested then and has this id. */
export type OperationPosition = Pick<Operation, 'requestedAt' | 'id'>;

/**
 * Counts the places of one patron that were settled as done. It only grows.
 * Example: a patron without any lending has epoch 0; after one loan that was settled as done it is 1.
 */
export type Epoch = bigint;

/** A place that an operation holds while it is unsettled, or has turned into a loan or a hold. */
export interface Place {
  readonly operationId: string;
  readonly libraryCardNumber: string;
  /** The number of the item (a loan) or of the title (a hold). */
  readonly subject: string;
}

/** A place, its patron and its kind. */
export interface PatronPlace extends Place {
  readonly patronId: string;
  readonly kind: PlaceKind;
}

/**
 * The places of one patron that a reading of the legacy systems may have missed.
 * Example: eight loans were read, `unsettled` has one place and `doneSince` has one that is not among those loans: ten.
 */
export interface Places {
  /** Each may already be a loan or a hold, may become one, or may come to nothing. */
  readonly unsettled: readonly Place[];
  /** Settled as done since the epoch (or within the time) that was asked for. */
  readonly doneSince: readonly Place[];
}

/** The places of one patron, all as of one moment. */
export interface PlacesNow {
  /** Every place that was settled as done up to this epoch had been done in the legacy system by that moment. */
  readonly epoch: Epoch;
  /** Ids of the unsettled operations that hold a place. */
  readonly holders: readonly string[];
}

export interface PlaceRequest {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  readonly subject: string;
  /** The epoch that was read before the loans (or holds). Places settled as done after it are given as `doneSince`. */
  readonly since: Epoch;
  /** The operation may be sent for this many milliseconds from now. */
  readonly sendWithinMs: number;
  /** Milliseconds after that by which what was sent has arrived, if ever. The agreed drop time is added to it. */
  readonly arriveWithinMs: number;
  /** Milliseconds until `takeDue` may hand it to a reconciler. */
  readonly reconcileAfterMs: number;
}

/**
 * - `reserved`: the operation has its `sendBy` and its `place`.
 * - `refused`: what `decide` returned; the operation is unchanged.
 * - `settled`: another process had settled the operation already.
 */
export type Reservation<Refusal> =
  | { readonly kind: 'reserved'; readonly operation: Operation }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'settled'; readonly operation: Operation };

export interface Outcome {
  readonly state: 'DONE' | 'REFUSED';
  /** At most 64 KiB of JSON. */
  readonly result: Json;
  /**
   * Milliseconds until the operation is reconciled once more: its request was sent, and may be delivered twice or late.
   * Until then a refusal is open to correction. If absent, the outcome is final.
   */
  readonly reconcileAfterMs?: number;
  /**
   * The `sendBy` that the outcome was concluded from. If the operation has another `sendBy` by now, a process that was
   * taken for dead is sending it: the outcome is not taken, and the operation stays unsettled. If absent, any will do.
   */
  readonly sendBy?: Date | null;
  /** Replaces the operation's details. If absent, they are kept. At most 64 KiB of JSON. */
  readonly details?: Json;
  /** Whose operation it is, if nothing said so before: 1 to 64 characters. Not taken if the outcome isn't. */
  readonly patronId?: string | null;
}

export interface Settlement {
  /** As the operation stands now. That is not the outcome that was given, if another outcome came first. */
  readonly operation: Operation;
  /** The operation stood as refused, and was done after all: a reason for an alarm. It now stands as done. */
  readonly overturnsRefusal: boolean;
}

/** An operation to reconcile, and the journal's time when it was handed out. */
export interface DueOperation {
  readonly operation: Operation;
  readonly now: Date;
}

/**
 * Either the journal can't be read or written now, and what it was asked to write may or may not have been written. Or the
 * operation that it was asked about does not exist, or no longer exists.
 */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
  /** Whether the database can't be reached, or is starting, so that it may be there the next time. */
  readonly isOutage: boolean;

  constructor(message: string, { isOutage = false, ...options }: ErrorOptions & { isOutage?: boolean } = {}) {
    super(message, options);
    this.isOutage = isOutage;
  }
}

/**
 * Operations and their outcomes, and the places that they hold.
 *
 * - **Encryption.** Takes and gives values in clear, and stores them encrypted: without the secret, nobody learns from the
 *   database who borrowed what.
 * - **Durability.** When a method has resolved, its effect outlives a crash of the process, the machine and the database.
 *   The exceptions are `begin` with `sendWithinMs` null, and `lock`: the process may crash, but a crash of the machine or
 *   the database may take their effect back until `reserve` or `allowSending` has resolved for the operation.
 * - **Errors.** Every method rejects with `JournalUnavailable`, or with `RangeError` for an argument out of bounds.
 * - It calls no legacy system, and all processes that share it have one clock.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Writes the operation as unsettled. If the caller has used the reference before, the operation of that time is given
   * instead, unchanged, and `isNew` is false. An operation that can't be sent yet (`sendWithinMs` null) may be lost in a
   * crash of the machine or the database; nothing has been sent for it then.
   * Example: `begin({ caller, reference: '0012', … })` twice gives one id, and `isNew` true, then false.
   */
  begin(operation: NewOperation): Promise<{ readonly operation: Operation; readonly isNew: boolean }>;
  /** Null if the caller has not used the reference, or the operation has been removed. */
  find(caller: string, reference: string): Promise<Operation | null>;
  /** Null if there is no such operation, or it has been removed. */
  findById(id: string): Promise<Operation | null>;
  /**
   * The operations that have this code, the latest first, at most `maxItems` (1 to 100). The code may be as people type it: in
   * lower case, with spaces and hyphens, O for 0, I or L for 1. Null for text that is no code. Like the two that follow, it finds
   * what any caller has asked for, but no parts of operations, and nothing that has been removed.
   */
  findByCode(code: string, maxItems: number): Promise<readonly Operation[] | null>;
  /** The same for a reference: that of any caller. */
  findByReference(reference: string, maxItems: number): Promise<readonly Operation[]>;
  /**
   * The patron's operations, the latest first, at most `maxItems` (1 to 100): those before the position, or all if it is null. An
   * operation is among them as soon as it has its `patronId`.
   * Example: `operationsOfPatron(patronId, page.at(-1) ?? null, 20)` is the page after `page`.
   */
  operationsOfPatron(
    patronId: string,
    before: OperationPosition | null,
    maxItems: number,
  ): Promise<readonly Operation[]>;
  /**
   * The patron's places as of a moment before this resolves. What is read from a legacy system after that is newer.
   * Example: read the epoch here, then the cards, then the loans, and pass the epoch to `reserve` as `since`.
   */
  placesNow(patronId: string, kind: PlaceKind): Promise<PlacesNow>;
  /**
   * Gives an unsettled operation a place, and leave to send, unless `decide` returns a reason not to. Between what `decide`
   * is given and the reservation, no place of another operation of the same patron is reserved or settled. The operation's
   * own place, from an earlier call, is not among what `decide` is given. `decide` must be quick. It is called at most
   * once, and `reserve` rejects with what it throws.
   * Example: `reserve(id, place, ({ unsettled }) => (loans + unsettled.length < 10 ? null : 'QUOTA_REACHED'))`.
   */
  reserve<Refusal>(
    id: string,
    place: PlaceRequest,
    decide: (places: Places) => Refusal | null,
  ): Promise<Reservation<Refusal>>;
  /** The places of one patron, as `reserve` would give them to `decide`. */
  placesSince(patronId: string, kind: PlaceKind, since: Epoch): Promise<Places>;
  /**
   * Same order and length as `patronIds` (any number of them). `doneSince` has what was settled as done within the last
   * `withinMs` milliseconds. It is for callers that read the legacy systems in that time without reading an epoch first.
   */
  recentPlaces(patronIds: readonly string[], kind: PlaceKind, withinMs: number): Promise<readonly Places[]>;
  /**
   * Settles the operation. The first outcome stands, unless it is a refusal that is open to correction. A second refusal
   * of such an operation leaves its `settledAt`.
   * Example: `settle(id, { state: 'DONE', result: loan })`, then REFUSED: the operation stays done.
   */
  settle(id: string, outcome: Outcome): Promise<Settlement>;
  /** Replaces the details of an unsettled operation. Leaves those of a settled one. */
  saveDetails(id: string, details: Json): Promise<void>;
  /**
   * Gives the operation leave to be sent, once in its life: replaces its details, and allows sending for `sendWithinMs`.
   * `takeDue` hands it to nobody in that time. Resolves to false, and keeps nothing, if the operation could be sent before
   * or is settled. `arriveWithinMs` and `patronId`: as in `NewOperation`.
   * Example: of two processes that have prepared one operation, one gets true and makes the changes.
   */
  allowSending(
    id: string,
    details: Json,
    sendWithinMs: number,
    more?: Pick<NewOperation, 'arriveWithinMs' | 'patronId'>,
  ): Promise<boolean>;
  /**
   * Locks all of the keys (1 to 10, of up to 200 characters each) for the operation, or none of them. The locks are held
   * for as long as the operation is unsettled, and need no release. Resolves to null if no other operation holds one of
   * the keys: this one holds all of them then, unless it is settled itself. Otherwise resolves to the id of an operation
   * that holds one. A crash of the machine or the database may lose the locks until `allowSending` has resolved.
   * Example: `lock(id, ['card 21852000000066'])` gives null; the same for a second operation gives the first one's id.
   */
  lock(id: string, keys: readonly string[]): Promise<string | null>;
  /** Whether an unsettled operation holds the key. */
  isLocked(key: string): Promise<boolean>;
  /**
   * The operation is due again in `afterMs` milliseconds; null: never again. One that is settled, and was not to be
   * reconciled again, stays so.
   */
  reconcileAgain(id: string, afterMs: number | null): Promise<void>;
  /**
   * Operations that are due to be reconciled, at most `maxItems` (1 to 100), of these kinds or of all. Unsettled ones come
   * first, the longest waiting first. Settled ones that are to be reconciled again fill what room is left. `takeDue` gives
   * none of them to anybody else for `leaseMs`.
   * Example: a process that is killed after `takeDue(100, 60_000)` loses its operations to others a minute later.
   */
  takeDue(maxItems: number, leaseMs: number, kinds?: readonly string[]): Promise<readonly DueOperation[]>;
  /** The time of the journal's clock. */
  now(): Promise<Date>;
  /**
   * Raises the drop time that all processes over this database use to `ms`, if it is less: it is the largest that any of
   * them has given (100 to 999999 ms; 30000 before the first). When it grows, `certainAt` of every unsettled operation
   * moves later by the difference. Resolves to the drop time now in force.
   */
  agreeOnDropTime(ms: number): Promise<number>;
  /**
   * Removes operations that were settled 30 days ago, with their locks. Their id, kind, state and times are kept until 100
   * days after that moment, because circulation keeps its events for 90. Also removes attempts that no longer count.
   * Resolves to the number of operations removed.
   */
  removeExpired(): Promise<number>;
}

/** Attempts to guess something, such as a PIN, counted where all processes see them. Rejects as a `Journal` does. */
export interface Attempts {
  /**
   * Counts an attempt under the key (1 to 400 characters) for `withinMs` milliseconds (at most a day), unless
   * `maxAttempts` (1 to 10000) count already. `until` is then the time at which there is room for another. Of several
   * concurrent attempts no more are counted than there is room for. `about`, of the same form as a key, is what
   * `forgiveAbout` finds the attempt by. Durable.
   */
  attempt(
    key: string,
    maxAttempts: number,
    withinMs: number,
    about?: string | null,
  ): Promise<{ readonly id: string } | { readonly until: Date }>;
  /** These attempts were right, or came to nothing: they no longer count. A crash right after this may undo it. */
  forgive(ids: readonly string[]): Promise<void>;
  /** The same for all attempts that were counted under the key. */
  forgiveKey(key: string): Promise<void>;
  /** The same for all attempts that were counted with this `about`, under any key. */
  forgiveAbout(about: string): Promise<void>;
}

/** One reading of data that is audited (R27). */
export interface AuditedReading {
  readonly at: Date;
  /** The reader's `sub`, 1 to 400 characters. */
  readonly reader: string;
  /** The client application that asked, 1 to 400 characters. */
  readonly clientId: string | null;
  /**
   * `PATRON_BY_ITEM`: the patron was found by an item that they have, or wait for. It is not said which. `OPERATIONS`: what was done
   * for the patron, as the journal has it.
   */
  readonly what: 'IDENTITY_NUMBER' | 'PATRON_BY_IDENTITY' | 'PATRON_BY_ITEM' | 'OPERATIONS';
  /** Null if no patron was found, for an applicant who is not a patron yet, and for operations that are no patron's. */
  readonly patronId: string | null;
  /** The application that the number was read from, 1 to 64 characters. Absent if it was read from the registry. */
  readonly applicationId?: string;
}

/**
 * Who read what, kept for as long as the database is. No record is ever changed or removed; the database refuses to.
 * Rejects as a `Journal` does.
 */
export interface ReadingAudit {
  /**
   * Resolves when all of the readings (1 to 10000) are written durably. Only then may the data be given to the reader. If
   * it rejects with `JournalUnavailable`, either all of them were written or none.
   */
  record(readings: readonly Omit<AuditedReading, 'at'>[]): Promise<void>;
  /** The patron's first `maxReadings` readings (1 to 10000), in the order in which they were recorded. */
  readingsOfPatron(patronId: string, maxReadings: number): Promise<readonly AuditedReading[]>;
  /** The same for one application. */
  readingsOfApplication(applicationId: string, maxReadings: number): Promise<readonly AuditedReading[]>;
  /** The patron's latest `maxReadings` (1 to 10000) of those numbered below `before`, or of all; the latest first. */
  latestReadings(
    patronId: string,
    before: number | null,
    maxReadings: number,
  ): Promise<readonly Numbered<AuditedReading>[]>;
}

/** An entry of an audit with its number, which grows from entry to entry. */
export type Numbered<Entry> = Entry & { readonly number: number };

/** Who changed something: the patron whose it is, staff, or a self-service station. */
export type ChangerRole = 'PATRON' | 'STAFF' | 'STATION';

/** One field of a patron's record, or of one of their cards, that was changed: its name, never its value. */
export interface AuditedChange {
  /** When it was recorded: after it was made, and before it was answered. */
  readonly at: Date;
  readonly operationId: string;
  /** The `sub` of who changed it, 1 to 400 characters. */
  readonly subject: string;
  /** The client application, 1 to 400 characters. */
  readonly clientId: string | null;
  readonly role: ChangerRole;
  readonly patronId: string;
  /** 1 to 64 characters. */
  readonly field: string;
}

/** Who changed what, kept as readings are. */
export interface ChangeAudit {
  /**
   * Resolves when all of the changes (1 to 10000) are written durably. A field of an operation that is recorded already stays
   * as it is, so that an operation that is resumed may record its changes again. Rejects as `record` does.
   */
  recordChanges(changes: readonly Omit<AuditedChange, 'at'>[]): Promise<void>;
  /** The patron's first `maxChanges` changes (1 to 10000), in the order in which they were recorded. */
  changesOfPatron(patronId: string, maxChanges: number): Promise<readonly AuditedChange[]>;
  /** As `latestReadings`. */
  latestChanges(
    patronId: string,
    before: number | null,
    maxChanges: number,
  ): Promise<readonly Numbered<AuditedChange>[]>;
}

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
  /** 1 to 64 characters. It is kept as a keyed digest, for as long as the loan is out. */
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

/** What readers are told of. Each is the event type of a webhook, and never changes. */
export type NoticeKind =
  | 'loan.due-in-3-days'
  | 'loan.due-in-1-day'
  | 'loan.overdue'
  | 'hold.ready'
  | 'hold.lapsing'
  | 'card.issued'
  | 'application.decided'
  | 'loss.reported';

/** Something to tell a reader. */
export interface NewNotice {
  readonly kind: NoticeKind;
  readonly patronId: string;
  /**
   * What tells it from other notices of its kind, 1 to 200 characters, such as `P0000001 2026-11-29`: it is made once. Kept for
   * 100 days, as a keyed hash alone.
   */
  readonly occasion: string;
  /** The endpoints to send it to, 1 to 20 names of 1 to 64 characters. */
  readonly endpoints: readonly string[];
}

/** A notice on its way to one endpoint. */
export interface NoticeDelivery {
  /** The notice's id, 22 characters: the same for every endpoint. */
  readonly id: string;
  readonly endpoint: string;
  readonly kind: NoticeKind;
  readonly patronId: string;
  readonly madeAt: Date;
  /** It is tried from then on: when it was made, or when staff asked for it again. */
  readonly startedAt: Date;
  /** How often it was tried since. */
  readonly attempts: number;
}

/**
 * Why an attempt failed. `STATUS`: an HTTP status other than 2xx. `GONE`: 410, the endpoint wants no more. `REDIRECTED`: 3xx, which
 * is not followed. `TIMED_OUT`: no answer in time. `UNREACHABLE`: no connection, or none that can be trusted.
 */
export type DeliveryFailure = 'STATUS' | 'GONE' | 'REDIRECTED' | 'TIMED_OUT' | 'UNREACHABLE';

/** A notice that an endpoint could not be given. It is not tried again unless staff ask for it. */
export interface UndeliveredNotice extends NoticeDelivery {
  /** Why the last attempt failed. */
  readonly failure: DeliveryFailure;
  /** The HTTP status of its answer; null where there was none. */
  readonly status: number | null;
  readonly givenUpAt: Date;
}

/** Where a list of undelivered notices goes on: after the one given up then, of that id and endpoint. */
export type UndeliveredPosition = Pick<UndeliveredNotice, 'givenUpAt' | 'id' | 'endpoint'>;

/** What the process that makes and sends notices finds. */
export interface NoticeLease {
  /** When notices were made for the first time: nothing from before is told. */
  readonly since: Date;
  /** The last of circulation's events that was looked at; null before the first. */
  readonly eventSequence: string | null;
  /** The last day, `YYYY-MM-DD`, whose loans and holds were all looked at; null before the first. */
  readonly passedDay: string | null;
}

/**
 * Notices to readers, and their way to the library's endpoints. One process at a time makes and sends them: it has a lease.
 * Whose a notice is is encrypted. Rejects as a `Journal` does.
 */
export interface Notices {
  /** Takes the lease for `leaseMs`, or prolongs it. Null while another holder (1 to 64 characters) has it. */
  leaseNotices(holder: string, leaseMs: number): Promise<NoticeLease | null>;
  /** Ends the lease, so that another process need not wait. Does nothing without it. */
  leaveNotices(holder: string): Promise<void>;
  /** Remembers how far circulation's events were looked at. Does nothing without the lease. */
  saveNoticeEvents(holder: string, sequence: string): Promise<void>;
  /** Remembers that all loans and holds of a day (`YYYY-MM-DD`) were looked at. Does nothing without the lease. */
  saveNoticeDay(holder: string, day: string): Promise<void>;
  /** Those of the occasions (0 to 500) of which no notice of that kind was made. */
  unmadeNotices(kind: NoticeKind, occasions: readonly string[]): Promise<readonly string[]>;
  /** Makes the notices (1 to 500) that were not made before, due at once. Resolves to how many were new. Durable. */
  makeNotices(notices: readonly NewNotice[]): Promise<number>;
  /** At most `maxItems` (1 to 100) deliveries to the endpoint that are due, the longest due first. */
  dueDeliveries(endpoint: string, maxItems: number): Promise<readonly NoticeDelivery[]>;
  /** The endpoint has it: nothing of the delivery is kept. */
  delivered(id: string, endpoint: string): Promise<void>;
  /** An attempt failed; the next is due after `retryAfterMs`. Null: the delivery is given up. Does nothing if it is gone. */
  deliveryFailed(
    id: string,
    endpoint: string,
    failed: Pick<UndeliveredNotice, 'failure' | 'status'> & { readonly retryAfterMs: number | null },
  ): Promise<void>;
  /** How many are on their way, and how many were given up. */
  countDeliveries(): Promise<{ readonly pending: number; readonly undelivered: number }>;
  /** Those that were given up, the latest first. `maxItems`: 1 to 101. They are kept for 30 days after they were made. */
  undeliveredNotices(
    after: UndeliveredPosition | null,
    maxItems: number,
  ): Promise<readonly UndeliveredNotice[]>;
  /** Null if there is no such undelivered notice. */
  findUndelivered(id: string, endpoint: string): Promise<UndeliveredNotice | null>;
  /** Due at once, as if it had never been tried. Resolves to false if it is not among the undelivered any more. Durable. */
  resendNotice(id: string, endpoint: string): Promise<boolean>;
}

/** A key to pseudonyms that a process offers. */
export interface PseudonymKeyOffer {
  readonly key: Uint8Array;
  /** It stands in the environment, and need not be kept. Otherwise it is derived, and is kept encrypted. */
  readonly isConfigured: boolean;
}

/**
 * `key`: the one to use. `another`: a process that had another key configured, or none, was the first. `not kept`: none is
 * configured here, and the one that was first stands only in the environment of that process.
 */
export type PseudonymKeyVerdict =
  | { readonly kind: 'key'; readonly key: Uint8Array }
  | { readonly kind: 'another' }
  | { readonly kind: 'not kept' };

/** The keys that all processes over one database share. They stay while `JOURNAL_SECRET` is changed. */
export interface SharedKeys {
  /**
   * For HMACs of inputs, receipts, and what attempts are counted by. Reading it throws JournalUnavailable in a journal that was
   * opened without a secret.
   */
  readonly fingerprintKey: Uint8Array;
  /** The first key that any process offers is the key for ever. Rejects with JournalUnavailable. */
  agreeOnPseudonymKey(offer: PseudonymKeyOffer): Promise<PseudonymKeyVerdict>;
}

/** Operations that are not settled, of all processes. */
export interface OpenOperations {
  /** Of each minimum age that was asked for, in the same order: how many are at least so old. 10,000 at most. */
  readonly counts: readonly number[];
  /** The age of the oldest, in ms; 0 where there is none. */
  readonly oldestMs: number;
}

/** The connections of this process to the database. */
export interface DatabaseConnections {
  readonly used: number;
  readonly idle: number;
  /** Calls that wait for one, because all are used. */
  readonly waiting: number;
  readonly max: number;
}

/** Everything that one database keeps for all processes. */
export interface JournalDatabase extends Journal, Attempts, ReadingAudit, ChangeAudit, Books, Notices {
  /**
   * Resolves if the database can be written, has this program's tables, and keeps what is committed. Rejects with
   * `JournalUnavailable` otherwise.
   */
  ping(): Promise<void>;
  /** How many operations are open, by minimum ages in ms (0 to 10). Cheap, however many operations there are. */
  countOpen(minAgesMs: readonly number[]): Promise<OpenOperations>;
  /** Null for a database without connections. */
  connections(): DatabaseConnections | null;
  readonly keys: SharedKeys;
}
