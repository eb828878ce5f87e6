/** `P` and seven digits, such as `P0000001`. */
export type PatronNumber = string;
/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;

export type PatronStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

/** A document that a patron is registered with. `number` is the whole number: never put it into a log or a message. */
export interface IdentityDocument {
  readonly kind: 'HKID' | 'BIRTH_CERTIFICATE';
  readonly number: string;
}

export interface Patron {
  readonly number: PatronNumber;
  /** In upper case, surname first, such as `CHAN, TAI MAN`. */
  readonly englishName: string;
  readonly chineseName: string | null;
  /** At most one of each kind. The identity card is first. */
  readonly identityDocuments: readonly IdentityDocument[];
  /** Null if the registry has no whole date: for example, if only the year is known. */
  readonly dateOfBirth: LocalDate | null;
  /** At most four lines. */
  readonly addressLines: readonly string[];
  readonly addressProven: boolean;
  readonly telephone: string | null;
  readonly email: string | null;
  readonly guarantor: { readonly name: string; readonly telephone: string | null } | null;
  readonly status: PatronStatus;
  /** Null if the registry has no whole date. */
  readonly registeredOn: LocalDate | null;
  /** An opaque text. Every amendment of the record changes it. */
  readonly version: string;
}

/** The data of a registration. At least one of the two documents is needed. */
export interface NewPatron {
  /** In upper case, surname first. */
  readonly englishName: string;
  readonly chineseName: string | null;
  /** With its check digit, such as `A123456(3)` (R8). */
  readonly identityNumber: string | null;
  readonly birthCertificateNumber: string | null;
  readonly dateOfBirth: LocalDate;
  /** At most four lines. */
  readonly addressLines: readonly string[];
  readonly addressProven: boolean;
  readonly telephone: string | null;
  readonly email: string | null;
  /** `name` is in upper case. */
  readonly guarantor: { readonly name: string; readonly telephone: string | null } | null;
}

/** An absent field stays as it is. Null or an empty text clears a field. */
export interface ContactChanges {
  /** At most four lines. */
  readonly addressLines?: readonly string[];
  readonly addressProven?: boolean;
  readonly telephone?: string | null;
  readonly email?: string | null;
}

/**
 * Changes of a patron's personal data, documents or status. An absent field stays as it is. Null clears a field. A
 * change of documents must leave at least one of the two documents.
 */
export interface PatronChanges {
  /** In upper case, surname first. */
  readonly englishName?: string;
  readonly chineseName?: string | null;
  readonly dateOfBirth?: LocalDate;
  /** With its check digit, such as `A123456(3)` (R8). */
  readonly identityNumber?: string | null;
  readonly birthCertificateNumber?: string | null;
  /** `name` is in upper case. */
  readonly guarantor?: { readonly name: string; readonly telephone: string | null } | null;
  readonly status?: PatronStatus;
}

/**
 * The new record, or the reason why there is none. `ALREADY_REGISTERED`: another patron has one of the documents.
 * `INVALID`: the registry doesn't accept these values.
 */
export type Registration =
  | { readonly patron: Patron }
  | { readonly refused: 'ALREADY_REGISTERED' | 'INVALID' };

/**
 * The record after the change, or the reason why nothing was done. `VERSION_CONFLICT`: the record has changed since the
 * given version.
 */
export type Amendment =
  | { readonly patron: Patron }
  | { readonly refused: 'NOT_FOUND' | 'VERSION_CONFLICT' | 'INVALID' };

/** Like `Amendment`. `ALREADY_REGISTERED`: another patron has one of the documents (R7). */
export type PatronAmendment =
  | { readonly patron: Patron }
  | { readonly refused: 'NOT_FOUND' | 'VERSION_CONFLICT' | 'ALREADY_REGISTERED' | 'INVALID' };

/**
 * The record with the identity number, or the reason why nothing was done. `ALREADY_REGISTERED`: another patron has the
 * number. `HAS_ANOTHER`: the record already has a different identity number. `VERSION_CONFLICT`: another change was
 * made during the amendment.
 */
export type IdentityNumberAddition =
  | { readonly patron: Patron }
  | {
      readonly refused: 'NOT_FOUND' | 'VERSION_CONFLICT' | 'ALREADY_REGISTERED' | 'HAS_ANOTHER' | 'INVALID';
    };

/** A patron matches if all criteria that are not null match. */
export interface PatronCriteria {
  /** Any part of either name. Upper and lower case are equal. */
  readonly name: string | null;
  readonly telephone: string | null;
  readonly status: PatronStatus | null;
}

export interface PatronPage {
  /** In the order of the patron numbers. */
  readonly patrons: readonly Patron[];
  /** The number of all matches, on all pages. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}

export interface PatronRegistry {
  /** The patron for each of `numbers` (any count, repeats allowed), in the same order. Null for an unknown number. */
  findMany(numbers: readonly PatronNumber[], signal: AbortSignal): Promise<(Patron | null)[]>;
  /** The patron with this document; null if the registry has none. */
  findByDocument(document: IdentityDocument, signal: AbortSignal): Promise<Patron | null>;
  /**
   * A page of patrons. `first` is 1 to 100, otherwise a `RangeError`. `after` is the last patron number of the previous
   * page. If `after` is no patron number, the page is empty.
   */
  search(
    criteria: PatronCriteria,
    page: { readonly first: number; readonly after: PatronNumber | null },
    signal: AbortSignal,
  ): Promise<PatronPage>;
  /**
   * Registers a patron. The registry takes no reference. After `outcome-unknown`, only `findByDocument` shows whether
   * the patron was registered, and only after the request is known to have ended. A second call is safe: if the patron
   * was registered, the answer is `ALREADY_REGISTERED` (R7).
   */
  register(patron: NewPatron, signal: AbortSignal): Promise<Registration>;
  /**
   * Changes the contact details of a patron, if the record still has the given version. The registry replaces whole
   * records. So the record is read first, and all other fields are sent back unchanged, even fields that this port
   * doesn't have. After `outcome-unknown`, read the record's version. If it is the given version, nothing has been done
   * so far. If it is another, this call or someone else has changed the record.
   */
  amendContact(
    number: PatronNumber,
    version: string,
    changes: ContactChanges,
    signal: AbortSignal,
  ): Promise<Amendment>;
  /**
   * Changes names, date of birth, documents, guarantor or status, if the record still has the given version. As with
   * `amendContact`, the record is read and sent back, and its version shows what happened after `outcome-unknown`.
   */
  amendPatron(
    number: PatronNumber,
    version: string,
    changes: PatronChanges,
    signal: AbortSignal,
  ): Promise<PatronAmendment>;
  /**
   * Adds the identity number of a patron who was registered with another document (R7). A number in the record is never
   * overwritten. If the record already has this number, nothing is sent, so the call can be repeated after
   * `outcome-unknown` and `VERSION_CONFLICT`. The registry also answers `VERSION_CONFLICT` if a successful change
   * arrives a second time.
   */
  addIdentityNumber(
    number: PatronNumber,
    identityNumber: string,
    signal: AbortSignal,
  ): Promise<IdentityNumberAddition>;
  /** Resolves when the registry answers. The readiness check calls it. */
  ping(signal: AbortSignal): Promise<void>;
}
