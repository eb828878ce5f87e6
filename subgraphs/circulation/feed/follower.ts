import { randomUUID } from 'node:crypto';
import type { CirculationEvent } from '../../../adapters/circulation/port.ts';
import type { Books, FeedPosition, FollowedBooks } from '../../../adapters/journal/port.ts';
import { JournalUnavailable } from '../../../adapters/journal/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { compare } from '../../operations/books/compare.ts';
import { settlingMs } from '../../operations/change-times.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import type { CirculationServices } from '../../operations/send-once.ts';
import { pause } from '../../runtime/pause.ts';
import { type FeedPage, readPage } from './feed-page.ts';
import { SettledSequence } from './settled-sequence.ts';

/** Pause after the end of the feed, in ms: an event is found within it. */
const pollMs = 2_000;
/** The lease ends this many ms after the follower was last heard of: another process follows the feed then. */
const leaseMs = 15_000;
/** Pause between two attempts to take the lease, in ms. */
const leaseEveryMs = 5_000;
/** Pause between two readings of the events that may have gaps, in ms. */
const rereadEveryMs = 15_000;
/** The longest pause after failures, in ms. */
const maxBackOffMs = 30_000;
/** Operations that are compared again with each poll, so that what is damaged later is found too. */
const sweptAtOnce = 500;
/** An operation that is refused after its effect was read is found by its time, within this many ms. */
const refusedWithinMs = 120_000;
/** A lag of more than this is logged, once a minute, in ms. */
const maxLagMs = 30_000;
const logLagEveryMs = 60_000;

export interface FeedServices extends CirculationServices {
  readonly books: Books;
  /** Told how far behind the reading is, see `FeedFollower.lagMs`; absent where nobody wants to know. */
  readonly reportFeedLag?: (lagMs: number | null) => void;
}

/** The follower of this process. */
export interface FeedFollower extends AsyncDisposable {
  /**
   * How far the events that were read are behind, in ms: 0 at the end of the feed, and null where this process has not read
   * it, because another does.
   */
  lagMs(): number | null;
}

/**
 * Follows circulation's feed of events, and compares each change under an operation's id with the journal, until it is disposed
 * of. One of all processes does; another takes over when its lease ends. Where it stopped is in the journal.
 *
 * A check-out was refused at 12:00:00, and a proxy delivers its request once more at 12:00:07. The feed shows the loan at
 * 12:00:08: a finding is recorded, an alarm is logged, and the reconciler settles the operation as done.
 */
export function startFeedFollower(services: FeedServices, wait: Wait = pause): FeedFollower {
  const stopped = new AbortController();
  const following = new Following(services);
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

/** A second reading of the events that may have gaps: page after page, up to the last known event. */
interface Rereading {
  readonly after: string;
  readonly lastKnown: NonNullable<FeedPosition['last']>;
}

class Following {
  readonly #services: FeedServices;
  readonly #follower = randomUUID();
  /** Null while another process follows the feed. */
  #settled: SettledSequence | null = null;
  #rereading: Rereading | null = null;
  #rereadAtMs = Number.NEGATIVE_INFINITY;
  /** How often in a row the last known event did not come back. A single page may be an old one that a proxy kept. */
  #misses = 0;
  /** Whether everything up to the end of the feed has been read since this process began to follow it. */
  #hasCaughtUp = false;
  #sweptUntil = '';
  /** When this process learnt that the database was restored, by its monotonic clock. */
  #restoredAtMs: number | null = null;
  #failures = 0;
  #lagLoggedAtMs = Number.NEGATIVE_INFINITY;
  lagMs: number | null = null;

  constructor(services: FeedServices) {
    this.#services = services;
  }

  /** Reads one page. Resolves to the pause before the next, in ms. */
  async poll(signal: AbortSignal): Promise<number> {
    try {
      const pauseMs = await this.#pollOnce(signal);
      this.#failures = 0;
      return pauseMs;
    } catch (error) {
      if (!signal.aborted) {
        report(error, this.#services);
      }
      this.#failures += 1;
      return Math.min(pollMs * 2 ** this.#failures, maxBackOffMs);
    }
  }

  /** Ends the lease. Without the journal, it ends by itself. */
  async leave(): Promise<void> {
    try {
      await this.#services.books.leaveFeed(this.#follower);
    } catch (error) {
      report(error, this.#services);
    }
  }

  async #pollOnce(signal: AbortSignal): Promise<number> {
    const { books, circulation, monotonic } = this.#services;
    const followed = await books.followFeed(this.#follower, leaseMs);
    if (followed === null) {
      this.#settled = null;
      this.#tellLag(null);
      return leaseEveryMs;
    }
    this.#begin(followed);
    const { last } = followed.position;
    const page = await readPage(circulation, last?.sequence ?? '0', signal);
    const isSaved = await this.#take(followed, page, page.events.at(-1) ?? null);
    if (!isSaved) {
      return leaseEveryMs;
    }
    await this.#measureLag(page);
    if (!page.isLast) {
      return 0;
    }
    this.#hasCaughtUp = true;
    if (last !== null && monotonic() - this.#rereadAtMs >= rereadEveryMs) {
      this.#rereading ??= { after: rereadAfter(followed.position, last), lastKnown: last };
    }
    if (this.#rereading !== null) {
      await this.#readAgain(followed, this.#rereading, signal);
      return this.#rereading === null ? pollMs : 0;
    }
    await this.#sweep(followed);
    await this.#reopenPlaces(followed);
    return pollMs;
  }

  #begin({ position, isRestored }: FollowedBooks): void {
    const { monotonic, log } = this.#services;
    if (this.#settled === null) {
      this.#settled = new SettledSequence(position.settledSequence, monotonic);
      this.#rereading = null;
      this.#hasCaughtUp = false;
      if (position.last !== null) {
        this.#settled.see(position.last.sequence);
      }
    }
    if (!isRestored) {
      this.#restoredAtMs = null;
    } else if (this.#restoredAtMs === null) {
      this.#restoredAtMs = monotonic();
      log.error(
        {},
        'ALARM: the database was restored or promoted: no place is reserved until it is compared',
      );
    }
  }

  /** Saves what a page tells, and compares it. `newest`: the page's last event, if it is after the position. */
  async #take(
    { position, since }: FollowedBooks,
    { effects }: FeedPage,
    newest: CirculationEvent | null,
  ): Promise<boolean> {
    const { books } = this.#services;
    const settled = this.#settled;
    if (settled === null) {
      return false;
    }
    if (newest !== null) {
      settled.see(newest.sequence);
    }
    const last = newest === null ? position.last : { sequence: newest.sequence, at: new Date(newest.at) };
    const saved = { last, settledSequence: settled.value };
    if (!(await books.saveFeedPage(this.#follower, saved, effects))) {
      return false;
    }
    if (effects.length > 0) {
      const ids = new Set(effects.map(({ operationId }) => operationId));
      const found = await compare(this.#services, await books.accountsOf([...ids]), since);
      // A file that was copied back is known by nothing else.
      if (!this.#hasCaughtUp && found.some(({ discrepancy }) => discrepancy === 'OPERATION_LOST')) {
        await books.closePlaces();
      }
    }
    return true;
  }

  /** One page of the second reading. Begins anew where the last known event does not come back. */
  async #readAgain(
    followed: FollowedBooks,
    { after, lastKnown }: Rereading,
    signal: AbortSignal,
  ): Promise<void> {
    const { books, circulation, log, monotonic } = this.#services;
    const page = await readPage(circulation, after, signal);
    const { position } = (await books.followFeed(this.#follower, leaseMs)) ?? followed;
    await this.#take({ ...followed, position }, page, null);
    const newest = page.events.at(-1)?.sequence ?? after;
    if (!page.isLast && BigInt(newest) < BigInt(lastKnown.sequence)) {
      this.#rereading = { after: newest, lastKnown };
      return;
    }
    this.#rereading = null;
    this.#rereadAtMs = monotonic();
    const isBack = page.events.some(
      ({ sequence, at }) =>
        sequence === lastKnown.sequence && new Date(at).getTime() === lastKnown.at.getTime(),
    );
    this.#misses = isBack ? 0 : this.#misses + 1;
    if (this.#misses >= maxMisses) {
      this.#misses = 0;
      log.error(
        { sequence: lastKnown.sequence },
        'ALARM: the last known event does not come back: all events are read anew',
      );
      await books.restartFeed(this.#follower);
      this.#settled = null;
    }
  }

  /** Compares again what was settled since its effect was read, and the next of all operations. */
  async #sweep({ since }: FollowedBooks): Promise<void> {
    const { books } = this.#services;
    await compare(this.#services, await books.accountsRefused(refusedWithinMs, sweptAtOnce), since);
    const accounts = await books.accountsAfter(this.#sweptUntil, sweptAtOnce);
    await compare(this.#services, accounts, since);
    const ids = accounts.map(({ operationId }) => operationId).sort();
    this.#sweptUntil = accounts.length < sweptAtOnce ? '' : (ids.at(-1) ?? '');
  }

  /** After a restore: the feed has been read to its end, and what lost operations had sent has ended. */
  async #reopenPlaces({ isRestored }: FollowedBooks): Promise<void> {
    const { books, times, monotonic, log } = this.#services;
    const waitMs = times.sendWithinMs + settlingMs(times);
    if (!isRestored || this.#restoredAtMs === null || monotonic() - this.#restoredAtMs < waitMs) {
      return;
    }
    await books.reopenPlaces(this.#follower);
    log.warn({}, 'the restored database was compared with circulation: places are reserved again');
  }

  #tellLag(lagMs: number | null): void {
    this.lagMs = lagMs;
    this.#services.reportFeedLag?.(lagMs);
  }

  async #measureLag({ events, isLast }: FeedPage): Promise<void> {
    const { journal, log, monotonic } = this.#services;
    const newest = events.at(-1);
    if (isLast || newest === undefined) {
      this.#tellLag(0);
      return;
    }
    const lagMs = Math.max(0, (await journal.now()).getTime() - new Date(newest.at).getTime());
    this.#tellLag(lagMs);
    if (lagMs > maxLagMs && monotonic() - this.#lagLoggedAtMs >= logLagEveryMs) {
      this.#lagLoggedAtMs = monotonic();
      log.warn({ lagMs, sequence: newest.sequence }, 'the feed of events is behind: it is catching up');
    }
  }
}

const maxMisses = 2;

/** Before the last known event, which must come back. */
function rereadAfter(
  { settledSequence }: FeedPosition,
  { sequence }: NonNullable<FeedPosition['last']>,
): string {
  const before = BigInt(sequence) - 1n;
  return BigInt(settledSequence) < before ? settledSequence : String(before < 0n ? 0n : before);
}

/** An unreachable system is a warning. The message of an unforeseen error could hold a person's data, so it is left out (R30). */
function report(error: unknown, { log }: FeedServices): void {
  if (error instanceof UpstreamError || error instanceof JournalUnavailable) {
    log.warn({}, error.message);
  } else {
    log.error(
      { name: error instanceof Error ? error.name : typeof error },
      'the feed of events could not be followed',
    );
  }
}
