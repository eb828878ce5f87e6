/** A patron number, as in `P0000001`. */
export type PatronNumber = string;
/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;

export type PatronStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

/** The document a patron was registered by; `number` is whole, and for no log or message. */
export interface IdentityDocument {
  readonly kind: 'HKID' | 'BIRTH_CERTIFICATE';
  readonly number: string;
}

/** One record of the registry. */
export interface Patron {
  readonly number: PatronNumber;
  /** Upper case, surname first, as in `CHAN, TAI MAN`. */
  readonly englishName: string;
  readonly chineseName: string | null;
  readonly identityDocument: IdentityDocument | null;
  readonly dateOfBirth: LocalDate;
  /** Four at most. */
  readonly addressLines: readonly string[];
  readonly addressProven: boolean;
  readonly telephone: string | null;
  readonly email: string | null;
  readonly guarantor: { readonly name: string; readonly telephone: string | null } | null;
  readonly status: PatronStatus;
  readonly registeredOn: LocalDate;
  /** Opaque; changes with every amendment. */
  readonly version: string;
}

/** What a patron is registered with: at least one of the two documents. */
export interface NewPatron {
  /** Upper case, surname first. */
  readonly englishName: string;
  readonly chineseName: string | null;
  /** With the right check digit (R8). */
  readonly identityNumber: string | null;
  readonly birthCertificateNumber: string | null;
  readonly dateOfBirth: LocalDate;
  /** Four at most. */
  readonly addressLines: readonly string[];
  readonly addressProven: boolean;
  readonly telephone: string | null;
  readonly email: string | null;
  /** The name in upper case. */
  readonly guarantor: { readonly name: string; readonly telephone: string | null } | null;
}

/** What is absent stays as it is; null clears, and so does an empty text. */
export interface ContactChanges {
  /** Four at most. */
  readonly addressLines?: readonly string[];
  readonly addressProven?: boolean;
  readonly telephone?: string | null;
  readonly email?: string | null;
}

/** The new record; or why there is none: somebody has one of the documents, or what was given is not to be registered. */
export type Registration =
  | { readonly patron: Patron }
  | { readonly refused: 'ALREADY_REGISTERED' | 'INVALID' };

/** The record as it then is; or why nothing was done. `VERSION_CONFLICT`: it has been changed since that version. */
export type Amendment =
  | { readonly patron: Patron }
  | { readonly refused: 'NOT_FOUND' | 'VERSION_CONFLICT' | 'INVALID' };

/**
 * The record with the identity number in it; or why nothing was done. `ALREADY_REGISTERED`: somebody else has the number.
 * `HAS_ANOTHER`: the record has an identity number already, and it is not this one.
 */
export type IdentityNumberAddition =
  | { readonly patron: Patron }
  | {
      readonly refused: 'NOT_FOUND' | 'VERSION_CONFLICT' | 'ALREADY_REGISTERED' | 'HAS_ANOTHER' | 'INVALID';
    };

/** All that is given must hold. */
export interface PatronCriteria {
  /** Any part of either name, letter case ignored. */
  readonly name?: string;
  readonly telephone?: string;
  readonly status?: PatronStatus;
}

export interface PatronPage {
  /** In the order of their numbers. */
  readonly patrons: readonly Patron[];
  /** Of all that match, not of the page. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}

/**
 * Who a patron is. Every method rejects with an `UpstreamError` only, and gives up when `signal` aborts. A change is
 * sent once: its `outcome-unknown` means that it may have been done, every other reason that it was not.
 */
export interface PatronRegistry {
  /** Same order and length as `numbers` (any count, repeats allowed); null where the registry has none. */
  findMany(numbers: readonly PatronNumber[], signal: AbortSignal): Promise<(Patron | null)[]>;
  /** The patron registered by that document, or null. */
  findByDocument(document: IdentityDocument, signal: AbortSignal): Promise<Patron | null>;
  /**
   * `first`: 1 to 100, else a `RangeError`. `after`: the last number of the page before; after what is no number there is
   * nobody.
   */
  search(
    criteria: PatronCriteria,
    page: { readonly first: number; readonly after?: PatronNumber },
    signal: AbortSignal,
  ): Promise<PatronPage>;
  /**
   * Registers a patron. The registry takes no reference: after `outcome-unknown`, only `findByDocument` tells whether it
   * was done, once the request is known to have ended. To ask again is safe, for the document then is
   * `ALREADY_REGISTERED` (R7).
   */
  register(patron: NewPatron, signal: AbortSignal): Promise<Registration>;
  /**
   * Changes how a patron is reached, if the record still has that version. The registry replaces whole records, so the
   * record is read first and all else of it goes back as it came, also what this port has no word for. After
   * `outcome-unknown` the record's version tells: that one, not done so far; another, done by someone.
   */
  amendContact(
    number: PatronNumber,
    version: string,
    changes: ContactChanges,
    signal: AbortSignal,
  ): Promise<Amendment>;
  /**
   * Writes the identity number of a patron who was registered by another document (R7); never over one that the record
   * has. Where the record has that very number nothing is sent, so that it is safe to ask again after `outcome-unknown`,
   * and after `VERSION_CONFLICT`: a change that was delivered twice is answered so, although it was made.
   */
  addIdentityNumber(
    number: PatronNumber,
    identityNumber: string,
    signal: AbortSignal,
  ): Promise<IdentityNumberAddition>;
  /** Resolves when the registry answers at all; what `ready` at start asks. */
  ping(signal: AbortSignal): Promise<void>;
}
