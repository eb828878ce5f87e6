/** 14 digits, the last a Luhn check digit. */
export type LibraryCardNumber = string;
/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;
/** RFC 3339 with its offset, as in `2026-11-23T10:00:00+08:00`. */
export type Instant = string;

export type CredentialKind = 'LIBRARY_CARD' | 'SMART_ID';
/** `CLOSED` leaves open whether the card was replaced or discontinued: that takes the patron's other cards. */
export type CredentialState = 'ACTIVE' | 'LOST' | 'SURRENDERED' | 'CLOSED';
export type OnReplacement = 'CONTINUE' | 'DISCONTINUE';

/** A card that a patron borrows with. */
export interface Credential {
  readonly libraryCardNumber: LibraryCardNumber;
  readonly patronId: string;
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  readonly issuedOn: LocalDate;
  readonly closedOn: LocalDate | null;
  /** Whole, of a smart identity card only; for no log or message. */
  readonly identityNumber: string | null;
  /** Of the smart identity card itself. */
  readonly dateOfIssue: LocalDate | null;
  readonly onReplacement: OnReplacement | null;
  readonly informationCardPrintedOn: LocalDate | null;
}

export type ApplicationStatus = 'RECEIVED' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN';

export interface Applicant {
  readonly englishName: string;
  readonly chineseName: string | null;
  readonly identityNumber: string | null;
  readonly birthCertificateNumber: string | null;
  readonly dateOfBirth: LocalDate;
  readonly smartIdDateOfIssue: LocalDate | null;
  readonly address: string | null;
  readonly addressProofShown: boolean;
  readonly telephone: string | null;
  readonly email: string | null;
}

export interface ApplicationGuarantor {
  readonly name: string;
  readonly telephone: string | null;
  readonly signedOn: LocalDate;
  readonly allowsSmartId: boolean;
}

export interface Application {
  readonly id: string;
  readonly status: ApplicationStatus;
  readonly channel: 'COUNTER' | 'INTERNET';
  readonly wants: readonly CredentialKind[];
  /** Null for someone not yet registered. */
  readonly patronId: string | null;
  readonly applicant: Applicant;
  readonly guarantor: ApplicationGuarantor | null;
  readonly submittedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly reason: string | null;
}

export interface LossReport {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly reportedAt: Instant;
  readonly onReplacement: OnReplacement | null;
}

/** `after`: the last id of the page before. `first`: 1 to 100, else a `RangeError`. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string;
}
export interface Page<T> {
  readonly rows: readonly T[];
  /** Of all that match, not of the page. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}

/** Cards, applications and loss reports. Every method rejects with an `UpstreamError` only, and gives up when `signal` aborts. */
export interface CardManagement {
  /** Same order and length as `patronIds` (any count, repeats allowed); an empty list where the patron has no card. */
  cardsByPatron(patronIds: readonly string[], signal: AbortSignal): Promise<(readonly Credential[])[]>;
  /** Same order and length as `numbers` (any count, repeats allowed); null where there is no such card. */
  cardsByNumber(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(Credential | null)[]>;
  /**
   * The card in hand, by the two facts read from it: one in use, or a lost one to be continued whose date of issue is
   * older than the one presented (R18). Changes nothing.
   */
  findSmartId(
    presented: { readonly identityNumber: string; readonly dateOfIssue: LocalDate },
    signal: AbortSignal,
  ): Promise<Credential | null>;
  /** Same order and length as `ids`; null where there is no such application. */
  applicationsById(ids: readonly string[], signal: AbortSignal): Promise<(Application | null)[]>;
  /** Oldest first. */
  listApplications(
    filter: { readonly status?: ApplicationStatus; readonly patronId?: string },
    page: PageRequest,
    signal: AbortSignal,
  ): Promise<Page<Application>>;
  /** Oldest first. */
  listLossReports(page: PageRequest, signal: AbortSignal): Promise<Page<LossReport>>;
  /** Resolves when the system answers at all. */
  ping(signal: AbortSignal): Promise<void>;
}
