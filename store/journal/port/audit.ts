/** One reading of data that is audited (R27). */
export interface AuditedReading {
  readonly at: Date;
  /** The reader's `sub`, 1 to 400 characters. */
  readonly reader: string;
  /** The client application that asked, 1 to 400 characters. */
  readonly clientId: string | null;
  /**
   * - `PATRON_BY_ITEM`: the patron was found by an item that they borrowed or reserved. The record does not name the item.
   * - `OPERATIONS`: the patron's operations in the journal.
   * - `SIGN_IN`: the patron signed in with number and PIN, and the sign-in service was given who they are.
   */
  readonly what: 'IDENTITY_NUMBER' | 'PATRON_BY_IDENTITY' | 'PATRON_BY_ITEM' | 'OPERATIONS' | 'SIGN_IN';
  /** Null if no patron was found, for applicants who are not patrons yet, and for operations without a patron. */
  readonly patronId: string | null;
  /** The application that the number was read from, 1 to 64 characters. Null if it was read from the registry. */
  readonly applicationId: string | null;
}

/**
 * Who read what. Records are kept for ever: the database refuses to change or remove them. Rejects as a `Journal` does.
 */
export interface ReadingAudit {
  /**
   * Resolves when all of the readings (1 to 10000) are on the disk. Only then may the reader get the data. After
   * `StoreUnavailable`, either all of them were written or none.
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

/** An entry of an audit with its number. Numbers grow from entry to entry. */
export type Numbered<Entry> = Entry & { readonly number: number };

/** Who made a change: the patron themselves, staff, or a self-service station. */
export type ChangerRole = 'PATRON' | 'STAFF' | 'STATION';

/** A change of one field of a patron's record or card. It has the field's name, never its value. */
export interface AuditedChange {
  /** When it was recorded: after the change, and before the answer to the caller. */
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
   * Resolves when all of the changes (1 to 10000) are on the disk. Of one field of an operation, the first record stays: an
   * operation that is resumed may record its changes again. Rejects as `record` does.
   */
  recordChanges(changes: readonly Omit<AuditedChange, 'at'>[]): Promise<void>;
  /** The patron's first `maxChanges` changes (1 to 10000), in the order in which they were recorded. */
  changesOfPatron(patronId: string, maxChanges: number): Promise<readonly AuditedChange[]>;
  /** When any of these fields (1 to 10) of the patron was last changed; null if none was. */
  lastChangeOf(patronId: string, fields: readonly string[]): Promise<Date | null>;
  /** As `latestReadings`. */
  latestChanges(
    patronId: string,
    before: number | null,
    maxChanges: number,
  ): Promise<readonly Numbered<AuditedChange>[]>;
}
