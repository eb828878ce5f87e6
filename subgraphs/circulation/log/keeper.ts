import { type IndexDatabase, noLastDay } from '../../../store/index/port.ts';
import type { FeedLease } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { readPage } from '../feed/feed-page.ts';
import type { FeedListener, ReadPage } from '../feed/listener.ts';
import { factsOf } from './feed-facts.ts';
import { IndexedPosition } from './indexed-position.ts';
import { LoggingIndex } from './logging-index.ts';
import type { LogServices } from './services.ts';

/** Pause between two rounds of numbering, in ms. */
const numberEveryMs = 250;
/** Pause between two looks at the index, in ms. */
const lookEveryMs = 1_000;
/** Pause while another process follows the feed, and after a failure, in ms. */
const idleMs = 1_000;
/** The number of rows that one transaction numbers. */
const rowsAtOnce = 500;
/**
 * The maximum number of missed pages that are read with each page of the follower, if the log is behind the follower.
 */
const missedPagesAtOnce = 10;

/** Keeps the log of changes, in the process that follows the feed. */
export interface LogKeeper extends FeedListener, AsyncDisposable {
  /** The index, for the builder. Differences of holds are logged before the index saves the holds. */
  readonly index: IndexDatabase;
  readonly applicationsPolled: (what: 'began' | 'ended') => void;
}

/**
 * Keeps the log while this process follows the feed: writes the facts of the feed and the differences of holds, and
 * numbers all rows. The follower must pass each page to the builder of the index first, and then to this keeper. So the
 * index has marked the cards that an event changes before the event is in the log.
 *
 * Example: an operation is settled at 12:00:00.0 by any process, and a trigger writes its row. At 12:00:00.2 the row is
 * numbered here, and the streams of this process get it. The streams of other processes get the row by 12:00:00.7.
 */
export function startLogKeeper(services: LogServices, clock: () => Date, wait: Wait = pause): LogKeeper {
  const stopped = new AbortController();
  const { signal } = stopped;
  const keeping = new Keeping(services, clock, signal);
  const loops = [repeat(() => keeping.number(), wait, signal), repeat(() => keeping.look(), wait, signal)];
  return {
    index: keeping.index,
    applicationsPolled: (what) => keeping.applicationsPolled(what),
    take: (page) => keeping.take(page),
    // The database notices when circulation starts its sequences again, and begins a new generation of the log.
    restart: async () => {},
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all(loops);
    },
  };
}

class Keeping {
  readonly #services: LogServices;
  readonly #signal: AbortSignal;
  readonly #logging: LoggingIndex;
  readonly #position: IndexedPosition;
  readonly index: IndexDatabase;
  #lease: FeedLease | null = null;
  /** The time until which this process follows the feed, by its monotonic clock. */
  #leadsUntilMs = Number.NEGATIVE_INFINITY;
  #areHoldsLogged = false;

  constructor(services: LogServices, clock: () => Date, signal: AbortSignal) {
    this.#services = services;
    this.#signal = signal;
    const { index, changeLog } = services;
    this.#logging = new LoggingIndex(
      index,
      changeLog,
      () => this.#leaseNow(),
      () => hongKongDay(clock()),
    );
    this.#position = new IndexedPosition(services, () => this.#logging.settled());
    this.index = this.#logging.index();
  }

  applicationsPolled(what: 'began' | 'ended'): void {
    this.#position.applicationsPolled(what);
  }

  /**
   * Takes a page of the feed. Never rejects. The log has its own position, so a page that could not be written is read
   * again.
   */
  async take(page: ReadPage): Promise<void> {
    this.#leadsUntilMs = this.#services.monotonic() + page.leaseMs;
    this.#lease = page.lease;
    try {
      await this.#write(page);
    } catch (error) {
      this.#report(error);
    }
  }

  /** Numbers the next rows. Resolves to the pause before the next round, in ms. */
  async number(): Promise<number> {
    const lease = this.#leaseNow();
    if (lease === null) {
      return idleMs;
    }
    try {
      const { count } = await this.#services.changeLog.numberLog(lease, rowsAtOnce);
      if (count > 0) {
        this.#services.logTail.wake();
      }
      return count < rowsAtOnce ? numberEveryMs : 0;
    } catch (error) {
      this.#report(error);
      return idleMs;
    }
  }

  /** Finds out what the index has applied. Resolves to the pause before the next call, in ms. */
  async look(): Promise<number> {
    const lease = this.#leaseNow();
    if (lease === null) {
      this.#position.forget();
      this.#areHoldsLogged = false;
      return idleMs;
    }
    try {
      await this.#seedHolds(lease);
      await this.#position.look(lease);
    } catch (error) {
      this.#report(error);
    }
    return lookEveryMs;
  }

  #leaseNow(): FeedLease | null {
    return this.#services.monotonic() < this.#leadsUntilMs ? this.#lease : null;
  }

  async #write({ after, events, isLast, isRepeated, lease }: ReadPage): Promise<void> {
    const { changeLog } = this.#services;
    if (isRepeated) {
      if (events.length > 0) {
        await changeLog.logFeedPage(lease, { facts: factsOf(events), until: null, isLast: false });
      }
      return;
    }
    const logged = await this.#catchUp(after, lease);
    const until = events.at(-1)?.sequence ?? after;
    const isNew =
      logged === null ? isLast : BigInt(after) <= BigInt(logged) && BigInt(logged) < BigInt(until);
    if (isNew) {
      await changeLog.logFeedPage(lease, { facts: factsOf(events), until, isLast });
    }
  }

  /**
   * Writes the facts of pages that the follower has read but the log lacks. This happens after an older program has
   * followed the feed, or after a failed write. Resolves to the log's position, or to null if the log has not begun.
   */
  async #catchUp(after: string, lease: FeedLease): Promise<string | null> {
    const { changeLog, circulation } = this.#services;
    let logged = await changeLog.loggedSequence();
    for (
      let pages = 0;
      logged !== null && BigInt(logged) < BigInt(after) && pages < missedPagesAtOnce;
      pages += 1
    ) {
      const { events } = await readPage(circulation, logged, this.#signal);
      const until = events.at(-1)?.sequence;
      // A page without events may come from a proxy's cache. The events that this page lacks must not be skipped.
      if (until === undefined) {
        break;
      }
      await changeLog.logFeedPage(lease, { facts: factsOf(events), until, isLast: false });
      logged = await changeLog.loggedSequence();
    }
    return logged;
  }

  /** Stores all ready holds when the index is whole for the first time, so that none of them is reported as new. */
  async #seedHolds(lease: FeedLease): Promise<void> {
    const { changeLog, index } = this.#services;
    if (this.#areHoldsLogged || (await changeLog.areHoldsTold())) {
      this.#areHoldsLogged = true;
      return;
    }
    // Until the index is whole, it may lack holds that have been ready for days.
    if (!(await index.progress()).isWhole) {
      return;
    }
    let after: { readonly key: string; readonly id: string } | null = null;
    for (;;) {
      const page = await index.holds({
        pickupBranch: null,
        shelf: 'READY',
        readyUntilBefore: null,
        after,
        maxItems: rowsAtOnce,
      });
      const isLast = page.length < rowsAtOnce;
      const isStored = await changeLog.seedHolds(lease, page, isLast);
      const last = page.at(-1);
      if (!isStored || last === undefined || isLast) {
        return;
      }
      after = { key: last.readyUntil ?? noLastDay, id: last.id };
    }
  }

  #report(error: unknown): void {
    if (!this.#signal.aborted) {
      reportFailure(this.#services.log, error, 'the log of changes could not be kept');
    }
  }
}
