/** What has become of an operation. `UNSETTLED`: it is being done, or found out. */
export type OperationState = 'DONE' | 'REFUSED' | 'UNSETTLED';

/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** What there is a limited number of for each patron. */
export type PlaceKind = 'LOAN' | 'HOLD';

/** Something that a caller asked for, once. */
export interface Operation {
  /** Ours, random, and the reference that the systems behind are given: callers' own may collide. */
  readonly id: string;
  readonly caller: string;
  /** The caller's own. */
  readonly reference: string;
  readonly kind: string;
  /** Keyed, of the input. */
  readonly fingerprint: string;
  readonly state: OperationState;
  readonly requestedAt: Date;
  readonly settledAt: Date | null;
  /** After this nothing of it is sent any more; null where nothing ever was. By the journal's clock. */
  readonly sendBy: Date | null;
  /** After this nothing of it can be applied any more: what its system shows then is what was done. Null as `sendBy`. */
  readonly certainAt: Date | null;
  /** Milliseconds from when it might first be sent to `certainAt`: as much has to pass by any other clock, too. */
  readonly certainAfterMs: number | null;
  /** The place that it was given; null where it has asked for none. */
  readonly place: PatronPlace | null;
  /** What it takes to go on with it. */
  readonly details: Json;
  /** What came of it; null until it is settled. */
  readonly result: Json;
}

export interface NewOperation {
  readonly caller: string;
  readonly reference: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly details: Json;
  /** Milliseconds from now in which it may be sent; null: not before a place is reserved. */
  readonly sendWithinMs: number | null;
  /** As in `PlaceRequest`, for what is sent without a place; where it is not given, nothing becomes certain by time. */
  readonly arriveWithinMs?: number;
  /** Milliseconds until someone else may look after it. */
  readonly reconcileAfterMs: number;
}

/** A point in the order in which the places of one patron are settled: a later one is greater. */
export type Epoch = bigint;

/** An operation that holds a place, or has made one into a loan or a hold. */
export interface Place {
  readonly operationId: string;
  readonly libraryCardNumber: string;
  /** The item's number, or the title's. */
  readonly subject: string;
}

/** A place, and of whose it is one. */
export interface PatronPlace extends Place {
  readonly patronId: string;
  readonly kind: PlaceKind;
}

/** The places of one patron that reading the systems behind can't be trusted to have shown. */
export interface Places {
  /** Each may be a loan or a hold by now, or come to nothing. */
  readonly unsettled: readonly Place[];
  readonly doneSince: readonly Place[];
}

/** Where the places of one patron stand, all of it at one moment. */
export interface PlacesNow {
  /** What was settled as done up to it had been done by that moment. */
  readonly epoch: Epoch;
  /** The operations that hold a place and are unsettled. */
  readonly holders: readonly string[];
}

export interface PlaceRequest {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  readonly subject: string;
  /** Places settled as done after it are told as `doneSince`. */
  readonly since: Epoch;
  /** Milliseconds from now in which the operation may be sent. */
  readonly sendWithinMs: number;
  /** Milliseconds after that in which what was sent arrives, if ever: the drop time that all agree on comes on top. */
  readonly arriveWithinMs: number;
  readonly reconcileAfterMs: number;
}

/** `reserved`: with its `sendBy` and `place`. `refused`: what `decide` said, and the operation is as it was. `settled`: somebody was quicker. */
export type Reservation<Refusal> =
  | { readonly kind: 'reserved'; readonly operation: Operation }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'settled'; readonly operation: Operation };

export interface Outcome {
  readonly state: 'DONE' | 'REFUSED';
  readonly result: Json;
  /**
   * Milliseconds until it is looked at once more, for it was sent, and may be delivered again or late. A refusal is open to
   * correction then; without it, every outcome is final.
   */
  readonly reconcileAfterMs?: number;
  /**
   * The `sendBy` that it was concluded from. Where the operation has got another since, whoever was thought to be gone is
   * sending it, and it stays unsettled.
   */
  readonly sendBy?: Date | null;
  /** In place of what it took to go on with it, which is kept otherwise. */
  readonly details?: Json;
}

export interface Settlement {
  /** As it stands now, which is not the outcome that was told where another came first. */
  readonly operation: Operation;
  /** It stood as refused, and was done: an alarm. The operation now stands as done. */
  readonly isSurprise: boolean;
}

/** An operation to look after, and the journal's time when it was handed out. */
export interface DueOperation {
  readonly operation: Operation;
  readonly now: Date;
}

/**
 * The journal can't be read or written now, and whatever was asked of it may or may not stand in it; or what was asked
 * about is an operation that it doesn't hold, or not any more.
 */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}

/**
 * Operations and their outcomes, and the places that they hold. Takes and tells clear values, and keeps nothing of a person or
 * an item so: without the secret nobody learns from the database who borrowed what. Durable, but for `begin` and `claim`: what a method has
 * resolved for outlives a crash. Every method rejects with `JournalUnavailable`, or with `RangeError` for an argument out
 * of bounds, and calls no system behind. One clock for all who share it.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Writes it down as unsettled; the one that stands already where the caller has used the reference before. One that
   * can't be sent yet (`sendWithinMs` null) may be lost in a crash of the machine or the database until its place is
   * reserved or it is armed; nothing has come of it.
   */
  begin(operation: NewOperation): Promise<{ readonly operation: Operation; readonly isNew: boolean }>;
  /** Null where the caller has used no such reference, or it has been forgotten. */
  find(caller: string, reference: string): Promise<Operation | null>;
  /** By our own id; null where there is none, or it has been forgotten. */
  byId(id: string): Promise<Operation | null>;
  /** Where the patron's places stand at a moment before this resolves: what is read after it is read after that. */
  placesNow(patronId: string, kind: PlaceKind): Promise<PlacesNow>;
  /**
   * Gives an unsettled operation a place unless `decide` finds a reason not to. Nobody else's place of the same patron
   * comes or goes between what `decide` is told and the reservation. `decide` must be quick; it is called once at most, and
   * what it throws is rejected with.
   */
  reserve<Refusal>(
    id: string,
    place: PlaceRequest,
    decide: (places: Places) => Refusal | null,
  ): Promise<Reservation<Refusal>>;
  /** The places of one patron, as `reserve` would tell them. */
  placesSince(patronId: string, kind: PlaceKind, since: Epoch): Promise<Places>;
  /**
   * Same order and length as `patronIds` (any count). `doneSince`: settled as done within so many milliseconds, for who
   * has read the systems behind in that time without asking for an epoch first.
   */
  recentPlaces(patronIds: readonly string[], kind: PlaceKind, withinMs: number): Promise<readonly Places[]>;
  /** The first outcome stands, but for a refusal open to correction; an answer that says the same leaves `settledAt`. */
  settle(id: string, outcome: Outcome): Promise<Settlement>;
  /** Keeps what it takes to go on with an unsettled operation. */
  note(id: string, details: Json): Promise<void>;
  /**
   * Once for each operation: keeps what it takes to go on with it, and lets it be sent for so many milliseconds, in which
   * nobody else looks after it. False, and nothing is kept, where it might be sent before, or is settled. `arriveWithinMs`: as
   * in `NewOperation`.
   */
  arm(id: string, details: Json, sendWithinMs: number, arriveWithinMs?: number): Promise<boolean>;
  /**
   * Holds each of the keys (1 to 10, of up to 200 characters) for as long as the operation is unsettled, all of them or
   * none. Null where no other operation holds one: this one does now, unless it is settled itself; else the id of one that
   * does. Until the operation is armed, a crash of the machine or the database may lose what it holds.
   */
  lock(id: string, keys: readonly string[]): Promise<string | null>;
  /** Whether an unsettled operation holds the key. */
  isLocked(key: string): Promise<boolean>;
  /** In so many milliseconds; null: not any more. */
  reconcileAgain(id: string, afterMs: number | null): Promise<void>;
  /**
   * Operations that it is time to look after, of these kinds or of all, no more than `most` (1 to 100): unsettled ones, the
   * longest waiting first, and as far as there is room those to be looked at again. Nobody else is given them for `leaseMs`.
   */
  due(most: number, leaseMs: number, kinds?: readonly string[]): Promise<readonly DueOperation[]>;
  /** What its clock shows. */
  now(): Promise<Date>;
  /**
   * The drop time that all processes over this database go by, in milliseconds: the largest that any has told. Where it
   * grows, what is unsettled becomes certain as much later. Resolves to what it is now.
   */
  agreeOnDropTime(ms: number): Promise<number>;
  /**
   * Removes what has been settled for 30 days and what it claimed, but for its id, kind and outcome, which go after 100; and
   * attempts whose window has ended. Tells how many operations those of 30 days were.
   */
  forget(): Promise<number>;
}

/** Attempts at something that can be guessed, counted where all processes see them. Rejects as a `Journal` does. */
export interface Attempts {
  /**
   * Counts an attempt under the key (1 to 400 characters) for so many milliseconds, a day at most, unless there are `most`
   * (1 to 10000) that still count: then `until` tells when there is room for another. Of several at once no more are
   * counted than there is room for. `about`, of a key's form, is what `forgiveAbout` knows it by. Durable.
   */
  attempt(
    key: string,
    most: number,
    withinMs: number,
    about?: string | null,
  ): Promise<{ readonly id: string } | { readonly until: Date }>;
  /** Those attempts were right, or came to nothing: they don't count, unless a crash follows at once. */
  forgive(ids: readonly string[]): Promise<void>;
  /** The same, of all that were counted under the key. */
  forgiveKey(key: string): Promise<void>;
  /** The same, of all that are about it, under whichever key. */
  forgiveAbout(about: string): Promise<void>;
}

/** One reading of what is audited (R27). */
export interface AuditedReading {
  readonly at: Date;
  /** The reader's `sub`, and the application that asked: 1 to 400 characters each. */
  readonly reader: string;
  readonly clientId: string | null;
  readonly what: 'IDENTITY_NUMBER' | 'PATRON_BY_IDENTITY';
  /** Null where nobody was found, and for an applicant who is no patron yet. */
  readonly patronId: string | null;
  /** Where the number is that of an application: absent for the registry's. 1 to 64 characters. */
  readonly applicationId?: string;
}

/**
 * Who read what, for as long as the database is kept: nothing of it is ever changed or removed, and the database refuses
 * to. Rejects as a `Journal` does.
 */
export interface ReadingAudit {
  /**
   * Resolves when all of the readings (1 to 10000) are written down, durably: only then may be told what was read. Where it
   * rejects as unavailable, none of them or all.
   */
  record(readings: readonly Omit<AuditedReading, 'at'>[]): Promise<void>;
  /** Of one patron, in the order in which they were recorded; the first `most` (1 to 10000). */
  readingsOf(patronId: string, most: number): Promise<readonly AuditedReading[]>;
  /** Of one application, as `readingsOf` tells those of a patron. */
  readingsOfApplication(applicationId: string, most: number): Promise<readonly AuditedReading[]>;
}

/** What one database keeps for all processes. */
export interface JournalDatabase extends Journal, Attempts, ReadingAudit {}
