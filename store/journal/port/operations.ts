import type { Epoch, PatronPlace, PlaceKind, PlaceRequest, Places, PlacesNow } from './places.ts';

/**
 * The operations of callers, and their outcomes. The life of an operation:
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
 * An unsettled operation may hold locks and a place (a reserved loan or hold). Its request may be sent to a legacy
 * system until `sendBy`. Permission for that comes from `begin` (`sendWithinMs`), `reserve` or `allowSending`. If the
 * operation is refused after it was sent, it holds its place until the refusal is certain (`holdsPlace`). Each
 * unsettled operation has a time at which `takeDue` gives it to a reconciler. `removeExpired` removes an operation 30
 * days after it was settled.
 */

/** `UNSETTLED`: the operation is still being carried out, or its outcome is not known yet. */
export type OperationState = 'DONE' | 'REFUSED' | 'UNSETTLED';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** An operation that a caller has requested. */
export interface Operation {
  /** A random id. The legacy systems get it as their reference, because callers' references may collide. */
  readonly id: string;
  /**
   * Eight characters of Crockford's base 32, derived from the id, for people to read out. Two operations rarely have
   * the same code.
   */
  readonly code: string;
  readonly caller: string;
  /** The caller's idempotency key. */
  readonly reference: string;
  readonly kind: string;
  /** HMAC-SHA-256 of the canonical input. */
  readonly fingerprint: string;
  readonly state: OperationState;
  readonly requestedAt: Date;
  readonly settledAt: Date | null;
  /**
   * The time, by the journal's clock, after which nothing is sent for the operation. Null if it was never allowed to be
   * sent.
   */
  readonly sendBy: Date | null;
  /**
   * The time after which no request for the operation can be applied any more. After this time, the legacy system's
   * records about the operation are final. Null if `sendBy` is null, or if no `arriveWithinMs` was given.
   * Example: circulation's drop time for waiting requests is 30 s. With 2 s to send and 10 s to arrive, `certainAt` is
   * 42 s after the reservation.
   */
  readonly certainAt: Date | null;
  /**
   * The time in ms from the permission to send until no request can be applied any more. Before a process treats the
   * outcome as certain, it waits this long by its own clock. It doesn't wait until `certainAt`, because the database's
   * clock may be set.
   */
  readonly certainAfterMs: number | null;
  /**
   * The patron of the operation. Null if not known yet. The first value that `begin`, `reserve`, `allowSending` or
   * `settle` sets is kept.
   */
  readonly patronId: string | null;
  /** The loan or hold that the operation has reserved. Null if there is none. */
  readonly place: PatronPlace | null;
  /** Whether the operation is refused, but its place still counts, because its request may be delivered again. */
  readonly holdsPlace: boolean;
  /** The data that a process needs to resume the operation. */
  readonly details: Json;
  /** Null until the operation is settled. */
  readonly result: Json;
}

export interface NewOperation {
  readonly caller: string;
  readonly reference: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** At most 64 KiB of JSON. */
  readonly details: Json;
  /**
   * The operation may be sent for this many milliseconds from now. If null, it may not be sent before `reserve` or
   * `allowSending`.
   */
  readonly sendWithinMs: number | null;
  /**
   * Like `arriveWithinMs` of `PlaceRequest`, for an operation that is sent without a place. If null, `certainAt` stays
   * null.
   */
  readonly arriveWithinMs: number | null;
  /** Milliseconds until `takeDue` may give the operation to a reconciler. */
  readonly reconcileAfterMs: number;
  /** The patron, 1 to 64 characters. Null if not known yet. */
  readonly patronId: string | null;
  /**
   * Whether the operation belongs to another operation, or to an adopted system, such as the payment system. It is then
   * not found by code, reference or patron.
   */
  readonly isUnlisted: boolean;
}

/** The last operation of a page. The next page begins after it. */
export type OperationPosition = Pick<Operation, 'requestedAt' | 'id'>;

/** The order of a list, by the time at which each operation was requested. */
export type OperationOrder = 'NEWEST_FIRST' | 'OLDEST_FIRST';

/** The conditions and the order of a list of operations. If `state` is null, operations of any state are listed. */
export interface OperationListing {
  readonly state: OperationState | null;
  readonly order: OperationOrder;
}

/**
 * The result of `reserve`.
 * - `reserved`: the operation has got its `sendBy` and its `place`.
 * - `refused`: `decide` returned a refusal. The operation is unchanged.
 * - `settled`: the operation was settled already.
 * - `merged`: a record that is not in `mergedFrom` was merged with the patron's record. The operation is unchanged.
 */
export type Reservation<Refusal> =
  | { readonly kind: 'reserved'; readonly operation: Operation }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'settled'; readonly operation: Operation }
  | { readonly kind: 'merged' };

export interface Outcome {
  readonly state: 'DONE' | 'REFUSED';
  /** At most 64 KiB of JSON. */
  readonly result: Json;
  /**
   * Milliseconds until the operation is reconciled once more, because its request may be delivered twice or late. Until
   * then a refusal is open to correction. If null, the outcome is final.
   */
  readonly reconcileAfterMs: number | null;
  /**
   * The `sendBy` that the operation had when the outcome was concluded. If the operation has another `sendBy` now, a
   * process that seemed dead is sending it. The outcome is then not accepted, and the operation stays unsettled. If
   * `concludedFrom` is null, `sendBy` is not compared.
   */
  readonly concludedFrom: Pick<Operation, 'sendBy'> | null;
  /** Whether the operation keeps its details. If false, the details are replaced by null. */
  readonly keepsDetails: boolean;
  /** The patron, 1 to 64 characters, if it was not known before. Ignored if the outcome is not accepted. */
  readonly patronId: string | null;
  /**
   * Whether the place of a refused operation still counts until `releasePlace`, because the request was sent and may be
   * delivered again. Ignored if the operation has no place, and for `DONE`.
   */
  readonly holdsPlace: boolean;
}

/** Makes a final outcome of a state and a result: the operation is not reconciled again. */
export const outcomeOf = (state: Outcome['state'], result: Json): Outcome => ({
  state,
  result,
  reconcileAfterMs: null,
  concludedFrom: null,
  keepsDetails: true,
  patronId: null,
  holdsPlace: false,
});

export interface Settlement {
  /** The operation as it is now. If another outcome came first, the operation keeps that outcome. */
  readonly operation: Operation;
  /** Whether the operation was refused before and is now done. This case is a reason for an alarm. */
  readonly overturnsRefusal: boolean;
}

/** An operation to reconcile, and the journal's time at which `takeDue` gave it out. */
export interface DueOperation {
  readonly operation: Operation;
  readonly now: Date;
}

export interface TakenOperation extends DueOperation {
  /**
   * Orders operations by their permission to be sent: a later permission of any operation has a larger number. Null if
   * the operation has no permission, or was settled by an older release.
   */
  readonly sendNumber: bigint | null;
}

/**
 * Operations and their outcomes, and the places that they hold.
 *
 * - **Encryption.** The methods take and return unencrypted values, and the journal stores them encrypted. Without the
 *   secret, the database does not reveal who borrowed what.
 * - **Durability.** When a method has resolved, its effect survives a crash of the process, the machine and the
 *   database. There are three exceptions. A crash of the machine or the database may undo `begin` with `sendWithinMs`
 *   null, and `lock`, until `reserve` or `allowSending` has resolved. A crash may also undo `takeDue`.
 * - **Errors.** The methods reject with `StoreUnavailable`, or with `RangeError` for an argument out of bounds.
 * - **Clock.** All processes that share the journal have one clock.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Writes the operation as unsettled. If the caller has used the reference before, resolves to the earlier operation,
   * unchanged, and `isNew` is false. If the operation can't be sent yet (`sendWithinMs` null), a crash of the machine
   * or the database may lose it. Nothing has been sent for it then.
   * Example: `begin({ caller, reference: '0012', … })` twice gives one id, and `isNew` true, then false.
   */
  begin(operation: NewOperation): Promise<{ readonly operation: Operation; readonly isNew: boolean }>;
  /** The operation with this reference of the caller. Null if there is none, or if it has been removed. */
  find(caller: string, reference: string): Promise<Operation | null>;
  /** The operation with this id. Null if there is none, or if it has been removed. */
  findById(id: string): Promise<Operation | null>;
  /**
   * The operations that have this code, the latest first, at most `maxItems` (1 to 101). The code may be as people type
   * it: in lower case or full width, with spaces and hyphens, O for 0, and I or L for 1. Null for a text that is not a
   * code. Like the other lists of operations, this list contains no child operations and no removed operations.
   */
  findByCode(code: string, maxItems: number): Promise<readonly Operation[] | null>;
  /** The operations of any caller that have this reference, the latest first, at most `maxItems` (1 to 101). */
  findByReference(reference: string, maxItems: number): Promise<readonly Operation[]>;
  /**
   * The patron's operations after the given position, at most `maxItems` (1 to 101). Null begins with the first. By
   * default, operations of any state are listed, the newest first. An operation is found as soon as it has its
   * `patronId`.
   */
  operationsOfPatron(
    patronId: string,
    after: OperationPosition | null,
    maxItems: number,
    listing?: OperationListing,
  ): Promise<readonly Operation[]>;
  /** The number of operations on all pages of `operationsOfPatron`. */
  countOperationsOfPatron(patronId: string, state: OperationState | null): Promise<number>;
  /** The patron's operations that this caller requested, the latest first, at most `maxItems` (1 to 101). */
  operationsOfCaller(caller: string, patronId: string, maxItems: number): Promise<readonly Operation[]>;
  /** The unsettled operations of all callers. The pages work as in `operationsOfPatron`. */
  unsettledOperations(
    after: OperationPosition | null,
    maxItems: number,
    order: OperationOrder,
  ): Promise<readonly Operation[]>;
  countUnsettledOperations(): Promise<number>;
  /**
   * The places of the patron at a moment during this call. A caller that reads a legacy system after this call sees a
   * newer state than this one.
   * Example: read the epoch here, then the cards, then the loans, and pass the epoch to `reserve` as `since`.
   */
  placesNow(patronId: string, kind: PlaceKind): Promise<PlacesNow>;
  /**
   * Gives an unsettled operation a place and permission to send, unless `decide` returns a reason not to. Until the
   * reservation is made, no other operation of the same patron can reserve or settle a place. So `decide` sees the
   * current places. It does not see the operation's own place from an earlier call. `decide` must be quick, and is
   * called at most once. If it throws, `reserve` rejects with the same error.
   * Example: `reserve(id, place, ({ unsettled }) => (loans + unsettled.length < 10 ? null : 'QUOTA_REACHED'))`.
   */
  reserve<Refusal>(
    id: string,
    place: PlaceRequest,
    decide: (places: Places) => Refusal | null,
  ): Promise<Reservation<Refusal>>;
  /** Frees the place that a refused operation still holds (`holdsPlace`). Does nothing if it holds none. */
  releasePlace(id: string): Promise<void>;
  /** The places that `reserve` would pass to `decide` now. */
  placesSince(patronId: string, kind: PlaceKind, since: Epoch): Promise<Places>;
  /**
   * The places of several patrons, for a caller that read the legacy systems in the last `withinMs` without reading an
   * epoch first. `doneSince` contains the places that were settled as done in this time. Same order and length as
   * `patronIds` (any number).
   */
  recentPlaces(patronIds: readonly string[], kind: PlaceKind, withinMs: number): Promise<readonly Places[]>;
  /**
   * Settles the operation. The first outcome is kept, unless it is a refusal that is open to correction. An operation
   * that is refused again keeps its first `settledAt`.
   * Example: `settle(id, { state: 'DONE', result: loan })`, then REFUSED: the operation stays done.
   */
  settle(id: string, outcome: Outcome): Promise<Settlement>;
  /** Replaces the details of an unsettled operation. A settled operation keeps its details. */
  saveDetails(id: string, details: Json): Promise<void>;
  /**
   * Replaces the details of an operation, and lets the caller send it during the next `sendWithinMs`. `takeDue` does not
   * give the operation out in that time. An operation gets this permission only once. Resolves to false, with nothing
   * changed, if it had the permission before or is settled. `arriveWithinMs` and `patronId` are as in `NewOperation`. Example: of two processes that
   * have prepared one operation, one gets true and makes the changes.
   */
  allowSending(
    id: string,
    details: Json,
    sendWithinMs: number,
    more?: Pick<NewOperation, 'arriveWithinMs' | 'patronId'>,
  ): Promise<boolean>;
  /**
   * Locks all of the keys (1 to 10, of up to 200 characters each) for the operation, or none of them. The operation
   * holds the locks while it is unsettled, so they need no release. Resolves to null once this operation holds all of
   * the locks. If another operation holds one, nothing is locked, and the call resolves to that operation's id. A crash
   * of the machine or the database may lose the locks until `allowSending` has resolved.
   * Example: `lock('a', ['card 21852000000066'])` gives null. Then `lock('b', ['card 21852000000066'])` gives `'a'`.
   */
  lock(id: string, keys: readonly string[]): Promise<string | null>;
  /** Whether an unsettled operation other than `exceptId` holds the key. */
  isLocked(key: string, exceptId?: string): Promise<boolean>;
  /**
   * Makes the operation due again in `afterMs` milliseconds. If `afterMs` is null, the operation is never due again. Does
   * nothing for a settled operation whose outcome is final.
   */
  reconcileAgain(id: string, afterMs: number | null): Promise<void>;
  /**
   * Operations that are due to be reconciled, at most `maxItems` (1 to 100), of the given kinds or of all kinds.
   * Unsettled operations come first, the longest waiting first. Settled operations that are to be reconciled again come
   * after them. An operation that is due later than the longest possible delay is given out, too: the clock was put
   * back. No other call gets the same operations for `leaseMs`. The ids in `except` (100 at most) are left out.
   * Example: a process that is killed after `takeDue(100, 60_000)` loses its operations to others a minute later.
   */
  takeDue(
    maxItems: number,
    leaseMs: number,
    kinds?: readonly string[],
    except?: readonly string[],
  ): Promise<readonly TakenOperation[]>;
  /** The time of the journal's clock. */
  now(): Promise<Date>;
  /**
   * The last number that any operation has got with its permission to be sent. `source` identifies the database server
   * and its start. While `source` stays the same, later permissions have larger numbers.
   */
  lastSendNumber(): Promise<{ readonly number: bigint; readonly source: string }>;
  /**
   * Agrees on one drop time with all processes over this database, and resolves to that time. It is the largest that
   * any process has given: 100 to 999999 ms, or 30000 ms if none has. When it grows, `certainAt` of every operation
   * that is unsettled or holds a place moves later by the difference.
   */
  agreeOnDropTime(ms: number): Promise<number>;
  /**
   * Removes operations that were settled 30 days ago, with their locks. Their id, kind, state and times are kept until
   * 100 days after they were settled, because circulation keeps its events for 90 days. Also removes everything else
   * that has expired, such as attempts and effects. Resolves to the number of operations removed.
   */
  removeExpired(): Promise<number>;
}
