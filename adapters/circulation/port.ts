/** 14 digits. The last one is a Luhn check digit. */
export type LibraryCardNumber = string;
/** 14 digits. The last one is a Luhn check digit. */
export type ItemNumber = string;
/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;
/** An RFC 3339 timestamp with offset, such as `2026-11-15T10:15:00+08:00`. */
export type Instant = string;

/**
 * An item on loan. The loan belongs to the card that the item was lent on, even if that card is lost, replaced or
 * closed later (R16).
 */
export interface Loan {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly itemNumber: ItemNumber;
  readonly titleNumber: string;
  readonly title: string;
  /** The branch that the copy belongs to. */
  readonly branch: string;
  readonly checkedOutAt: Instant;
  readonly dueOn: LocalDate;
  readonly renewals: number;
  /**
   * The reference of the check-out. A renewal doesn't change it. Null for a check-out at a desk, because desks send no
   * reference.
   */
  readonly reference: Reference | null;
}

/** `OTHER`: a state that the system's contract doesn't name. Such a hold may still be open. */
export type HoldState = 'QUEUED' | 'READY' | 'CANCELLED' | 'LAPSED' | 'OTHER';

/** A reservation of a title by a card. */
export interface Hold {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly titleNumber: string;
  readonly title: string;
  readonly pickupBranch: string;
  readonly state: HoldState;
  /** The first position is 1. Null unless the hold is queued. */
  readonly queuePosition: number | null;
  readonly placedAt: Instant;
  /** The last day on the hold shelf. Null if the system gives none. */
  readonly readyUntil: LocalDate | null;
  /** The reference with which the hold was placed. Null if there was none. */
  readonly reference: Reference | null;
}

export type Material = 'BOOK' | 'AUDIO_VISUAL' | 'DISC' | 'REFERENCE' | 'OTHER';
/** `OTHER`: a state that the system's contract doesn't name, such as in transit. Such a copy is not on the shelf. */
export type ItemState = 'AVAILABLE' | 'ON_LOAN' | 'ON_HOLD_SHELF' | 'MISSING' | 'OTHER';

/** One copy of a title. */
export interface Item {
  readonly itemNumber: ItemNumber;
  readonly titleNumber: string;
  readonly title: string;
  readonly author: string | null;
  readonly callNumber: string | null;
  readonly branch: string | null;
  readonly material: Material;
  readonly state: ItemState;
}

/** Money that is owed for an overdue or lost item. */
export interface Charge {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly loanId: string | null;
  readonly kind: 'OVERDUE' | 'LOST_ITEM' | 'OTHER';
  /** The amount in Hong Kong cents. */
  readonly cents: number;
  readonly raisedOn: LocalDate;
}

/**
 * The caller's own id of one change. The system stores it with the change's events, so that `eventsByReference` finds
 * them. A reference doesn't make a change idempotent: a second change with the same reference is made, too. An empty
 * reference is a `RangeError`.
 */
export type Reference = string;

/**
 * Decides for the caller whether a change may be sent. Called each time, just before the first byte is sent. If it
 * returns false, no byte is sent and the change rejects with `cancelled`.
 */
export type MaySend = () => boolean;

/** The reason for a refusal. `CARD_LIMIT_REACHED` is the system's own limit: ten loans on that card alone. */
export type CirculationRefusal =
  | 'CARD_UNKNOWN'
  | 'CARD_BLOCKED'
  | 'ITEM_UNKNOWN'
  | 'TITLE_UNKNOWN'
  | 'ITEM_NOT_AVAILABLE'
  | 'ITEM_NOT_FOR_LOAN'
  | 'ITEM_NOT_ON_LOAN'
  | 'CARD_LIMIT_REACHED'
  | 'NO_RENEWALS_LEFT'
  | 'WANTED_BY_ANOTHER'
  | 'LOAN_UNKNOWN'
  | 'HOLD_LIMIT_REACHED'
  | 'ALREADY_HELD'
  | 'HOLD_UNKNOWN';

/** The data of a change that was made, or the reason why it was not made. */
export type ChangeResult<Done> = Done | { readonly refused: CirculationRefusal };

export type CirculationEventKind =
  | 'CHECKED_OUT'
  | 'CHECKED_IN'
  | 'RENEWED'
  | 'HOLD_PLACED'
  | 'HOLD_CANCELLED'
  | 'CARD_REGISTERED'
  | 'CARD_BLOCKED'
  | 'CARD_UNBLOCKED';

/** A change in the system, requested through this port, at a desk or at a machine. */
export interface CirculationEvent {
  /** A decimal number of up to 19 digits. Sequences ascend, with gaps. */
  readonly sequence: string;
  readonly at: Instant;
  readonly kind: CirculationEventKind;
  readonly libraryCardNumber: LibraryCardNumber | null;
  /** Null for events of holds and cards. */
  readonly itemNumber: ItemNumber | null;
  readonly loanId: string | null;
  /** Null for a change without a reference. Desks send none. */
  readonly reference: Reference | null;
}

/**
 * An event in the feed of all events. `OTHER` is a kind that the contract doesn't have. A newer version of the system
 * may write such events at any time, and they must not stop the follower of the feed.
 */
export interface FeedEvent extends Omit<CirculationEvent, 'kind'> {
  readonly kind: CirculationEventKind | 'OTHER';
}

/**
 * Items, loans, holds and charges.
 *
 * Every method rejects only with an `UpstreamError`, and ends as soon as `signal` aborts. An argument out of range is a
 * `RangeError`, where a method says so.
 *
 * A change is sent once. A change that rejects with `outcome-unknown` may have been made. A change that rejects with
 * any other reason was not made. If a change is not made within 30 seconds of its arrival, the system drops it. After
 * that time `eventsByReference` shows for certain whether it was made.
 */
export interface Circulation {
  /**
   * The loans of each card, in the order of `numbers` (any count, repeats allowed). The list is empty for a card
   * without loans, and for a card that the system doesn't know.
   */
  loansByCard(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(readonly Loan[])[]>;
  /** The holds of each card, even cancelled or lapsed, in the order of `numbers` (any count, repeats allowed). */
  holdsByCard(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(readonly Hold[])[]>;
  /** The charges of each card, in the order of `numbers` (any count, repeats allowed). */
  chargesByCard(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(readonly Charge[])[]>;
  /** The item for each of `numbers` (any count, repeats allowed), in the same order. Null for an unknown item. */
  itemsByNumber(numbers: readonly ItemNumber[], signal: AbortSignal): Promise<(Item | null)[]>;
  /** At most `first` copies whose title contains `title`. `first` is 1 to 500, otherwise a `RangeError`. */
  findItems(title: string, first: number, signal: AbortSignal): Promise<readonly Item[]>;
  /** Lends an item. The system counts loans by card, not by patron: the caller enforces the patron's limit (R9). */
  checkOut(
    number: LibraryCardNumber,
    itemNumber: ItemNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly loan: Loan }>>;
  /** Resolves to the loan that the check-in ended. */
  checkIn(
    itemNumber: ItemNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly loan: Loan }>>;
  /** Renews a loan, even if it is overdue or its card is blocked. */
  renew(
    loanId: string,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly loan: Loan }>>;
  placeHold(
    number: LibraryCardNumber,
    titleNumber: string,
    pickupBranch: string,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly hold: Hold }>>;
  /** Cancels a hold that is queued or ready. */
  cancelHold(
    holdId: string,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly hold: Hold }>>;
  /**
   * Makes a card known to the system, so that the card can borrow. The call also succeeds for a known card, and writes
   * another event.
   */
  registerCard(
    number: LibraryCardNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly done: true }>>;
  /**
   * Stops all lending on a card, also at desks. Renewals still work. The call also succeeds for a blocked card, and
   * writes another event.
   */
  blockCard(
    number: LibraryCardNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly done: true }>>;
  /**
   * Allows lending on a blocked card again. The call also succeeds for a card without a block, and writes another event.
   */
  unblockCard(
    number: LibraryCardNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly done: true }>>;
  /**
   * The events of the change with this reference, in order. An empty list proves that the change was not made, but only
   * after the change's own request has ended. Rejects with `invalid-response` for an event of an unknown kind. It can't
   * be left out, because it may undo another event.
   */
  eventsByReference(reference: Reference, signal: AbortSignal): Promise<readonly CirculationEvent[]>;
  /**
   * At most `first` events after a sequence, in order. `after` is the sequence of the last event that the caller has
   * seen. `'0'` gives all events that the system keeps: the events of the last 90 days. `first` is 1 to 500. Any other
   * `first` or `after` is a `RangeError`.
   */
  eventsAfter(after: string, first: number, signal: AbortSignal): Promise<readonly FeedEvent[]>;
  /** Resolves when the system answers and accepts our login. */
  ping(signal: AbortSignal): Promise<void>;
}
