import type { IndexedHold, IndexedLoan } from './rows.ts';

/**
 * The beginning of a reading of a legacy system. Readings and marks (`ToRead`) get ascending numbers from one sequence,
 * so their order is known. Times would not give the order, because the database's clock may be put back, and the clocks
 * of two servers differ.
 */
export interface ReadingStart {
  readonly number: number;
  /** The time by the index's clock. It is only for display. */
  readonly at: Date;
}

/** The loans and holds of one card, from one reading of circulation. */
export interface CardReading {
  readonly libraryCardNumber: string;
  readonly start: ReadingStart;
  /** The card's loans. Null if loans were not read. */
  readonly loans: readonly IndexedLoan[] | null;
  /** The card's open holds. Null if holds were not read. */
  readonly holds: readonly IndexedHold[] | null;
}

/** A record to read again, because of an event, a change in a title's queue, or a failed reading. */
export type ToRead =
  /** The loans and holds of a card. */
  | { readonly kind: 'CARD'; readonly key: string }
  /** The title of an item that was lent or returned. */
  | { readonly kind: 'ITEM'; readonly key: string }
  /** The first cards in the queue of a title, because the next hold may have become ready. */
  | { readonly kind: 'TITLE'; readonly key: string }
  /**
   * The number of copies of a title that are on the shelves. It decides which queued holds of the title are to be
   * fetched (`IndexBuild.saveCopies`).
   */
  | { readonly kind: 'COPIES'; readonly key: string }
  /** The cards of a patron. They have changed after the current pass of the crawl had read them. */
  | { readonly kind: 'PATRON'; readonly key: string }
  /** An application, by its id. */
  | { readonly kind: 'APPLICATION'; readonly key: string }
  /**
   * A loss report. The key is the id of the report before it in card management's list, or `''` for the first report.
   */
  | { readonly kind: 'LOSS_REPORT'; readonly key: string };
