/** The kinds of notices. Each name is also the event type of a webhook, so it must never change. */
export type NoticeKind =
  | 'loan.due-in-3-days'
  | 'loan.due-in-1-day'
  | 'loan.overdue'
  | 'hold.ready'
  | 'hold.lapsing'
  | 'card.issued'
  | 'application.decided'
  | 'loss.reported'
  | 'pin.changed'
  | 'contact.changed'
  | 'charge.raised'
  | 'payment.received'
  | 'payment.refunded';

/** A notice to a reader, before it is made. */
export interface NewNotice {
  readonly kind: NoticeKind;
  readonly patronId: string;
  /**
   * Identifies the notice among the notices of its kind, so that it is made only once. 1 to 200 characters, such as
   * `P0000001 2026-11-29`. Only a keyed hash of this text is kept, for 100 days after the notice was made or last seen.
   */
  readonly occasion: string;
  /**
   * The endpoints that get the notice: 0 to 20 names of 1 to 64 characters. If there are none, the notice is only
   * recorded as made, so that it is not made later.
   */
  readonly endpoints: readonly string[];
  /** The e-mail address to which the notice goes, 1 to 254 characters. Null for the address in the patron's record. */
  readonly formerEmail: string | null;
}

/** A notice on its way to one endpoint. */
export interface NoticeDelivery {
  /** The notice's id, 22 characters. It is the same for every endpoint. */
  readonly id: string;
  readonly endpoint: string;
  readonly kind: NoticeKind;
  readonly patronId: string;
  /** Null if the notice goes to the address in the patron's record. */
  readonly formerEmail: string | null;
  readonly madeAt: Date;
  /** The time at which the notice was made, or at which staff last requested it again. */
  readonly startedAt: Date;
  /** The number of attempts since `startedAt`. */
  readonly attempts: number;
}

/**
 * The reason why an attempt failed. For a webhook:
 *
 * - `STATUS`: the answer had an unsuccessful HTTP status other than those below.
 * - `GONE`: the status was 410. The endpoint wants no more notices.
 * - `REDIRECTED`: the status was 3xx. Redirects are not followed.
 *
 * For the mail server:
 *
 * - `STATUS`: the server answered with 4xx, or refused more than this mail, such as the login.
 * - `REFUSED`: the server refused this mail for good, with 5xx.
 * - `NO_ADDRESS`: the registry has no address of the reader, or none that a mail can be sent to.
 *
 * For both:
 *
 * - `NO_RECORD`: the registry didn't return the reader's record.
 * - `TIMED_OUT`: there was no answer in time.
 * - `UNREACHABLE`: there was no connection, or its certificate was not trusted.
 */
export type DeliveryFailure =
  | 'STATUS'
  | 'GONE'
  | 'REDIRECTED'
  | 'REFUSED'
  | 'NO_ADDRESS'
  | 'NO_RECORD'
  | 'TIMED_OUT'
  | 'UNREACHABLE';

/** A notice that could not be delivered to an endpoint. It is sent again only if staff request it. */
export interface UndeliveredNotice extends NoticeDelivery {
  readonly failure: DeliveryFailure;
  /** The status of the last answer, of HTTP or of SMTP. Null if there was none. */
  readonly status: number | null;
  readonly givenUpAt: Date;
}

/** The conditions of a list of undelivered notices. Each notice meets all conditions that are not null. */
export interface UndeliveredFilter {
  readonly endpoint: string | null;
  readonly kinds: readonly NoticeKind[] | null;
  readonly failures: readonly DeliveryFailure[] | null;
}

/** The order of a list, by the time at which each notice was given up. */
export type UndeliveredOrder = 'NEWEST_FIRST' | 'OLDEST_FIRST';

/** A notice that some endpoint has not received yet. */
export interface OwnNotice extends Pick<NoticeDelivery, 'id' | 'kind' | 'madeAt'> {
  /** Whether an endpoint still waits for the notice. False if all deliveries were given up. */
  readonly isOnItsWay: boolean;
}

/** The last notice of a page. The next page begins after it. */
export type OwnNoticePosition = Pick<OwnNotice, 'madeAt' | 'id'>;

/** The kind of notice that a link in a mail switches off, and the reader who got the mail. */
export interface SwitchOff {
  readonly patronId: string;
  readonly kind: NoticeKind;
}

/** The last notice of a page. The next page begins after it. */
export type UndeliveredPosition = Pick<UndeliveredNotice, 'givenUpAt' | 'id' | 'endpoint'>;

/** How far notices have been made, for the process that holds the lease. */
export interface NoticeLease {
  /** The time at which notices were made for the first time. Nothing from before this time makes a notice. */
  readonly since: Date;
  /**
   * The sequence up to which notices were made for circulation's events. Null before the first event, and after
   * circulation's sequences have begun again.
   */
  readonly eventSequence: string | null;
  /** The last day, `YYYY-MM-DD`, for which the notices about all loans and holds were made. Null before the first. */
  readonly passedDay: string | null;
}

/**
 * Notices to readers, and their delivery to the library's endpoints. Only one process at a time, the holder of the
 * lease, makes and sends notices. The patron and the former address of a notice are encrypted. The methods reject like
 * the methods of `Journal`.
 */
export interface Notices {
  /**
   * Takes the lease, or prolongs it. Null while another `holder` (a name of 1 to 64 characters) has it. The lease becomes
   * free when this process observes, by its monotonic clock, that nobody prolonged it for `leaseMs`.
   */
  leaseNotices(holder: string, leaseMs: number): Promise<NoticeLease | null>;
  /** Ends the lease, so that another process can take it at once. Does nothing without the lease. */
  leaveNotices(holder: string): Promise<void>;
  /** Saves the sequence up to which notices were made for circulation's events. Does nothing without the lease. */
  saveNoticeEvents(holder: string, sequence: string): Promise<void>;
  /**
   * Saves that the notices about all loans and holds were made for a day (`YYYY-MM-DD`). Does nothing without the
   * lease.
   */
  saveNoticeDay(holder: string, day: string): Promise<void>;
  /**
   * Returns the occasions among these (0 to 500) that have a notice of this kind, each with the time of its notice.
   * Also keeps the records of these notices for at least 70 more days.
   */
  seeNotices(kind: NoticeKind, occasions: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /** The occasions among these (0 to 500) for which no notice of this kind was made. */
  unmadeNotices(kind: NoticeKind, occasions: readonly string[]): Promise<readonly string[]>;
  /**
   * Makes the notices (1 to 500) that were not made before. New notices are due at once. Resolves to the number of new
   * notices. The effect is durable.
   */
  makeNotices(notices: readonly NewNotice[]): Promise<number>;
  /**
   * At most `maxItems` (1 to 101) deliveries to the endpoint that are due. The delivery that became due first comes
   * first.
   */
  dueDeliveries(endpoint: string, maxItems: number): Promise<readonly NoticeDelivery[]>;
  /** Removes the delivery, because the endpoint has received the notice. */
  delivered(id: string, endpoint: string): Promise<void>;
  /** Removes the delivery unsent, because the patron no longer gets notices. */
  dropDelivery(id: string, endpoint: string): Promise<void>;
  /**
   * Records a failed attempt. The next attempt is due after `retryAfterMs`. If `retryAfterMs` is null, the delivery is
   * given up. Does nothing if the delivery no longer exists.
   */
  deliveryFailed(
    id: string,
    endpoint: string,
    failed: Pick<UndeliveredNotice, 'failure' | 'status'> & { readonly retryAfterMs: number | null },
  ): Promise<void>;
  /** The number of pending deliveries, and of deliveries that were given up. */
  countDeliveries(): Promise<{ readonly pending: number; readonly undelivered: number }>;
  /**
   * Deliveries that were given up; by default all of them, the newest first. They are kept for 30 days after the notice
   * was made. `maxItems` is 1 to 101.
   */
  undeliveredNotices(
    after: UndeliveredPosition | null,
    maxItems: number,
    listing?: UndeliveredFilter & { readonly order: UndeliveredOrder },
  ): Promise<readonly UndeliveredNotice[]>;
  /** The number of deliveries on all pages of `undeliveredNotices`. */
  countUndelivered(filter: UndeliveredFilter): Promise<number>;
  /**
   * The patron's notices that some endpoint has not received yet, the latest first. `maxItems` is 1 to 101. Notices that
   * an older program made are not found.
   */
  noticesOfPatron(
    patronId: string,
    after: OwnNoticePosition | null,
    maxItems: number,
  ): Promise<readonly OwnNotice[]>;
  /** The undelivered notice with this id for this endpoint. Null if there is none. */
  findUndelivered(id: string, endpoint: string): Promise<UndeliveredNotice | null>;
  /**
   * Makes an undelivered notice due at once, and counts its attempts from 0 again. Resolves to false if the notice is
   * no longer undelivered. The effect is durable.
   */
  resendNotice(id: string, endpoint: string): Promise<boolean>;
  /**
   * Encrypts the reader and the kind into a text for a link. The text has only letters, digits, `-` and `_`. It stays
   * valid when the data key is replaced.
   */
  sealSwitchOff(switchOff: SwitchOff): Promise<string>;
  /**
   * Returns the reader and the kind from a text of `sealSwitchOff` (1 to 1000 characters). Null if `sealSwitchOff`
   * didn't make the text.
   */
  openSwitchOff(sealed: string): Promise<SwitchOff | null>;
}
