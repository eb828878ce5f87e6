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

/**
 * The caller's own, for one change: within 30 days the same one again gives the first answer and does nothing, so that a
 * change may be asked for again under it after `outcome-unknown`. Only what was done is remembered. An empty one is a
 * `RangeError`.
 */
export type Reference = string;

/**
 * Why a change was not made. `ALREADY_EXISTS`: the thing itself, or the reference was used for another operation.
 * `INVALID`: no such request can be made.
 */
export interface CardRefusal {
  readonly refused: 'NOT_FOUND' | 'WRONG_STATE' | 'ALREADY_EXISTS' | 'INVALID';
}

export interface NewApplication {
  readonly channel: Application['channel'];
  /** Null for someone not yet registered. */
  readonly patronId: string | null;
  /** One or two. */
  readonly wants: readonly CredentialKind[];
  readonly applicant: Applicant;
  readonly guarantor: ApplicationGuarantor | null;
}

/** `decidedBy`: which member of staff. Approving says whose application it is. */
export type Decision =
  | { readonly approve: true; readonly patronId: string; readonly decidedBy: string }
  | { readonly approve: false; readonly reason: string; readonly decidedBy: string };

export type NewCredential =
  | { readonly patronId: string; readonly kind: 'LIBRARY_CARD' }
  | {
      readonly patronId: string;
      readonly kind: 'SMART_ID';
      readonly identityNumber: string;
      readonly dateOfIssue: LocalDate;
    };

export interface PinVerdict {
  readonly verified: boolean;
  /** While it is locked, the right PIN is not verified either. */
  readonly lockedUntil: Instant | null;
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

/**
 * Cards, applications and loss reports. Every method rejects with an `UpstreamError` only, and gives up when `signal`
 * aborts. A change is sent once: its `outcome-unknown` means that it may have been done, every other reason that it was
 * not. States only are checked: age, consent, proof and who may have which card are the caller's rules.
 */
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
  submitApplication(
    reference: Reference,
    application: NewApplication,
    signal: AbortSignal,
  ): Promise<{ readonly application: Application } | CardRefusal>;
  /** Takes no reference: an application that is decided already is `WRONG_STATE`, and reading it tells how. */
  decideApplication(
    id: string,
    decision: Decision,
    signal: AbortSignal,
  ): Promise<{ readonly application: Application } | CardRefusal>;
  /** `ALREADY_EXISTS` where the patron has a card of that kind in use, or the identity number is enrolled (R7). */
  issueCard(
    reference: Reference,
    credential: NewCredential,
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** Of a card in use. `onReplacement` for a smart identity card, and only there (R18); `DISCONTINUE` closes it. */
  reportLoss(
    reference: Reference,
    number: LibraryCardNumber,
    onReplacement: OnReplacement | null,
    signal: AbortSignal,
  ): Promise<{ readonly report: LossReport; readonly credential: Credential } | CardRefusal>;
  /**
   * A library card, in use or lost, is closed, and a new number with the same PIN takes its place (R19); a lost smart
   * identity card that is to be continued is in use again with its newer `dateOfIssue`, and only there is one wanted.
   */
  replaceCard(
    reference: Reference,
    number: LibraryCardNumber,
    dateOfIssue: LocalDate | null,
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** Of a card in use or lost. */
  closeCard(
    reference: Reference,
    number: LibraryCardNumber,
    state: 'CLOSED' | 'SURRENDERED',
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** Stamps today's day on a smart identity card in use (R10). */
  printInformationCard(
    reference: Reference,
    number: LibraryCardNumber,
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** A new card has no PIN until then. An empty one is `WRONG_STATE`. */
  changePin(
    reference: Reference,
    number: LibraryCardNumber,
    pin: string,
    signal: AbortSignal,
  ): Promise<{ readonly changed: true } | CardRefusal>;
  /**
   * Counts failures, so that it is a change, too, and takes no reference: five wrong PINs lock it for 15 minutes. Looks
   * at the PIN alone, not at the card's state.
   */
  verifyPin(number: LibraryCardNumber, pin: string, signal: AbortSignal): Promise<PinVerdict | CardRefusal>;
  /** Resolves when the system answers at all. */
  ping(signal: AbortSignal): Promise<void>;
}
