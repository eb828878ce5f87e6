/** One reading of data that is audited (R27). */
export interface AuditedReading {
  readonly at: Date;
  /** The reader's `sub`, 1 to 400 characters. */
  readonly reader: string;
  /** The client application that asked, 1 to 400 characters. */
  readonly clientId: string | null;
  /**
   * `PATRON_BY_ITEM`: the patron was found by an item that they have, or wait for. It is not said which. `OPERATIONS`: what was done
   * for the patron, as the journal has it. `SIGN_IN`: the patron was told to the sign-in service, by number and PIN.
   */
  readonly what: 'IDENTITY_NUMBER' | 'PATRON_BY_IDENTITY' | 'PATRON_BY_ITEM' | 'OPERATIONS' | 'SIGN_IN';
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
  /** When one of these fields (1 to 10) of the patron's was last recorded as changed; null where none was. */
  lastChangeOf(patronId: string, fields: readonly string[]): Promise<Date | null>;
  /** As `latestReadings`. */
  latestChanges(
    patronId: string,
    before: number | null,
    maxChanges: number,
  ): Promise<readonly Numbered<AuditedChange>[]>;
}
