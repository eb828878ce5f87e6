import type { FeedLease } from '../../../store/journal/port.ts';
import type { LogServices } from './services.ts';

/** A number of the log, and what must happen before the index has certainly applied the log up to this number. */
interface Candidate {
  readonly number: number;
  /** The log's position in the feed when the number was read, or later. Null if the log has not begun. */
  readonly feedSequence: string | null;
  /**
   * The number of a mark. The index must have read again everything that it marked up to this number. Null until the
   * index has marked everything that the events up to `feedSequence` change.
   */
  markNumber: number | null;
  /** Whether a poll of card management has begun since the number was read, and whether such a poll has ended. */
  poll: 'awaited' | 'began' | 'ended';
}

/**
 * Finds out up to which number the index has applied the log. A client that reads a list of the index can follow from
 * this number, and misses nothing. No clock is compared.
 *
 * @example
 * // The log is at 815, and has the feed's events up to 4711. Once the index has marked the cards of event 4711, the
 * // next number of the index is drawn: 90. When no mark up to 90 is left, and a poll of card
 * // management has begun and ended since then, the index has applied the log up to 815.
 */
export class IndexedPosition {
  readonly #services: Pick<LogServices, 'changeLog' | 'index'>;
  readonly #settled: () => Promise<void>;
  #candidate: Candidate | null = null;
  /** The number that was saved last. Undefined if it is not known. */
  #saved: number | null | undefined;

  /** @param settled resolves when the index has also saved all holds that are in the log now */
  constructor(services: Pick<LogServices, 'changeLog' | 'index'>, settled: () => Promise<void>) {
    this.#services = services;
    this.#settled = settled;
  }

  /** Must be called when another process follows the feed. */
  forget(): void {
    this.#candidate = null;
    this.#saved = undefined;
  }

  applicationsPolled(what: 'began' | 'ended'): void {
    const candidate = this.#candidate;
    if (candidate !== null && what === 'began' && candidate.poll === 'awaited') {
      candidate.poll = 'began';
    } else if (candidate !== null && what === 'ended' && candidate.poll === 'began') {
      candidate.poll = 'ended';
    }
  }

  /** Must be called repeatedly, with the lease on the feed. @throws StoreUnavailable */
  async look(lease: FeedLease): Promise<void> {
    const { index } = this.#services;
    const build = await index.buildState();
    if (build?.stage !== 'OPEN') {
      this.#candidate = null;
      await this.#save(lease, null);
      return;
    }
    const candidate = this.#candidate ?? (await this.#next());
    this.#candidate = candidate;
    const { feedSequence } = candidate;
    if (feedSequence === null) {
      // The log has not begun.
      this.#candidate = null;
      return;
    }
    if (BigInt(build.eventSequence) < BigInt(feedSequence)) {
      return;
    }
    candidate.markNumber ??= (await index.startReading()).number;
    const oldestMark = await index.oldestMark();
    const isApplied = oldestMark === null || oldestMark > candidate.markNumber;
    if (isApplied && candidate.poll === 'ended') {
      await this.#save(lease, candidate.number);
      this.#candidate = null;
    }
  }

  async #next(): Promise<Candidate> {
    const { changeLog } = this.#services;
    const { newest: number } = await changeLog.logState();
    // This position is read after the number. So it includes the events of all facts up to the number.
    const feedSequence = await changeLog.loggedSequence();
    await this.#settled();
    return { number, feedSequence, markNumber: null, poll: 'awaited' };
  }

  async #save(lease: FeedLease, number: number | null): Promise<void> {
    if (number !== this.#saved) {
      await this.#services.changeLog.saveIndexedNumber(lease, number);
      this.#saved = number;
    }
  }
}
