import type { FeedPosition } from '../../../store/journal/port.ts';
import type { ChangeTimes } from '../../operations/change-times.ts';
import type { FeedPage } from './feed-page.ts';

/**
 * Pause before the events that may have gaps are read again, in ms. These events are read several times while a gap may
 * still be filled.
 */
const rereadEveryMs = ({ gapsFillWithinMs }: ChangeTimes): number => gapsFillWithinMs / 4;
/**
 * An event is settled this many ms after it was first seen. In this time, gaps are filled, and the event is read again.
 */
export const settledAfterMs = (times: ChangeTimes): number =>
  times.gapsFillWithinMs + 2 * rereadEveryMs(times);

const maxMisses = 2;

/** A rereading of the events that may have gaps, page after page, up to the last known event. */
export interface Rereading {
  /**
   * The sequence after which the rereading began. Until the rereading ends, any event after this sequence may be given
   * to the listener again.
   */
  readonly from: string;
  readonly after: string;
  readonly lastKnown: NonNullable<FeedPosition['last']>;
  /** The time by this process's monotonic clock. */
  readonly begunAtMs: number;
}

/**
 * - `UNDER_WAY`: there are more pages to read again.
 * - `SHOWN`: the rereading has shown the last known event, and has ended.
 * - `MISSED`: the rereading has ended without the last known event. A single miss may be due to a proxy's cache.
 * - `GONE`: several rereadings in a row have ended without the last known event. All events must be read again.
 */
export type RereadingState = 'UNDER_WAY' | 'SHOWN' | 'MISSED' | 'GONE';

/** Decides when events are read again, and whether the last known event has come back. */
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

  /** Must be called when the follower continues at another position. */
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

  /** Takes the next page of a rereading into account. */
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
