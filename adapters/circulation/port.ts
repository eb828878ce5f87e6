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

/** Items, loans, holds and charges. Every method rejects with an `UpstreamError` only, and gives up when `signal` aborts. */
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
  /** Resolves when the system answers and lets us in. */
  ping(signal: AbortSignal): Promise<void>;
}
