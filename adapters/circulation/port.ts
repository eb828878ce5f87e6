/** 14 digits, the last a Luhn check digit. */
export type LibraryCardNumber = string;
/** 14 digits, the last a Luhn check digit. */
export type ItemNumber = string;
/** A calendar day in Hong Kong, `YYYY-MM-DD`. */
export type LocalDate = string;
/** RFC 3339 with its offset, as in `2026-11-15T10:15:00+08:00`. */
export type Instant = string;

/** An item that is out, under the card it was lent on. */
export interface Loan {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly itemNumber: ItemNumber;
  readonly titleNumber: string;
  readonly title: string;
  /** The copy's own branch. */
  readonly branch: string;
  readonly checkedOutAt: Instant;
  readonly dueOn: LocalDate;
  readonly renewals: number;
  /** Of the check-out; null where it was done without one, as desks do. */
  readonly reference: Reference | null;
}

export type HoldState = 'QUEUED' | 'READY' | 'CANCELLED' | 'LAPSED';

/** A reservation of a title. */
export interface Hold {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly titleNumber: string;
  readonly title: string;
  readonly pickupBranch: string;
  readonly state: HoldState;
  /** From 1; null unless queued. */
  readonly queuePosition: number | null;
  readonly placedAt: Instant;
  readonly readyUntil: LocalDate | null;
  /** Under which it was placed; null where that was done without one. */
  readonly reference: Reference | null;
}

export type Material = 'BOOK' | 'AUDIO_VISUAL' | 'DISC' | 'REFERENCE' | 'OTHER';
export type ItemState = 'AVAILABLE' | 'ON_LOAN' | 'ON_HOLD_SHELF' | 'MISSING';

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

export interface Charge {
  readonly id: string;
  readonly libraryCardNumber: LibraryCardNumber;
  readonly loanId: string | null;
  readonly kind: 'OVERDUE' | 'LOST_ITEM' | 'OTHER';
  /** Hong Kong cents. */
  readonly cents: number;
  readonly raisedOn: LocalDate;
}

/**
 * Our own, for one change: the system keeps it with what it did. It makes nothing idempotent; the same one again does it
 * again. An empty one is a `RangeError`.
 */
export type Reference = string;

/**
 * Asked once for each time that a change is about to be sent, when all else is ready and just before the first byte
 * leaves: false, and none does, which is `cancelled`.
 */
export type MaySend = () => boolean;

/** Why a change was not made. `CARD_LIMIT_REACHED`: of loans, on that card alone. */
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

/** What was done, or why nothing was. */
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

/** Something that was done, by us, at a desk or at a machine. */
export interface CirculationEvent {
  /** Ascending, with gaps; a decimal number of up to 19 digits. */
  readonly sequence: string;
  readonly at: Instant;
  readonly kind: CirculationEventKind;
  readonly libraryCardNumber: LibraryCardNumber | null;
  /** Null of holds and cards. */
  readonly itemNumber: ItemNumber | null;
  readonly loanId: string | null;
  /** Null where it was done without one, as desks do. */
  readonly reference: Reference | null;
}

/**
 * Items, loans, holds and charges. Every method rejects with an `UpstreamError` only, and gives up when `signal` aborts.
 * A change is sent once: its `outcome-unknown` means that it may have been done, every other reason that it was not.
 * What has not been done 30 seconds after it arrived never will be, so that `eventsByReference` then tells for certain.
 */
export interface Circulation {
  /** Same order and length as `numbers` (any count, repeats allowed). A card unknown here has no loans. */
  loansByCard(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(readonly Loan[])[]>;
  /** Same order and length as `numbers`. Cancelled and lapsed holds too. */
  holdsByCard(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(readonly Hold[])[]>;
  /** Same order and length as `numbers`. */
  chargesByCard(numbers: readonly LibraryCardNumber[], signal: AbortSignal): Promise<(readonly Charge[])[]>;
  /** Same order and length as `numbers` (any count, repeats allowed); null where there is no such item. */
  itemsByNumber(numbers: readonly ItemNumber[], signal: AbortSignal): Promise<(Item | null)[]>;
  /** Copies by any part of the title, no more than `first`: 1 to 500, else a `RangeError`. */
  findItems(title: string, first: number, signal: AbortSignal): Promise<readonly Item[]>;
  /** The system counts each card alone, and has never heard of patrons: R9 is the caller's to keep. */
  checkOut(
    number: LibraryCardNumber,
    itemNumber: ItemNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly loan: Loan }>>;
  /** The loan that has ended. */
  checkIn(
    itemNumber: ItemNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly loan: Loan }>>;
  /** Blocked cards' and overdue loans, too. */
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
  /** A queued or ready one. */
  cancelHold(
    holdId: string,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly hold: Hold }>>;
  /** Makes a card known, so that it can borrow. Of a known card, done again. */
  registerCard(
    number: LibraryCardNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly done: true }>>;
  /** Ends all lending on a card, at desks, too, but not renewing. Of a blocked card, done again. */
  blockCard(
    number: LibraryCardNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly done: true }>>;
  /** Of a card that is not blocked, done again. */
  unblockCard(
    number: LibraryCardNumber,
    reference: Reference,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<ChangeResult<{ readonly done: true }>>;
  /** What a reference led to, in order. Empty proves that nothing was done only once the request is known to have ended. */
  eventsByReference(reference: Reference, signal: AbortSignal): Promise<readonly CirculationEvent[]>;
  /**
   * In order, no more than `first`: 1 to 500, else a `RangeError`. `after`: the sequence of the last event seen, `'0'`
   * for all that are kept (90 days); what is no sequence is a `RangeError`.
   */
  eventsAfter(after: string, first: number, signal: AbortSignal): Promise<readonly CirculationEvent[]>;
  /** Resolves when the system answers and lets us in. */
  ping(signal: AbortSignal): Promise<void>;
}
