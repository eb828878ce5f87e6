import { randomUUID } from 'node:crypto';
import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { FollowedBooks } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { Comparing } from './comparing.ts';
import { effectsOf, type FeedPage, readPage } from './feed-page.ts';
import { FollowerReports } from './follower-reports.ts';
import type { FeedListener } from './listener.ts';
import { countNextLoans } from './loan-count.ts';
import { type Rereading, Rereadings, settledAfterMs } from './rereadings.ts';
import type { FeedServices } from './services.ts';
import { SettledSequence } from './settled-sequence.ts';
import { UnsafePlaces } from './unsafe-places.ts';

/** Pause at the end of the feed, in ms. A new event is found within this time. */
const pollMs = 2_000;
/** Duration of the lease to follow the feed, in ms. If it is not renewed in time, another process follows the feed. */
const leaseMs = 15_000;
/** Pause between two attempts to take the lease, in ms. */
const leaseEveryMs = 5_000;
/** The longest pause after failures, in ms. */
const maxBackOffMs = 30_000;
/** Pause between polls while the journal is unreachable or no place can be reserved, in ms: nobody can borrow then. */
const urgentMs = 1_000;

export interface FeedFollower extends AsyncDisposable {
  /**
   * The time by which this process is behind the feed, in ms. It is 0 at the end of the feed, and null while another
   * process follows the feed.
   */
  lagMs(): number | null;
}

/**
 * Follows circulation's feed of events until the returned follower is disposed of. Compares each event that has the id
 * of one of our operations with the journal. Only the process that holds the lease follows the feed. The journal keeps
 * the position, so another process can continue when the lease ends.
 *
 * Example: a check-out was refused at 12:00:00, and a proxy delivers its request once more at 12:00:07. The feed shows
 * the loan at 12:00:08. A finding is recorded, an alarm is logged, and the reconciler settles the operation as done.
 *
 * @param listener also gets every page
 */
export function startFeedFollower(
  services: FeedServices,
  wait: Wait,
  listener: FeedListener | null = null,
): FeedFollower {
  const stopped = new AbortController();
  const following = new Following(services, listener);
  const running = repeat(() => following.poll(stopped.signal), wait, stopped.signal);
  return {
    lagMs: () => following.lagMs,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
      await following.leave();
    },
  };
}

class Following {
  readonly #services: FeedServices;
  readonly #listener: FeedListener | null;
  readonly #follower = randomUUID();
  /** Null while another process follows the feed. */
  #settled: SettledSequence | null = null;
  readonly #rereadings: Rereadings;
  readonly #unsafePlaces: UnsafePlaces;
  readonly #comparing: Comparing;
  #failures = 0;
  /** When the last page was read, or when this process began to follow the feed. Monotonic, in ms. */
  #readAtMs: number;
  readonly #reports: FollowerReports;

  constructor(services: FeedServices, listener: FeedListener | null) {
    this.#services = services;
    this.#readAtMs = services.monotonic();
    this.#unsafePlaces = new UnsafePlaces(services);
    this.#comparing = new Comparing(services, this.#unsafePlaces);
    this.#rereadings = new Rereadings(services.monotonic, services.times);
    this.#reports = new FollowerReports(services);
    this.#listener = listener;
  }

  get lagMs(): number | null {
    return this.#reports.lagMs;
  }

  /** Reads one page. Resolves to the pause before the next page, in ms. */
  async poll(signal: AbortSignal): Promise<number> {
    try {
      const pauseMs = await this.#pollOnce(signal);
      this.#failures = 0;
      return this.#unsafePlaces.areClosed ? Math.min(pauseMs, urgentMs) : pauseMs;
    } catch (error) {
      if (!signal.aborted) {
        this.#reports.failed(error);
      }
      if (this.#settled !== null) {
        this.#reports.tellLag(Math.max(this.lagMs ?? 0, this.#services.monotonic() - this.#readAtMs));
      }
      if ((error instanceof StoreUnavailable && error.isOutage) || this.#unsafePlaces.areClosed) {
        return urgentMs;
      }
      this.#failures += 1;
      return Math.min(pollMs * 2 ** this.#failures, maxBackOffMs);
    }
  }

  /** Ends the lease. If the journal is unreachable, the lease ends by itself. */
  async leave(): Promise<void> {
    try {
      await this.#services.books.leaveFeed(this.#follower);
    } catch (error) {
      this.#reports.failed(error);
    }
  }

  async #pollOnce(signal: AbortSignal): Promise<number> {
    const { books, circulation, monotonic } = this.#services;
    const followed = await books.followFeed(this.#follower, leaseMs);
    if (followed === null) {
      this.#settled = null;
      this.#unsafePlaces.forget();
      this.#reports.tellLag(null);
      return leaseEveryMs;
    }
    this.#begin(followed);
    const { last } = followed.position;
    const after = last?.sequence ?? '0';
    const page = await readPage(circulation, after, signal);
    this.#readAtMs = monotonic();
    this.#reports.warnOfUnknownKind(page);
    const settledSequence = this.#rereadings.current?.from ?? followed.position.settledSequence;
    await this.#listener?.take({
      ...page,
      after,
      settledSequence,
      leaseMs,
      lease: followed.lease,
      isRepeated: false,
    });
    const isSaved = await this.#take(followed, page, page.events.at(-1) ?? null);
    if (!isSaved) {
      return leaseEveryMs;
    }
    this.#services.observer.feedPageCompared?.();
    await this.#reports.measureLag(page, this.#comparing.aheadMs);
    if (!page.isLast) {
      return 0;
    }
    await this.#unsafePlaces.caughtUp(followed);
    this.#rereadings.beginIfDue(followed.position);
    const rereading = this.#rereadings.current;
    if (rereading !== null) {
      await this.#readAgain(followed, rereading, signal);
      if (this.#rereadings.current !== null || this.#settled === null) {
        return 0;
      }
    }
    await this.#comparing.sweep(followed);
    const isMoreToCount = await countNextLoans(this.#services, followed, signal);
    return isMoreToCount ? 0 : pollMs;
  }

  #begin(followed: FollowedBooks): void {
    const { monotonic, times } = this.#services;
    const { position } = followed;
    if (this.#unsafePlaces.notice(followed)) {
      this.#settled = null;
    }
    if (this.#settled === null) {
      this.#readAtMs = monotonic();
      this.#settled = new SettledSequence(position.settledSequence, settledAfterMs(times), monotonic);
      this.#rereadings.forget();
      this.#comparing.forgetSuspects();
      if (position.last !== null) {
        this.#settled.see(position.last.sequence);
      }
    }
  }

  /**
   * Saves the new position and the page's effects, which are the events of our operations. Then compares these events
   * with the journal. Resolves to false if nothing was saved, because the lease has ended.
   * @param newest the page's last event; null if it is not after the position
   */
  async #take(followed: FollowedBooks, { events }: FeedPage, newest: FeedEvent | null): Promise<boolean> {
    const { lease, position } = followed;
    const settled = this.#settled;
    if (settled === null) {
      return false;
    }
    if (newest !== null) {
      settled.see(newest.sequence);
    }
    const last = newest === null ? position.last : { sequence: newest.sequence, at: new Date(newest.at) };
    const [oldest] = events;
    const oldestAt = position.last === null && oldest !== undefined ? new Date(oldest.at) : position.oldestAt;
    const saved = { last, settledSequence: settled.value, oldestAt };
    const effects = effectsOf(events);
    if (!(await this.#services.books.saveFeedPage(lease, saved, effects))) {
      return false;
    }
    await this.#comparing.judge(effects, followed, newest !== null);
    return true;
  }

  /**
   * Reads the next page of a rereading of the latest events. If several rereadings in a row lack the last known event,
   * all events are read again from the first.
   */
  async #readAgain(followed: FollowedBooks, rereading: Rereading, signal: AbortSignal): Promise<void> {
    const { from, after, lastKnown, begunAtMs } = rereading;
    const { books, circulation, log } = this.#services;
    const page = await readPage(circulation, after, signal);
    const { lease, position } = (await books.followFeed(this.#follower, leaseMs)) ?? followed;
    if (lease.generation !== followed.lease.generation) {
      return;
    }
    await this.#listener?.take({
      ...page,
      after,
      settledSequence: from,
      leaseMs,
      lease,
      isRepeated: true,
    });
    await this.#take({ ...followed, position }, page, null);
    const state = this.#rereadings.take(rereading, page);
    if (state === 'GONE') {
      log.error(
        { sequence: lastKnown.sequence },
        'ALARM: the last known event does not come back: all events are read again',
      );
      await this.#listener?.restart();
      await books.restartFeed(followed.lease);
      this.#settled = null;
    } else if (state === 'SHOWN') {
      await this.#comparing.judgeSuspects({ ...followed, position }, begunAtMs, signal);
    }
  }
}
