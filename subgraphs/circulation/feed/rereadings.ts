import type { FeedPosition } from '../../../store/journal/port.ts';
import type { ChangeTimes } from '../../operations/change-times.ts';
import type { FeedPage } from './feed-page.ts';

/**
 * Pause between two rereadings of the latest events, in ms. An event may be missing from the feed for up to
 * `gapsFillWithinMs`. In this time, the events after it are read several times.
 */
const rereadEveryMs = ({ gapsFillWithinMs }: ChangeTimes): number => gapsFillWithinMs / 4;
/**
 * An event is settled this long after it was first read, in ms. Until then, missing events before it may still appear,
 * so the events are read again.
 */
export const settledAfterMs = (times: ChangeTimes): number =>
  times.gapsFillWithinMs + 2 * rereadEveryMs(times);

const maxMisses = 2;

/** A rereading of the latest events, page by page, to find events that came late. It ends at the last known event. */
export interface Rereading {
  /**
   * The sequence after which the rereading began. Until it ends, the listener may get any event after this sequence
   * again.
   */
  readonly from: string;
  readonly after: string;
  readonly lastKnown: NonNullable<FeedPosition['last']>;
  /** The time by this process's monotonic clock. */
  readonly begunAtMs: number;
}

/**
 * - `UNDER_WAY`: there are more pages to read again.
 * - `SHOWN`: the rereading has ended, and the last known event was in it.
 * - `MISSED`: the rereading has ended, and the last known event was not in it, perhaps because of a proxy's cache.
 * - `GONE`: several rereadings in a row did not contain the last known event. All events must be read again.
 */
export type RereadingState = 'UNDER_WAY' | 'SHOWN' | 'MISSED' | 'GONE';

/** Decides when the latest events are read again, and whether they still contain the last known event. */
export class Rereadings {
  readonly #monotonic: () => number;
  readonly #times: ChangeTimes;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  /** The number of rereadings in a row that did not show the last known event. */
  #misses = 0;
  /** Null if no rereading is under way. */
  current: Rereading | null = null;

  constructor(monotonic: () => number, times: ChangeTimes) {
    this.#monotonic = monotonic;
    this.#times = times;
  }

  /** Must be called when the follower continues elsewhere in the feed. */
  forget(): void {
    this.current = null;
  }

  /** Begins a rereading if none is under way, and the last one ended long enough ago. */
  beginIfDue({ settledSequence, last }: FeedPosition): void {
    const isDue = this.#monotonic() - this.#endedAtMs >= rereadEveryMs(this.#times);
    if (last !== null && isDue) {
      const from = rereadAfter(settledSequence, last.sequence);
      this.current ??= { from, after: from, lastKnown: last, begunAtMs: this.#monotonic() };
    }
  }

  /** Moves the rereading forward by the page that was just read. */
  take(rereading: Rereading, { events, isLast }: FeedPage): RereadingState {
    const { after, lastKnown } = rereading;
    const newest = events.at(-1)?.sequence ?? after;
    if (!isLast && BigInt(newest) < BigInt(lastKnown.sequence)) {
      this.current = { ...rereading, after: newest };
      return 'UNDER_WAY';
    }
    this.current = null;
    this.#endedAtMs = this.#monotonic();
    const isShown = events.some(
      ({ sequence, at }) =>
        sequence === lastKnown.sequence && new Date(at).getTime() === lastKnown.at.getTime(),
    );
    this.#misses = isShown ? 0 : this.#misses + 1;
    if (this.#misses >= maxMisses) {
      this.#misses = 0;
      return 'GONE';
    }
    return isShown ? 'SHOWN' : 'MISSED';
  }
}

/**
 * The sequence after which a rereading begins. It is before the last known event, because the rereading must show that
 * event again.
 */
function rereadAfter(settledSequence: string, lastSequence: string): string {
  const before = BigInt(lastSequence) - 1n;
  return BigInt(settledSequence) < before ? settledSequence : String(before < 0n ? 0n : before);
}
