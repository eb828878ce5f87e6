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

/** Pause between two transactions that number new rows of the log of changes, in ms. */
const numberEveryMs = 250;
/** Pause between two checks of how far the index has applied the log, in ms. */
const lookEveryMs = 1_000;
/** Pause while another process follows the feed, and after a failure, in ms. */
const idleMs = 1_000;
/** The maximum number of the log's rows that get their numbers in one transaction. */
const rowsAtOnce = 500;
/** The maximum number of missed pages that are read with each new page. */
const missedPagesAtOnce = 10;

/** Writes the log of changes, in the process that follows the feed. */
export interface LogKeeper extends FeedListener, AsyncDisposable {
  /** The index to build. It writes changes of holds into the log before it saves the holds. */
  readonly index: IndexDatabase;
  readonly applicationsPolled: (what: 'began' | 'ended') => void;
}

/**
 * Writes the log of changes while this process follows the feed: rows for the feed's events, and the changes of holds.
 * It also gives all rows of the log their numbers. The follower must pass each page first to the builder of the index,
 * and then to this keeper. So when the log has an event, the index has already marked the cards to read again.
 *
 * Example: an operation is settled at 12:00:00.0 by any process, and a trigger writes its row. At 12:00:00.2, the row
 * gets its number here, and the streams of this process get the row. The streams of other processes get it up to half a
 * second later.
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
    // Nothing to do: the database notices by itself that circulation has started its sequences again.
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
  /** The time until which this process believes that it follows the feed, by its monotonic clock. */
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
   * Writes a page of the feed into the log. Never rejects. The log has its own position, so a page that could not be
   * written is read again.
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

  /** Gives the next rows of the log their numbers. Resolves to the pause before the next call, in ms. */
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

  /** Checks how far the index has applied the log. Resolves to the pause before the next call, in ms. */
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
   * Writes the events of pages that the follower has read but the log lacks. Pages are missing after a write failed, or
   * after a program of an older release has followed the feed. Resolves to the log's position, or to null if the log
   * has not begun.
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
      // An empty page may come from a proxy's cache. The position stays, so that no event is skipped.
      if (until === undefined) {
        break;
      }
      await changeLog.logFeedPage(lease, { facts: factsOf(events), until, isLast: false });
      logged = await changeLog.loggedSequence();
    }
    return logged;
  }

  /** Stores all ready holds once the index contains all cards, so that the log doesn't report them as new later. */
  async #seedHolds(lease: FeedLease): Promise<void> {
    const { changeLog, index } = this.#services;
    if (this.#areHoldsLogged || (await changeLog.areHoldsTold())) {
      this.#areHoldsLogged = true;
      return;
    }
    // Until the index contains all cards, it may lack holds that have been ready for days.
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
