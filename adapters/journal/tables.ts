import type { ReferenceKey } from './encryption/encrypted-rows.ts';
import type { AuditedReading, OperationState, PlaceKind, PlacesNow } from './port.ts';
import type { HeldRow, OperationRow, ReadingRow } from './rows.ts';

/** An operation to insert. The id is new; all else is checked, and encrypted where it is personal. */
export interface NewRow {
  readonly id: string;
  readonly key: ReferenceKey;
  readonly kind: string;
  readonly fingerprint: string;
  /** JSON text. */
  readonly details: string;
  readonly sealed: string;
  readonly sendWithinMs: number | null;
  readonly arriveWithinMs: number | null;
  readonly reconcileAfterMs: number;
}

/** What `settle` writes. Result and details are JSON text; details are null where the row keeps its own. */
export interface OutcomeRow {
  readonly state: Exclude<OperationState, 'UNSETTLED'>;
  readonly result: string;
  readonly details: string | null;
  /** The column `is_concluded`: a refusal that a later outcome may correct. */
  readonly isOpenToCorrection: boolean;
  readonly reconcileAfterMs: number | null;
  /** The `sendBy` that the row must have for the outcome to be taken. Undefined: any. */
  readonly sendBy: Date | null | undefined;
}

export interface PlaceRow {
  /** The patron's digest. */
  readonly patronKey: string;
  readonly kind: PlaceKind;
  readonly since: bigint;
  readonly sendWithinMs: number;
  readonly arriveWithinMs: number;
  readonly reconcileAfterMs: number;
}

/** What is to become of a reservation, once its operation and the patron's places are known. */
export type ReservationStep<Answer> =
  | { readonly kind: 'write'; readonly sealed: string }
  | { readonly kind: 'leave'; readonly answer: Answer };

/** The row as it was reserved, or the answer for which it was left as it was. */
export type ReservedRow<Answer> =
  | { readonly kind: 'written'; readonly row: OperationRow | undefined }
  | { readonly kind: 'left'; readonly answer: Answer };

/**
 * The tables of one database: what SQLite and PostgreSQL do each in its own way. `createJournal` makes a journal of them.
 *
 * Arguments are checked, encrypted where they are personal, and relative in time: each database has a clock of its own.
 * Durability is as the port promises it for the method that a call serves. All reject with `JournalUnavailable` alone, but for
 * what `decide` throws. Undefined, or a count of 0, says that there is no such row.
 */
export interface JournalTables extends AsyncDisposable {
  /** Inserts the row, unless there is one with the same key: then gives that one. */
  begin(row: NewRow): Promise<{ readonly row: OperationRow | undefined; readonly isNew: boolean }>;
  byReference(key: ReferenceKey): Promise<OperationRow | undefined>;
  byId(id: string): Promise<OperationRow | undefined>;
  saveDetails(id: string, details: string): Promise<number>;
  /** Whether the row could not be sent before, and can now. */
  allowSending(
    id: string,
    details: string,
    sendWithinMs: number,
    arriveWithinMs: number | null,
  ): Promise<boolean | undefined>;
  /** The row before, and after it; `after` is undefined where the outcome was not taken. */
  settle(
    id: string,
    outcome: OutcomeRow,
  ): Promise<{ readonly before: OperationRow | undefined; readonly after: OperationRow | undefined }>;

  placesNow(patronKey: string, kind: PlaceKind): Promise<PlacesNow>;
  placesSince(patronKey: string, kind: PlaceKind, since: bigint): Promise<readonly HeldRow[]>;
  recentPlaces(patronKeys: readonly string[], kind: PlaceKind, withinMs: number): Promise<readonly HeldRow[]>;
  /**
   * In one transaction that excludes all others of the patron: reads the operation and the patron's places, calls `decide`
   * with them, and writes what it says.
   */
  reserve<Answer>(
    id: string,
    place: PlaceRow,
    decide: (row: OperationRow | undefined, held: readonly HeldRow[]) => ReservationStep<Answer>,
  ): Promise<ReservedRow<Answer>>;

  /** Locks all keys (digests), or none. `holder`: the id of another operation that holds one. */
  lock(id: string, keys: readonly string[]): Promise<{ readonly holder: string | null } | undefined>;
  isLocked(key: string): Promise<boolean>;

  reconcileAgain(id: string, afterMs: number | null): Promise<number>;
  takeDue(
    maxItems: number,
    leaseMs: number,
    kinds: readonly string[] | null,
  ): Promise<readonly { readonly row: OperationRow; readonly now: Date }[]>;
  now(): Promise<Date>;
  agreeOnDropTime(ms: number): Promise<number>;
  /** Each removes at most `maxRows`, and tells how many it removed. */
  removeOperations(keptMs: number, maxRows: number): Promise<number>;
  removeOutcomes(keptMs: number, maxRows: number): Promise<number>;
  removeAttempts(maxRows: number): Promise<number>;
  /** Erases removed rows from the files, as far as that is this program's to do. PostgreSQL's vacuum does it by itself. */
  eraseRemoved(): void;

  /** Null, or the time until which there is no room for another attempt. */
  addAttempt(
    attempt: { readonly id: string; readonly key: string; readonly about: string | null },
    maxAttempts: number,
    withinMs: number,
  ): Promise<Date | null>;
  forgive(ids: readonly string[]): Promise<void>;
  forgiveKey(key: string): Promise<void>;
  forgiveAbout(about: string): Promise<void>;

  addReadings(readings: readonly Omit<AuditedReading, 'at'>[]): Promise<void>;
  readingsOfPatron(patronId: string, maxReadings: number): Promise<readonly ReadingRow[]>;
  readingsOfApplication(applicationId: string, maxReadings: number): Promise<readonly ReadingRow[]>;
}
