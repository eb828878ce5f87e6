import type { AboutPatron, ReferenceKey } from './encryption/encrypted-rows.ts';
import type { StoredPseudonymKey } from './encryption/pseudonym-key.ts';
import type {
  DatabaseConnections,
  DeliveryFailure,
  NoticeDelivery,
  NoticeKind,
  NoticeLease,
  OpenOperations,
  OperationPosition,
  OperationState,
  PlaceKind,
  PlacesNow,
  ReceivedApplication,
  UndeliveredNotice,
  UndeliveredPosition,
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

/** A delivery of a notice. The patron is encrypted. */
export type DeliveryRow = Omit<NoticeDelivery, 'patronId'> & { readonly patronEncrypted: string };
export type UndeliveredRow = Omit<UndeliveredNotice, 'patronId'> & { readonly patronEncrypted: string };

/** A notice to make, with the digest by which it is made once. */
export interface NoticeRow {
  readonly id: string;
  readonly key: string;
  readonly kind: NoticeKind;
  readonly patronEncrypted: string;
  readonly endpoints: readonly string[];
}

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
export interface JournalTables extends LookupTables, NoticeTables, ApplicationTables, AsyncDisposable {
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

  /** Locks all keys (digests), or none. `holder`: the id of another operation that holds one. */
  lock(id: string, keys: readonly string[]): Promise<{ readonly holder: string | null } | undefined>;
  /** Whether an operation holds the key (a digest), other than the one with the id `exceptId`; null: than none. */
  isLocked(key: string, exceptId: string | null): Promise<boolean>;

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

  /** Keeps this key to pseudonyms if none is kept. Resolves to what is kept then. */
  agreeOnPseudonymKey(proof: string, encrypted: string | null): Promise<StoredPseudonymKey>;
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

/** A row of `received_applications`. */
export interface ReceivedRow
  extends Pick<ReceivedApplication, 'operationId' | 'state' | 'applicationId' | 'receivedAt'> {
  /** A digest. */
  readonly documentKey: string;
  readonly documentEncrypted: string;
  /** JSON of an encrypted text. */
  readonly applicationEncrypted: string | null;
}

/** The part of the tables that keeps applications by their document. */
export interface ApplicationTables {
  receiveApplication(
    received: Pick<ReceivedRow, 'operationId' | 'documentKey' | 'documentEncrypted'> & {
      readonly applicationEncrypted: string;
    },
    maxSent: number,
  ): Promise<'SENT' | 'WAITING'>;
  applicationOfOperation(operationId: string): Promise<ReceivedRow | undefined>;
  applicationsOfDocuments(documentKeys: readonly string[]): Promise<readonly ReceivedRow[]>;
  applicationSent(operationId: string, applicationId: string): Promise<void>;
  closeApplications(operationIds: readonly string[]): Promise<void>;
  waitingDocuments(
    after: string | null,
    maxRows: number,
  ): Promise<readonly Pick<ReceivedRow, 'documentKey' | 'documentEncrypted'>[]>;
  admitWaiting(documentKey: string, maxSent: number): Promise<void>;
  applicationsToSend(maxRows: number): Promise<readonly ReceivedRow[]>;
  /** Removes at most `maxRows`, and resolves to the number that it removed. */
  removeApplications(closedKeptMs: number, keptMs: number, maxRows: number): Promise<number>;
}

/** The part of the tables that is about notices. */
export interface NoticeTables {
  /** Keeps this key to the digests of notices, encrypted, if none is kept. Resolves to what is kept then. */
  agreeOnNoticeKey(encrypted: string): Promise<string>;
  leaseNotices(holder: string, leaseMs: number): Promise<NoticeLease | null>;
  leaveNotices(holder: string): Promise<void>;
  saveNoticeEvents(holder: string, sequence: string): Promise<void>;
  saveNoticeDay(holder: string, day: string): Promise<void>;
  /** Those of the keys that are there. */
  noticeKeysMade(keys: readonly string[]): Promise<readonly string[]>;
  makeNotices(notices: readonly NoticeRow[]): Promise<number>;
  dueDeliveries(endpoint: string, maxRows: number): Promise<readonly DeliveryRow[]>;
  delivered(id: string, endpoint: string): Promise<void>;
  deliveryFailed(
    id: string,
    endpoint: string,
    failed: {
      readonly failure: DeliveryFailure;
      readonly status: number | null;
      readonly retryAfterMs: number | null;
    },
  ): Promise<void>;
  countDeliveries(): Promise<{ readonly pending: number; readonly undelivered: number }>;
  undeliveredNotices(after: UndeliveredPosition | null, maxRows: number): Promise<readonly UndeliveredRow[]>;
  findUndelivered(id: string, endpoint: string): Promise<UndeliveredRow | undefined>;
  resendNotice(id: string, endpoint: string): Promise<number>;
  /** These two remove at most `maxRows`, and resolve to the number that they removed. */
  removeNotices(keptMs: number, maxRows: number): Promise<number>;
  removeNoticeKeys(keptMs: number, maxRows: number): Promise<number>;
}
