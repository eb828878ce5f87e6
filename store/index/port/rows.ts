/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;
/** An RFC 3339 timestamp in Hong Kong's offset, such as `2026-11-15T10:15:00+08:00`. */
export type Instant = string;

export interface IndexedLoan {
  readonly id: string;
  readonly libraryCardNumber: string;
  readonly itemNumber: string;
  readonly titleNumber: string;
  readonly title: string;
  readonly branch: string;
  readonly dueOn: LocalDate;
}

/** The states of holds in the index. The index doesn't contain ended holds. */
export type OpenHoldState = 'QUEUED' | 'READY';

export interface IndexedHold {
  readonly id: string;
  readonly libraryCardNumber: string;
  readonly titleNumber: string;
  readonly title: string;
  readonly pickupBranch: string;
  readonly state: OpenHoldState;
  readonly placedAt: Instant;
  /** The last day on the hold shelf. Null unless the hold is ready. */
  readonly readyUntil: LocalDate | null;
}

export type ApplicationStatus = 'RECEIVED' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN';

export interface IndexedApplication {
  readonly id: string;
  readonly patronId: string | null;
  readonly channel: 'COUNTER' | 'INTERNET';
  readonly status: ApplicationStatus;
  readonly submittedAt: Instant;
  readonly decidedAt: Instant | null;
}

export interface IndexedLossReport {
  readonly id: string;
  readonly libraryCardNumber: string;
  readonly reportedAt: Instant;
}
