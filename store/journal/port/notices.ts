/** What readers are told of. Each is the event type of a webhook, and never changes. */
export type NoticeKind =
  | 'loan.due-in-3-days'
  | 'loan.due-in-1-day'
  | 'loan.overdue'
  | 'hold.ready'
  | 'hold.lapsing'
  | 'card.issued'
  | 'application.decided'
  | 'loss.reported';

/** Something to tell a reader. */
export interface NewNotice {
  readonly kind: NoticeKind;
  readonly patronId: string;
  /**
   * What tells it from other notices of its kind, 1 to 200 characters, such as `P0000001 2026-11-29`: it is made once. Kept for
   * 100 days, as a keyed hash alone.
   */
  readonly occasion: string;
  /** The endpoints to send it to, 1 to 20 names of 1 to 64 characters. */
  readonly endpoints: readonly string[];
}

/** A notice on its way to one endpoint. */
export interface NoticeDelivery {
  /** The notice's id, 22 characters: the same for every endpoint. */
  readonly id: string;
  readonly endpoint: string;
  readonly kind: NoticeKind;
  readonly patronId: string;
  readonly madeAt: Date;
  /** It is tried from then on: when it was made, or when staff asked for it again. */
  readonly startedAt: Date;
  /** How often it was tried since. */
  readonly attempts: number;
}

/**
 * Why an attempt failed. `STATUS`: an HTTP status other than 2xx. `GONE`: 410, the endpoint wants no more. `REDIRECTED`: 3xx, which
 * is not followed. `TIMED_OUT`: no answer in time. `UNREACHABLE`: no connection, or none that can be trusted.
 */
export type DeliveryFailure = 'STATUS' | 'GONE' | 'REDIRECTED' | 'TIMED_OUT' | 'UNREACHABLE';

/** A notice that an endpoint could not be given. It is not tried again unless staff ask for it. */
export interface UndeliveredNotice extends NoticeDelivery {
  /** Why the last attempt failed. */
  readonly failure: DeliveryFailure;
  /** The HTTP status of its answer; null where there was none. */
  readonly status: number | null;
  readonly givenUpAt: Date;
}

/** Where a list of undelivered notices goes on: after the one given up then, of that id and endpoint. */
export type UndeliveredPosition = Pick<UndeliveredNotice, 'givenUpAt' | 'id' | 'endpoint'>;

/** What the process that makes and sends notices finds. */
export interface NoticeLease {
  /** When notices were made for the first time: nothing from before is told. */
  readonly since: Date;
  /** The last of circulation's events that was looked at; null before the first. */
  readonly eventSequence: string | null;
  /** The last day, `YYYY-MM-DD`, whose loans and holds were all looked at; null before the first. */
  readonly passedDay: string | null;
}

/**
 * Notices to readers, and their way to the library's endpoints. One process at a time makes and sends them: it has a lease.
 * Whose a notice is is encrypted. Rejects as a `Journal` does.
 */
export interface Notices {
  /** Takes the lease for `leaseMs`, or prolongs it. Null while another holder (1 to 64 characters) has it. */
  leaseNotices(holder: string, leaseMs: number): Promise<NoticeLease | null>;
  /** Ends the lease, so that another process need not wait. Does nothing without it. */
  leaveNotices(holder: string): Promise<void>;
  /** Remembers how far circulation's events were looked at. Does nothing without the lease. */
  saveNoticeEvents(holder: string, sequence: string): Promise<void>;
  /** Remembers that all loans and holds of a day (`YYYY-MM-DD`) were looked at. Does nothing without the lease. */
  saveNoticeDay(holder: string, day: string): Promise<void>;
  /** Those of the occasions (0 to 500) of which no notice of that kind was made. */
  unmadeNotices(kind: NoticeKind, occasions: readonly string[]): Promise<readonly string[]>;
  /** Makes the notices (1 to 500) that were not made before, due at once. Resolves to how many were new. Durable. */
  makeNotices(notices: readonly NewNotice[]): Promise<number>;
  /** At most `maxItems` (1 to 100) deliveries to the endpoint that are due, the longest due first. */
  dueDeliveries(endpoint: string, maxItems: number): Promise<readonly NoticeDelivery[]>;
  /** The endpoint has it: nothing of the delivery is kept. */
  delivered(id: string, endpoint: string): Promise<void>;
  /** An attempt failed; the next is due after `retryAfterMs`. Null: the delivery is given up. Does nothing if it is gone. */
  deliveryFailed(
    id: string,
    endpoint: string,
    failed: Pick<UndeliveredNotice, 'failure' | 'status'> & { readonly retryAfterMs: number | null },
  ): Promise<void>;
  /** How many are on their way, and how many were given up. */
  countDeliveries(): Promise<{ readonly pending: number; readonly undelivered: number }>;
  /** Those that were given up, the latest first. `maxItems`: 1 to 101. They are kept for 30 days after they were made. */
  undeliveredNotices(
    after: UndeliveredPosition | null,
    maxItems: number,
  ): Promise<readonly UndeliveredNotice[]>;
  /** Null if there is no such undelivered notice. */
  findUndelivered(id: string, endpoint: string): Promise<UndeliveredNotice | null>;
  /** Due at once, as if it had never been tried. Resolves to false if it is not among the undelivered any more. Durable. */
  resendNotice(id: string, endpoint: string): Promise<boolean>;
}
