import type { Epoch, PatronPlace, PlaceKind, PlaceRequest, Places, PlacesNow } from './places.ts';

/**
 * What callers asked for, and what became of it. The life of an operation:
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
 */

/** `UNSETTLED`: the operation is still being carried out, or its outcome is not known yet. */
export type OperationState = 'DONE' | 'REFUSED' | 'UNSETTLED';

/** A value that JSON can represent. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Something that a caller asked for, once. */
export interface Operation {
  /** Random. The legacy systems get it as their reference, because callers' references may collide. */
  readonly id: string;
  /** Eight characters of Crockford's base 32, derived from the id, for reading out. Two operations rarely have the same code. */
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
  /** Nothing is sent for it after this time, by the journal's clock. Null if it was never allowed to be sent. */
  readonly sendBy: Date | null;
  /**
   * No request that was sent for it can be applied after this time: what its system shows then is final. Null if `sendBy` is null,
   * or if no `arriveWithinMs` was given.
   * Example: 2 s to send, 10 s to arrive and a drop time of 30 s make it 42 s after the reservation.
   */
  readonly certainAt: Date | null;
  /**
   * Milliseconds from the earliest time at which it could be sent until `certainAt`. A process that relies on `certainAt` also waits
   * this long by its own clock, because the database's clock may be put forward.
   */
  readonly certainAfterMs: number | null;
  /**
   * The patron of the operation; null if not known yet. The first value stays, whether from `begin`, `reserve`, `allowSending` or
   * `settle`.
   */
  readonly patronId: string | null;
  /** The place that was reserved for it. Null if none was. */
  readonly place: PatronPlace | null;
  /** What a process needs to resume it. */
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
  /** As in `PlaceRequest`, for what is sent without a place. If null, `certainAt` stays null. */
  readonly arriveWithinMs: number | null;
  /** Milliseconds until `takeDue` may hand it to a reconciler. */
  readonly reconcileAfterMs: number;
  /** 1 to 64 characters. Null if the patron is not known yet. */
  readonly patronId: string | null;
  /** It is a change within another operation: it is not found by code, reference or patron. */
  readonly isPart: boolean;
}

/** The last operation of a page. The next page begins after it. */
export type OperationPosition = Pick<Operation, 'requestedAt' | 'id'>;

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
   * Milliseconds until the operation is reconciled once more, because its request may be delivered twice or late. Until then a
   * refusal is open to correction. If null, the outcome is final.
   */
  readonly reconcileAfterMs: number | null;
  /**
   * The operation from which the outcome was concluded. If it has another `sendBy` by now, a process that seemed dead is sending it:
   * the outcome is not taken, and the operation stays unsettled. If null, it is not compared.
   */
  readonly concludedFrom: Pick<Operation, 'sendBy'> | null;
  /** If false, the operation's details become null. */
  readonly keepsDetails: boolean;
  /** The patron, 1 to 64 characters, if it was not known before. Not taken if the outcome is not. */
  readonly patronId: string | null;
}

/** A final outcome that says nothing else. */
export const outcomeOf = (state: Outcome['state'], result: Json): Outcome => ({
  state,
  result,
  reconcileAfterMs: null,
  concludedFrom: null,
  keepsDetails: true,
  patronId: null,
});

export interface Settlement {
  /** The operation as it stands now. If another outcome came first, that one stands. */
  readonly operation: Operation;
  /** The operation stood as refused, and now stands as done: a reason for an alarm. */
  readonly overturnsRefusal: boolean;
}

/** An operation to reconcile, and the journal's time at which `takeDue` gave it out. */
export interface DueOperation {
  readonly operation: Operation;
  readonly now: Date;
}

/**
 * Operations and their outcomes, and the places that they hold.
 *
 * - **Encryption.** Takes and gives values in clear, and stores them encrypted: without the secret, the database does not tell who
 *   borrowed what.
 * - **Durability.** When a method has resolved, its effect survives a crash of the process, the machine and the database. Exceptions
 *   are `begin` with `sendWithinMs` null, and `lock`: a crash of the machine or the database may undo them until `reserve` or
 *   `allowSending` has resolved for the operation.
 * - **Errors.** Every method rejects with `StoreUnavailable`, or with `RangeError` for an argument out of bounds.
 * - **Clock.** All processes that share the journal have one clock.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Writes the operation as unsettled. If the caller has used the reference before, resolves to that earlier operation, unchanged,
   * and `isNew` is false. An operation that can't be sent yet (`sendWithinMs` null) may be lost in a crash of the machine or the
   * database; nothing has been sent for it then.
   * Example: `begin({ caller, reference: '0012', … })` twice gives one id, and `isNew` true, then false.
   */
  begin(operation: NewOperation): Promise<{ readonly operation: Operation; readonly isNew: boolean }>;
  /** Null if the caller has not used the reference, or the operation has been removed. */
  find(caller: string, reference: string): Promise<Operation | null>;
  /** Null if there is no such operation, or it has been removed. */
  findById(id: string): Promise<Operation | null>;
  /**
   * The operations that have this code, the latest first, at most `maxItems` (1 to 100). The code may be as people type it: in
   * lower case, with spaces and hyphens, O for 0, I or L for 1. Null for text that is no code. Like the next two methods, it finds
   * operations of any caller, but no parts of operations, and none that has been removed.
   */
  findByCode(code: string, maxItems: number): Promise<readonly Operation[] | null>;
  /** The same for a reference, of any caller. */
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
   * The patron's places as of a moment before this resolves. Whatever is read from a legacy system afterwards is newer.
   * Example: read the epoch here, then the cards, then the loans, and pass the epoch to `reserve` as `since`.
   */
  placesNow(patronId: string, kind: PlaceKind): Promise<PlacesNow>;
  /**
   * Gives an unsettled operation a place and permission to send, unless `decide` returns a reason not to. From the moment that
   * `decide` sees until the reservation, no place of another operation of the same patron is reserved or settled. `decide` does not
   * see the operation's own place from an earlier call. It must be quick, and is called at most once. `reserve` rejects with what it
   * throws.
   * Example: `reserve(id, place, ({ unsettled }) => (loans + unsettled.length < 10 ? null : 'QUOTA_REACHED'))`.
   */
  reserve<Refusal>(
    id: string,
    place: PlaceRequest,
    decide: (places: Places) => Refusal | null,
  ): Promise<Reservation<Refusal>>;
  /** The places that `decide` would see. */
  placesSince(patronId: string, kind: PlaceKind, since: Epoch): Promise<Places>;
  /**
   * Same order and length as `patronIds` (any number). `doneSince` has what was settled as done in the last `withinMs` milliseconds.
   * For callers that read the legacy systems in that time without reading an epoch first.
   */
  recentPlaces(patronIds: readonly string[], kind: PlaceKind, withinMs: number): Promise<readonly Places[]>;
  /**
   * Settles the operation. The first outcome stands, unless it is a refusal that is open to correction. A second refusal of such an
   * operation keeps its `settledAt`.
   * Example: `settle(id, outcomeOf('DONE', loan))`, then REFUSED: the operation stays done.
   */
  settle(id: string, outcome: Outcome): Promise<Settlement>;
  /** Replaces the details of an unsettled operation. Leaves those of a settled one. */
  saveDetails(id: string, details: Json): Promise<void>;
  /**
   * Permits sending, once in the operation's life: replaces its details, and allows sending for `sendWithinMs`. `takeDue` does not
   * give it out in that time. Resolves to false, with nothing changed, if the operation could be sent before or is settled.
   * `arriveWithinMs` and `patronId`: as in `NewOperation`.
   * Example: of two processes that have prepared one operation, one gets true and makes the changes.
   */
  allowSending(
    id: string,
    details: Json,
    sendWithinMs: number,
    more?: Pick<NewOperation, 'arriveWithinMs' | 'patronId'>,
  ): Promise<boolean>;
  /**
   * Locks all of the keys (1 to 10, of up to 200 characters each) for the operation, or none of them. It holds the locks while it
   * is unsettled; they need no release. Resolves to null if no other operation holds one of the keys. Otherwise resolves to the id
   * of an operation that does. A crash of the machine or the database may lose the locks until `allowSending` has resolved.
   * Example: `lock(id, ['card 21852000000066'])` gives null; the same for a second operation gives the first one's id.
   */
  lock(id: string, keys: readonly string[]): Promise<string | null>;
  /** Whether an unsettled operation other than `exceptId` holds the key. */
  isLocked(key: string, exceptId?: string): Promise<boolean>;
  /**
   * Makes the operation due again in `afterMs` milliseconds; null: never again. Does nothing for a settled operation that was not to
   * be reconciled again.
   */
  reconcileAgain(id: string, afterMs: number | null): Promise<void>;
  /**
   * Operations that are due to be reconciled, at most `maxItems` (1 to 100), of these kinds or of all. Unsettled ones come first,
   * the longest waiting first; then settled ones that are to be reconciled again. Nobody else gets them for `leaseMs`. Leaves out
   * those in `except` (ids, 100 at most).
   * Example: a process that is killed after `takeDue(100, 60_000)` loses its operations to others a minute later.
   */
  takeDue(
    maxItems: number,
    leaseMs: number,
    kinds?: readonly string[],
    except?: readonly string[],
  ): Promise<readonly DueOperation[]>;
  /** The time of the journal's clock. */
  now(): Promise<Date>;
  /**
   * Agrees with all processes over this database on one drop time: the largest that any of them has given (100 to 999999 ms; 30000
   * before the first). When it grows, `certainAt` of every unsettled operation moves later by the difference. Resolves to the drop
   * time now in force.
   */
  agreeOnDropTime(ms: number): Promise<number>;
  /**
   * Removes operations that were settled 30 days ago, with their locks. Their id, kind, state and times are kept until 100 days
   * after they were settled, because circulation keeps its events for 90. Also removes attempts, effects, findings, applications
   * and notices whose time is up. Resolves to the number of operations removed.
   */
  removeExpired(): Promise<number>;
}
