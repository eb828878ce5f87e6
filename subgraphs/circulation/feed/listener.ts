import type { FeedEvent } from '../../../adapters/circulation/port.ts';

/** A page of the feed, as the follower has read it. */
export interface ReadPage {
  /** The events are those after this sequence. */
  readonly after: string;
  readonly events: readonly FeedEvent[];
  /** Circulation has no more events now. */
  readonly isLast: boolean;
  /** The events may have been read before: this is the second reading, which finds what has filled a gap. */
  readonly isRepeated: boolean;
  /** Events before this one are not read again. */
  readonly settledSequence: string;
  /** How long this process alone follows the feed, in ms. */
  readonly leaseMs: number;
}

/** Takes the events for another purpose. The follower waits for it before it saves how far it has read. */
export interface FeedListener {
  /** Called with each page, also an empty one. A page may come twice. Never rejects. */
  take(page: ReadPage): Promise<void>;
  /** Circulation's sequences have begun anew: all events are read again from the first. Rejects with `StoreUnavailable`. */
  restart(): Promise<void>;
}
