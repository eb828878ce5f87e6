import type { FeedLease } from '../../../store/journal/port.ts';
import type { LogServices } from './services.ts';

/**
 * A number of the log of changes. When all conditions in the other fields are met, the index has applied the log up to
 * this number.
 */
interface Candidate {
  readonly number: number;
  /** The log's position in the feed, read after the number. Null if the log has not begun. */
  readonly feedSequence: string | null;
  /**
   * A number that was drawn after the events up to `feedSequence` had made their marks in the index. No mark up to this
   * number may be left. Null until these events have made their marks.
   */
  markNumber: number | null;
  /** The state of the first poll of card management that begins after the number was read. The poll must have ended. */
  poll: 'awaited' | 'began' | 'ended';
}

/**
 * Finds the number up to which the index has applied the log of changes. A client that reads a list from the index can
 * then follow the changes from this number, and misses none. No clocks are compared.
 *
 * @example
 * // The newest number of the log is 815, and the log has the feed's events up to 4711. The index marks the cards of
 * // event 4711. Then the number 90 is drawn. The index has applied the log up to 815 when no mark up to 90 is left,
 * // and a poll of card management has begun and ended.
 */
export class IndexedPosition {
  readonly #services: Pick<LogServices, 'changeLog' | 'index'>;
  readonly #settled: () => Promise<void>;
  #candidate: Candidate | null = null;
  /** The number that was last saved in the log. Undefined if this process doesn't know it. */
  #saved: number | null | undefined;

  /** @param settled resolves when the index has saved all holds that the log has now */
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

  /**
   * Saves the candidate's number once the index has applied the log up to it. Call this again and again, with the
   * feed's lease.
   * @throws StoreUnavailable
   */
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
    // This position is read after the number. So the events up to this position include those of all rows up to the
    // number.
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
