import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FeedLease } from '../../../store/journal/port.ts';

/** A page of the feed, as the follower has read it. */
export interface ReadPage {
  /** The sequence after which the page was requested. */
  readonly after: string;
  readonly events: readonly FeedEvent[];
  /** Whether circulation has no more events now. */
  readonly isLast: boolean;
  /** Whether the page was read again, to find events that filled a gap. Most of its events are then already known. */
  readonly isRepeated: boolean;
  /** The listener doesn't get events up to this sequence again. */
  readonly settledSequence: string;
  /** The duration of the lease, in ms. It begins shortly before the page is read. */
  readonly leaseMs: number;
  /** The lease of the follower, with which the listener may save what it has read. */
  readonly lease: FeedLease;
}

/**
 * A user of the feed's events besides the follower. The follower saves a new position only after the listener has taken
 * the page.
 */
export interface FeedListener {
  /** Called with each page, even if the page is empty. A page may come twice. Never rejects. */
  take(page: ReadPage): Promise<void>;
  /**
   * Called when circulation has started its sequence numbers again. All events are then read from the first. Rejects
   * with `StoreUnavailable`.
   */
  restart(): Promise<void>;
}

/** Returns a listener that passes everything to the first listener, and then to the second. */
export const both = (first: FeedListener, second: FeedListener): FeedListener => ({
  async take(page) {
    await first.take(page);
    await second.take(page);
  },
  async restart() {
    await first.restart();
    await second.restart();
  },
});
