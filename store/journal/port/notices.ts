/** The kinds of notices. Each is the event type of a webhook, and never changes. */
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
   * Identifies it among the notices of its kind, so that it is made once. 1 to 200 characters, such as `P0000001 2026-11-29`. Only a
   * keyed hash of it is kept, for 100 days.
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
  /** The time of the first attempt: when it was made, or when staff asked for it again. */
  readonly startedAt: Date;
  /** Attempts since then. */
  readonly attempts: number;
}

/**
 * Why an attempt failed.
 *
 * - `STATUS`: an HTTP status other than those below.
 * - `GONE`: 410, the endpoint wants no more notices.
 * - `REDIRECTED`: 3xx, which is not followed.
 * - `TIMED_OUT`: no answer in time.
 * - `UNREACHABLE`: no connection, or no trusted one.
 */
export type DeliveryFailure = 'STATUS' | 'GONE' | 'REDIRECTED' | 'TIMED_OUT' | 'UNREACHABLE';

/** A notice that could not be delivered to an endpoint. It is tried again only if staff ask for it. */
export interface UndeliveredNotice extends NoticeDelivery {
  /** Why the last attempt failed. */
  readonly failure: DeliveryFailure;
  /** The HTTP status of its answer; null where there was none. */
  readonly status: number | null;
  readonly givenUpAt: Date;
}

/** The last notice of a page. The next page begins after it. */
export type UndeliveredPosition = Pick<UndeliveredNotice, 'givenUpAt' | 'id' | 'endpoint'>;

/** The state for the process that makes and sends notices. */
export interface NoticeLease {
  /** When notices were made for the first time. Nothing from before this time makes a notice. */
  readonly since: Date;
  /** The last of circulation's events that was processed; null before the first. */
  readonly eventSequence: string | null;
  /** The last day, `YYYY-MM-DD`, whose loans and holds were all processed; null before the first. */
  readonly passedDay: string | null;
}

/**
 * Notices to readers, and their delivery to the library's endpoints. One process at a time, the holder of the lease, makes and sends
 * them. The patron of a notice is encrypted. Rejects as a `Journal` does.
 */
export interface Notices {
  /** Takes the lease for `leaseMs`, or prolongs it. Null while another holder (1 to 64 characters) has it. */
  leaseNotices(holder: string, leaseMs: number): Promise<NoticeLease | null>;
  /** Ends the lease, so that another process need not wait. Does nothing without it. */
  leaveNotices(holder: string): Promise<void>;
  /** Saves how far circulation's events were processed. Does nothing without the lease. */
  saveNoticeEvents(holder: string, sequence: string): Promise<void>;
  /** Saves that all loans and holds of a day (`YYYY-MM-DD`) were processed. Does nothing without the lease. */
  saveNoticeDay(holder: string, day: string): Promise<void>;
  /** Those of the occasions (0 to 500) for which no notice of that kind was made. */
  unmadeNotices(kind: NoticeKind, occasions: readonly string[]): Promise<readonly string[]>;
  /** Makes those of the notices (1 to 500) that were not made before. They are due at once. Resolves to how many were new. Durable. */
  makeNotices(notices: readonly NewNotice[]): Promise<number>;
  /** At most `maxItems` (1 to 100) deliveries to the endpoint that are due, the longest due first. */
  dueDeliveries(endpoint: string, maxItems: number): Promise<readonly NoticeDelivery[]>;
  /** The endpoint has received it. The delivery is removed. */
  delivered(id: string, endpoint: string): Promise<void>;
  /** An attempt failed. The next is due after `retryAfterMs`; null: the delivery is given up. Does nothing if it no longer exists. */
  deliveryFailed(
    id: string,
    endpoint: string,
    failed: Pick<UndeliveredNotice, 'failure' | 'status'> & { readonly retryAfterMs: number | null },
  ): Promise<void>;
  /** How many are to be delivered, and how many were given up. */
  countDeliveries(): Promise<{ readonly pending: number; readonly undelivered: number }>;
  /** Deliveries that were given up, the latest first. `maxItems`: 1 to 101. They are kept for 30 days after they were made. */
  undeliveredNotices(
    after: UndeliveredPosition | null,
    maxItems: number,
  ): Promise<readonly UndeliveredNotice[]>;
  /** Null if there is no such undelivered notice. */
  findUndelivered(id: string, endpoint: string): Promise<UndeliveredNotice | null>;
  /** Makes it due at once, with no attempts. Resolves to false if it is not among the undelivered any more. Durable. */
  resendNotice(id: string, endpoint: string): Promise<boolean>;
}
