import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FeedLease } from '../../../store/journal/port.ts';

/** A page of the feed, as the follower has read it. */
export interface ReadPage {
  /** The sequence after which the page was requested. */
  readonly after: string;
  readonly events: readonly FeedEvent[];
  /** Whether circulation has no more events now. */
  readonly isLast: boolean;
  /** Whether the page is from a rereading, which finds events that filled a gap. Most of its events are known. */
  readonly isRepeated: boolean;
  /** Events up to this sequence are not read again. */
  readonly settledSequence: string;
  /** The time for which no other process follows the feed, in ms. */
  readonly leaseMs: number;
  /** The follower's right to save what it has read. */
  readonly lease: FeedLease;
}

/** Another user of the feed's events. The follower waits for the listener before it saves the new position. */
export interface FeedListener {
  /** Called with each page, even if the page is empty. A page may come twice. Never rejects. */
  take(page: ReadPage): Promise<void>;
  /**
   * Called when circulation has started its sequences again. All events are then read again from the first. Rejects
   * with `StoreUnavailable`.
   */
  restart(): Promise<void>;
}

/** A listener that gives everything to two others, in this order. */
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
