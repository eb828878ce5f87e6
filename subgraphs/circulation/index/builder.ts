import type { BuildState } from '../../../store/index/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import type { FeedListener, ReadPage } from '../feed/listener.ts';
import { pollApplications } from './applications.ts';
import { crawl } from './crawl.ts';
import { EventIntake } from './event-intake.ts';
import { refresh } from './refresh.ts';
import type { IndexServices } from './services.ts';

/** Pause while the index has no card to read again, in ms. After an event, its card is read again within this time. */
const refreshEveryMs = 1_000;
/** Pause between two polls of card management, in ms. */
const applicationsEveryMs = 5_000;
/** Pause before checking again whether this process must build the index, in ms. */
const idleMs = 2_000;
/** Pause between two searches for ready holds that nobody has fetched in time, in ms. */
const lapsedEveryMs = 60_000;
/** Pause between two log lines about the progress of building the index, in ms. */
const progressEveryMs = 30_000;
/** The longest pause after failures, in ms. */
const maxBackOffMs = 30_000;

/**
 * Builds the index. The follower of the feed must get the builder as a listener, because only the process that follows
 * the feed builds the index.
 */
export interface IndexBuilder extends FeedListener, AsyncDisposable {}

/**
 * Builds the index and keeps it current, while this process follows the feed:
 *
 * 1. The feed is read from its first event. It shows which cards have loans or holds that were changed within 90 days.
 * 2. These cards are read. Then staff's lists are open: they can be answered from the index. From now on, events show
 *    which cards and queues to read again.
 * 3. The crawl reads the cards of all patrons, and saves its position, so that another process can continue. Then the
 *    index is whole.
 * 4. The crawl continues slowly. Within a day it finds changes that no event has shown.
 *
 * After a crash of the database, step 1 continues from the index's position in the feed. Step 2 also reads the cards
 * that had rows in the index.
 *
 * @example
 * // Event 1 lends L1 on card A, event 2 lends L2 on B, event 3 returns L1. So only B is read at first.
 */
export function startIndexBuilder(
  services: IndexServices,
  clock: () => Date,
  wait: Wait = pause,
): IndexBuilder {
  const stopped = new AbortController();
  const { signal } = stopped;
  const building = new Building(services, clock);
  const loops = [
    loop(services, 'marked', () => building.refresh(signal)),
    loop(services, 'crawl', () => building.crawl(signal)),
    loop(services, 'applications', () => building.pollApplications(signal)),
  ].map((once) => repeat(() => once(signal), wait, signal));
  return {
    take: (page) => building.take(page),
    restart: () => building.restart(),
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all(loops);
    },
  };
}

/**
 * Returns a function that runs `step` once and resolves to the pause before the next call, in ms. The pause is longer
 * after each failure in a row.
 */
function loop(
  services: IndexServices,
  what: string,
  step: () => Promise<number>,
): (signal: AbortSignal) => Promise<number> {
  let failures = 0;
  return async (signal) => {
    try {
      const pauseMs = await step();
      failures = 0;
      return pauseMs;
    } catch (error) {
      if (!signal.aborted) {
        report(error, what, services);
      }
      failures += 1;
      return Math.min(refreshEveryMs * 2 ** failures, maxBackOffMs);
    }
  };
}

class Building {
  readonly #services: IndexServices;
  readonly #clock: () => Date;
  /** The time until which this process believes that it follows the feed, by its monotonic clock. */
  #leadsUntilMs = Number.NEGATIVE_INFINITY;
  readonly #events: EventIntake;
  #lastUndecided: string | null = null;
  #lapsedAtMs = Number.NEGATIVE_INFINITY;
  #progressAtMs = Number.NEGATIVE_INFINITY;
  /** When the slow crawl reads its next page, by the monotonic clock. */
  #sweepAtMs = Number.NEGATIVE_INFINITY;

  constructor(services: IndexServices, clock: () => Date) {
    this.#services = services;
    this.#clock = clock;
    this.#events = new EventIntake(services);
  }

  /**
   * Applies a page of the feed to the index. Never rejects. If events could not be saved, the index's position stays,
   * and they are read again.
   */
  async take(page: ReadPage): Promise<void> {
    this.#leadsUntilMs = this.#services.monotonic() + page.leaseMs;
    try {
      await this.#events.take(page);
    } catch (error) {
      report(error, 'events', this.#services);
    }
  }

  /** Empties the index, because circulation has started its sequence numbers again and may have older records. */
  async restart(): Promise<void> {
    await this.#services.index.clear();
  }

  async refresh(signal: AbortSignal): Promise<number> {
    const state = await this.#stateIfBuilding();
    if (state === null) {
      return idleMs;
    }
    if (await this.#events.catchUp(state, signal)) {
      return 0;
    }
    if (state.stage === 'EVENTS') {
      return await this.#listOpenLoans(state);
    }
    if (state.isListing) {
      await this.#services.index.markListed(state);
      return 0;
    }
    await this.#markLapsed();
    // Staff's lists wait until the cards of the last 90 days are read. Counting copies takes many calls and only shows
    // which holds staff must fetch, so copies are counted last.
    const hasRead = await refresh(
      this.#services,
      'circulation',
      signal,
      state.stage === 'CARDS' ? ['COPIES'] : [],
    );
    if (state.stage === 'CARDS' && (await this.#services.index.openLists(state))) {
      this.#services.log.info({}, 'the index of loans and holds has all cards of the last 90 days');
    }
    return hasRead ? 0 : refreshEveryMs;
  }

  /**
   * When the feed has been read to its end, adds the next cards with open loans to the list of cards to read. Resolves
   * to the pause before the next step, in ms.
   */
  async #listOpenLoans(state: BuildState): Promise<number> {
    if (!this.#events.isAtEnd) {
      return refreshEveryMs;
    }
    await this.#services.index.listOpenLoans(state);
    return 0;
  }

  async #markLapsed(): Promise<void> {
    const { index, monotonic } = this.#services;
    if (monotonic() - this.#lapsedAtMs >= lapsedEveryMs) {
      this.#lapsedAtMs = monotonic();
      const today = hongKongDay(this.#clock());
      await index.markLapsed(today);
      await index.removeExpired(today);
    }
  }

  async crawl(signal: AbortSignal): Promise<number> {
    const state = await this.#stateIfBuilding();
    if (state === null) {
      return idleMs;
    }
    const { monotonic } = this.#services;
    if (!state.isWhole || state.stage !== 'OPEN') {
      await this.#logProgress();
    }
    // The crawl waits until the cards that events named are read, because staff's lists wait for these cards.
    if (state.stage !== 'OPEN') {
      return idleMs;
    }
    if (!state.isWhole) {
      this.#sweepAtMs = monotonic() + (await crawl(this.#services, state, signal));
      return 0;
    }
    if (monotonic() >= this.#sweepAtMs) {
      this.#sweepAtMs = monotonic() + (await crawl(this.#services, state, signal));
    }
    return idleMs;
  }

  async #logProgress(): Promise<void> {
    const { index, monotonic, log } = this.#services;
    if (monotonic() - this.#progressAtMs >= progressEveryMs) {
      this.#progressAtMs = monotonic();
      const { patronsRead, patronsTotal, underWay } = await index.progress();
      log.info({ ...underWay, patronsRead, patronsTotal }, 'the index of loans and holds is being built');
    }
  }

  async pollApplications(signal: AbortSignal): Promise<number> {
    const state = await this.#stateIfBuilding();
    if (state === null) {
      return idleMs;
    }
    this.#services.applicationsPolled?.('began');
    this.#lastUndecided = await pollApplications(this.#services, state, this.#lastUndecided, signal);
    this.#services.applicationsPolled?.('ended');
    return (await refresh(this.#services, 'cards', signal)) ? 0 : applicationsEveryMs;
  }

  /** The state of the index while this process builds it. Null if another process builds it, or if it was not begun. */
  async #stateIfBuilding() {
    const { index, monotonic } = this.#services;
    return monotonic() < this.#leadsUntilMs ? await index.buildState() : null;
  }
}

function report(error: unknown, what: string, { log }: IndexServices): void {
  reportFailure(log, error, 'the index could not be kept', { index: what });
}
