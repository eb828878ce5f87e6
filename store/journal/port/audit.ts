/** One reading of data that is audited (R27). */
export interface AuditedReading {
  readonly at: Date;
  /** The `sub` of the person who read the data, 1 to 400 characters. */
  readonly subject: string;
  /** The client application that requested the data, 1 to 400 characters. */
  readonly clientId: string | null;
  readonly role: ChangerRole;
  /**
   * The reason for which staff read the data, as a code of 1 to 32 characters. Null if the library requires no reason,
   * and for readers who are not staff.
   */
  readonly reason: string | null;
  /**
   * The kind of reading.
   * - `RECORD`: the patron's record, or any part of it, such as the name.
   * - `LOANS`: the patron's loans, holds or charges.
   * - `PATRON_BY_ITEM`: the patron was found by an item that the patron borrowed or reserved. The audit does not name
   *   the item.
   * - `OPERATIONS`: the patron's operations in the journal.
   * - `SIGN_IN`: the patron signed in with number and PIN, and the sign-in service received their identity.
   * - `DATA_EXPORT`: the patron received all data about themselves.
   * - `ERASURE`: a patron was erased. The audit does not name the patron.
   */
  readonly what:
    | 'RECORD'
    | 'LOANS'
    | 'IDENTITY_NUMBER'
    | 'PATRON_BY_IDENTITY'
    | 'PATRON_BY_ITEM'
    | 'OPERATIONS'
    | 'SIGN_IN'
    | 'DATA_EXPORT'
    | 'ERASURE';
  /** Null if no patron was found, if the applicant is not a patron yet, or if the operation has no patron. */
  readonly patronId: string | null;
  /**
   * The application from which the identity number was read, 1 to 64 characters. Null if the number was read from the
   * registry.
   */
  readonly applicationId: string | null;
}

/**
 * The audit of readings: who read what. Entries are kept for ever: the database refuses to change or remove them. An
 * entry about a patron is encrypted with the patron's key, so that an erasure (`Erasure`) makes it unreadable. The
 * methods reject like the methods of `Journal`.
 */
export interface ReadingAudit {
  /**
   * Resolves when all of the readings (1 to 10000) are on the disk. The reader may get the data only after that. After
   * `StoreUnavailable`, either all of the readings were written or none.
   */
  record(readings: readonly Omit<AuditedReading, 'at'>[]): Promise<void>;
  /** The patron's first `maxReadings` readings (1 to 10000), in the order of recording. */
  readingsOfPatron(patronId: string, maxReadings: number): Promise<readonly AuditedReading[]>;
  /** The application's first `maxReadings` readings (1 to 10000), in the order of recording. */
  readingsOfApplication(applicationId: string, maxReadings: number): Promise<readonly AuditedReading[]>;
  /**
   * The patron's latest `maxReadings` readings (1 to 10000), the latest first. If `before` is not null, only readings
   * with a lower number are returned.
   */
  latestReadings(
    patronId: string,
    before: number | null,
    maxReadings: number,
  ): Promise<readonly Numbered<AuditedReading>[]>;
  /** The first `maxReadings` readings (1 to 10000) with a number above `after`, in the order of their numbers. */
  readingsAfter(after: number, maxReadings: number): Promise<readonly Numbered<AuditedReading>[]>;
  /**
   * The members of staff who have read data of the most patrons in the last hour, each with the number of these
   * patrons. Whoever has read most comes first. At most `maxReaders` (1 to 100).
   */
  busiestColleagues(maxColleagues: number): Promise<readonly BusyColleague[]>;
}

/** A member of staff, and the number of different patrons whose data they have read. */
export interface BusyColleague extends Pick<AuditedReading, 'subject' | 'clientId'> {
  readonly patrons: number;
}

/** An entry of an audit with its number. Numbers grow from entry to entry. */
export type Numbered<Entry> = Entry & { readonly number: number };

/** The role of a person who read or changed data: the patron themselves, staff, or a self-service station. */
export type ChangerRole = 'PATRON' | 'STAFF' | 'STATION';

/** A change of one field of a patron's record or card. It contains the field's name, but never its value. */
export interface AuditedChange {
  /** The time at which the change was recorded. This is after the change, and before the caller gets an answer. */
  readonly at: Date;
  readonly operationId: string;
  /** The `sub` of the person who changed the field, 1 to 400 characters. */
  readonly subject: string;
  /** The client application, 1 to 400 characters. */
  readonly clientId: string | null;
  readonly role: ChangerRole;
  readonly patronId: string;
  /** 1 to 64 characters. */
  readonly field: string;
  /**
   * Identifies the sign-in with which the patron made the change, 1 to 128 characters. Null if somebody else made the
   * change, or if the id isn't known.
   */
  readonly signInId: string | null;
}

/** The audit of changes: who changed what. Entries are kept for ever, like those of readings. */
export interface ChangeAudit {
  /**
   * Resolves when all of the changes (1 to 10000) are on the disk. For one field of an operation, only the first entry
   * is kept, because a resumed operation may record its changes again. Rejects like `record`.
   */
  recordChanges(changes: readonly Omit<AuditedChange, 'at'>[]): Promise<void>;
  /** The patron's first `maxChanges` changes (1 to 10000), in the order in which they were recorded. */
  changesOfPatron(patronId: string, maxChanges: number): Promise<readonly AuditedChange[]>;
  /** The patron's last `maxChanges` changes (1 to 10000) of any of these fields (1 to 10), the latest first. */
  lastChangesOf(
    patronId: string,
    fields: readonly string[],
    maxChanges: number,
  ): Promise<readonly AuditedChange[]>;
  /**
   * The latest `maxChanges` (1 to 10000) changes of these fields (1 to 10), of all patrons, the latest first. None is
   * older than `maxAgeMs`. Changes of erased patrons are left out.
   */
  recentChanges(
    fields: readonly string[],
    maxAgeMs: number,
    maxChanges: number,
  ): Promise<readonly AuditedChange[]>;
  /** The patron's latest changes. The arguments and the order are as for `latestReadings`. */
  latestChanges(
    patronId: string,
    before: number | null,
    maxChanges: number,
  ): Promise<readonly Numbered<AuditedChange>[]>;
  /** The first changes with a number above `after`. The arguments and the order are as for `readingsAfter`. */
  changesAfter(after: number, maxChanges: number): Promise<readonly Numbered<AuditedChange>[]>;
}
