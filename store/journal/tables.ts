import type { AboutPatron, ReferenceKey } from './encryption/encrypted-rows.ts';
import type {
  DatabaseConnections,
  OpenOperations,
  OperationPosition,
  OperationState,
  PlaceKind,
  PlacesNow,
} from './port.ts';
import type { HeldRow, OperationRow } from './rows.ts';

/** An operation to insert. Its values are checked, and personal data is encrypted. */
export interface NewRow {
  readonly id: string;
  readonly key: ReferenceKey;
  readonly kind: string;
  readonly fingerprint: string;
  /** JSON text. */
  readonly details: string;
  readonly sealed: string;
  readonly about: AboutPatron | null;
  readonly isPart: boolean;
  readonly sendWithinMs: number | null;
  readonly arriveWithinMs: number | null;
  readonly reconcileAfterMs: number;
}

/** What `settle` writes. Result and details are JSON text. Details are null if the row keeps its own. */
export interface OutcomeRow {
  readonly state: Exclude<OperationState, 'UNSETTLED'>;
  readonly result: string;
  readonly details: string | null;
  /** The column `is_concluded`: a refusal that a later outcome may correct. */
  readonly isOpenToCorrection: boolean;
  readonly reconcileAfterMs: number | null;
  /** The `sendBy` that the row must have for the outcome to be taken. Undefined: any. */
  readonly sendBy: Date | null | undefined;
  /** Null if it isn't known whose operation it is. A row that has a patron keeps that one, here and wherever one is given. */
  readonly about: AboutPatron | null;
}

/** Leave to send an operation. Details are JSON text. */
export interface SendingRow {
  readonly details: string;
  readonly sendWithinMs: number;
  readonly arriveWithinMs: number | null;
  readonly about: AboutPatron | null;
}

export interface PlaceRow {
  /** The patron of the place; and of the operation, unless it has one. */
  readonly about: AboutPatron;
  readonly kind: PlaceKind;
  readonly since: bigint;
  readonly sendWithinMs: number;
  readonly arriveWithinMs: number;
  readonly reconcileAfterMs: number;
}

/** Whether to write a place into the operation's row, or to leave the row and give an answer. */
export type ReservationStep<Answer> =
  | { readonly kind: 'write'; readonly sealed: string }
  | { readonly kind: 'leave'; readonly answer: Answer };

/** The row with its place, or the answer with which it was left. */
export type ReservedRow<Answer> =
  | { readonly kind: 'written'; readonly row: OperationRow | undefined }
  | { readonly kind: 'left'; readonly answer: Answer };

/**
 * The tables of one database: the part of the journal that SQLite and PostgreSQL do differently. `createJournal` makes a journal
 * of them.
 *
 * - Arguments are checked already, and personal data in them is encrypted.
 * - Times are relative, because each database has its own clock.
 * - Each method is as durable as the port promises for the journal's method that calls it.
 * - Each rejects only with `JournalUnavailable`; `reserve` also with what `decide` throws.
 * - Undefined, or a count of 0, means that there is no such row.
 */
export interface JournalTables extends LookupTables, AsyncDisposable {
  /** Inserts the row. If there is one with the same key, returns that one instead. */
  begin(row: NewRow): Promise<{ readonly row: OperationRow | undefined; readonly isNew: boolean }>;
  byReference(key: ReferenceKey): Promise<OperationRow | undefined>;
  byId(id: string): Promise<OperationRow | undefined>;
  saveDetails(id: string, details: string): Promise<number>;
  /** True if the row could not be sent before, and now can. */
  allowSending(id: string, sending: SendingRow): Promise<boolean | undefined>;
  /** The row before and after. `after` is undefined if the outcome was not taken. */
  settle(
    id: string,
    outcome: OutcomeRow,
  ): Promise<{ readonly before: OperationRow | undefined; readonly after: OperationRow | undefined }>;

  placesNow(patronKey: string, kind: PlaceKind): Promise<PlacesNow>;
  placesSince(patronKey: string, kind: PlaceKind, since: bigint): Promise<readonly HeldRow[]>;
  recentPlaces(patronKeys: readonly string[], kind: PlaceKind, withinMs: number): Promise<readonly HeldRow[]>;
  /**
   * In one transaction that excludes all others of the patron: reads the operation and the patron's places, calls `decide`
   * with them, and writes the place or leaves the row.
   */
  reserve<Answer>(
    id: string,
    place: PlaceRow,
    decide: (row: OperationRow | undefined, held: readonly HeldRow[]) => ReservationStep<Answer>,
  ): Promise<ReservedRow<Answer>>;

  reconcileAgain(id: string, afterMs: number | null): Promise<number>;
  takeDue(
    maxItems: number,
    leaseMs: number,
    kinds: readonly string[] | null,
    except: readonly string[],
  ): Promise<readonly { readonly row: OperationRow; readonly now: Date }[]>;
  now(): Promise<Date>;
  /** At most `maxCounted` operations are counted. */
  countOpen(minAgesMs: readonly number[], maxCounted: number): Promise<OpenOperations>;
  connections(): DatabaseConnections | null;
  /** Resolves if the database can be written, keeps what is committed, and has had all migrations of this program. */
  ping(): Promise<void>;
  agreeOnDropTime(ms: number): Promise<number>;
  /** These three remove at most `maxRows`, and resolve to the number that they removed. */
  removeOperations(keptMs: number, maxRows: number): Promise<number>;
  removeOutcomes(keptMs: number, maxRows: number): Promise<number>;
  /** Erases removed rows from the database's files. Does nothing for PostgreSQL, whose vacuum does it. */
  eraseRemoved(): void;
}

/** The part of the tables by which staff find operations. */
export interface LookupTables {
  /** These three find whole operations, the latest first: of a code, of a reference's digest, and of a patron's digest. */
  byCode(code: string, maxRows: number): Promise<readonly OperationRow[]>;
  ofReference(digest: string, maxRows: number): Promise<readonly OperationRow[]>;
  ofPatron(
    patronKey: string,
    before: OperationPosition | null,
    maxRows: number,
  ): Promise<readonly OperationRow[]>;
}
