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

/** Who a patron is. Every method rejects with an `UpstreamError` only, and gives up when `signal` aborts. */
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
  /** Resolves when the registry answers at all; what `ready` at start asks. */
  ping(signal: AbortSignal): Promise<void>;
}
