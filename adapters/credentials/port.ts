/** 14 digits. The last one is a Luhn check digit. */
export type LibraryCardNumber = string;
/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;
/** An RFC 3339 timestamp with offset, such as `2026-11-23T10:00:00+08:00`. */
export type Instant = string;

export type CredentialKind = 'LIBRARY_CARD' | 'SMART_ID';
/** `CLOSED`: the card was replaced or discontinued. Only the patron's other cards show which of the two happened. */
export type CredentialState = 'ACTIVE' | 'LOST' | 'SURRENDERED' | 'CLOSED';
/** The patron's choice for the replacement of a lost smart identity card (R18). */
export type OnReplacement = 'CONTINUE' | 'DISCONTINUE';

/** A card that a patron borrows with. */
export interface Credential {
  readonly libraryCardNumber: LibraryCardNumber;
  readonly patronId: string;
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  readonly issuedOn: LocalDate;
  readonly closedOn: LocalDate | null;
  /** The whole number, for smart identity cards only. Never put it into a log or a message. */
  readonly identityNumber: string | null;
  /** The date of issue of the smart identity card itself; null for library cards. */
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
  /** Null for an applicant who is not registered yet. */
  readonly patronId: string | null;
  readonly applicant: Applicant;
  readonly guarantor: ApplicationGuarantor | null;
  readonly submittedAt: Instant;
  readonly decidedAt: Instant | null;
  /** The person who decided: the `sub` of a member of staff, or a name that a counter uses. */
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

export interface LossReport {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly reportedAt: Instant;
  readonly onReplacement: OnReplacement | null;
}

/**
 * The caller's own id of one change: an idempotency key. A second change with the same reference within 30 days does
 * nothing and returns the first answer. Therefore a change can be sent again with its reference after
 * `outcome-unknown`. The system remembers successful changes only. An empty reference is a `RangeError`.
 */
export type Reference = string;

/**
 * The reason why a change was not made. `ALREADY_EXISTS`: the card or application exists, or the reference was used for
 * another operation. `INVALID`: the contract has no form for the values, or the system did not accept them.
 */
export interface CardRefusal {
  readonly refused: 'NOT_FOUND' | 'WRONG_STATE' | 'ALREADY_EXISTS' | 'INVALID';
}

export interface NewApplication {
  readonly channel: Application['channel'];
  /** Null for an applicant who is not registered yet. */
  readonly patronId: string | null;
  /** One kind or two. */
  readonly wants: readonly CredentialKind[];
  readonly applicant: Applicant;
  readonly guarantor: ApplicationGuarantor | null;
}

/** Card management has no call to withdraw an application. A rejection with this reason means `WITHDRAWN`. */
export const withdrawnByApplicant = 'Withdrawn by the applicant.';

/** `decidedBy` is the member of staff, or the applicant. An approval also names the patron of the application. */
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
  /** The end of the lock; null without a lock. While the PIN is locked, even the right PIN is not verified. */
  readonly lockedUntil: Instant | null;
}

/** `after` is the last id of the previous page, null for the first page. `first` is 1 to 100, else a `RangeError`. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
}
export interface Page<T> {
  readonly rows: readonly T[];
  /** The number of all matches, on all pages. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}

/** An application must meet all conditions that are not null. */
export interface ApplicationFilter {
  readonly status: ApplicationStatus | null;
  readonly patronId: string | null;
}

/**
 * Cards, applications and loss reports.
 *
 * Every method rejects only with an `UpstreamError`, and ends as soon as `signal` aborts. An argument out of range is a
 * `RangeError`, where a type says so. A change is sent once. A change that rejects with `outcome-unknown` may have been
 * made. A change that rejects with any other reason was not made.
 *
 * The system checks states only. The caller enforces the other rules: age, consent, proof of address, and who may have
 * which card.
 */
export interface CardManagement {
  /** The cards of each patron, in the order of `patronIds` (any count, repeats allowed). A list may be empty. */
  cardsByPatron(patronIds: readonly string[], signal: AbortSignal): Promise<(readonly Credential[])[]>;
  /** The card for each of `numbers` (any count, repeats allowed), in the same order. Null for an unknown number. */
  cardsByNumber(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(Credential | null)[]>;
  /**
   * Finds the credential of a smart identity card that a patron presents, by the number and the date of issue on that
   * card. The credential found is in use, or it is lost and its `onReplacement` is `CONTINUE`. A lost credential is
   * found only if the presented date is newer than the stored date (R18). Changes nothing.
   */
  findSmartId(
    presented: { readonly identityNumber: string; readonly dateOfIssue: LocalDate },
    signal: AbortSignal,
  ): Promise<Credential | null>;
  /** The application for each of `ids` (any count, repeats allowed), in the same order. Null for an unknown id. */
  applicationsById(ids: readonly string[], signal: AbortSignal): Promise<(Application | null)[]>;
  /** A page of applications, oldest first. */
  listApplications(
    filter: ApplicationFilter,
    page: PageRequest,
    signal: AbortSignal,
  ): Promise<Page<Application>>;
  /** A page of loss reports, oldest first. */
  listLossReports(page: PageRequest, signal: AbortSignal): Promise<Page<LossReport>>;
  /** The ids of all applications. Unlike `listApplications`, never rejects for a row that makes no sense. */
  applicationIds(page: PageRequest, signal: AbortSignal): Promise<Page<string>>;
  /** The ids of all loss reports. Unlike `listLossReports`, never rejects for a row that makes no sense. */
  lossReportIds(page: PageRequest, signal: AbortSignal): Promise<Page<string>>;
  submitApplication(
    reference: Reference,
    application: NewApplication,
    signal: AbortSignal,
  ): Promise<{ readonly application: Application } | CardRefusal>;
  /**
   * Decides an application. The call has no reference: a second decision is refused with `WRONG_STATE`, and
   * `applicationsById` then shows the first decision.
   */
  decideApplication(
    id: string,
    decision: Decision,
    signal: AbortSignal,
  ): Promise<{ readonly application: Application } | CardRefusal>;
  /**
   * Issues a card. Refuses with `ALREADY_EXISTS` if the patron has a card of that kind in use, or if the identity
   * number is enrolled (R7).
   */
  issueCard(
    reference: Reference,
    credential: NewCredential,
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /**
   * Reports the loss of a card in use. `onReplacement` is null for a library card (R18). `DISCONTINUE` closes the card
   * at once.
   */
  reportLoss(
    reference: Reference,
    number: LibraryCardNumber,
    onReplacement: OnReplacement | null,
    signal: AbortSignal,
  ): Promise<{ readonly report: LossReport; readonly credential: Credential } | CardRefusal>;
  /**
   * Replaces a card. A library card may be in use or lost. It is closed, and a card with a new number and the same PIN
   * replaces it (R19). A smart identity card must be lost, and its `onReplacement` must be `CONTINUE`. Afterwards it is
   * in use under its old number, with the newer `dateOfIssue`. `dateOfIssue` is null for a library card.
   */
  replaceCard(
    reference: Reference,
    number: LibraryCardNumber,
    dateOfIssue: LocalDate | null,
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** Closes a card that is in use or lost. */
  closeCard(
    reference: Reference,
    number: LibraryCardNumber,
    state: 'CLOSED' | 'SURRENDERED',
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** Records that the information card of a smart identity card in use is printed today (R10). */
  printInformationCard(
    reference: Reference,
    number: LibraryCardNumber,
    signal: AbortSignal,
  ): Promise<{ readonly credential: Credential } | CardRefusal>;
  /** Sets the PIN. A card is issued without a PIN. An empty `pin` is refused with `WRONG_STATE`. */
  changePin(
    reference: Reference,
    number: LibraryCardNumber,
    pin: string,
    signal: AbortSignal,
  ): Promise<{ readonly changed: true } | CardRefusal>;
  /**
   * Verifies a PIN. The call has no reference. It is a change, because the system counts wrong PINs: five of them lock
   * the PIN for 15 minutes. The state of the card is not checked.
   */
  verifyPin(number: LibraryCardNumber, pin: string, signal: AbortSignal): Promise<PinVerdict | CardRefusal>;
  /** Resolves when the system answers and accepts our login. */
  ping(signal: AbortSignal): Promise<void>;
}
