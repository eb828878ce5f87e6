import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { BuildState, EventPosition } from '../../../store/index/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { type FeedPage, readPage } from '../feed/feed-page.ts';
import type { FeedListener, ReadPage } from '../feed/listener.ts';
import { pollApplications } from './applications.ts';
import { countOldEvents, crawl } from './crawl.ts';
import { indexedEvent } from './events.ts';
import { refresh } from './refresh.ts';
import type { IndexServices } from './services.ts';

/** Pause while nothing is marked, in ms. After an event, its card is read again within this time. */
const refreshEveryMs = 1_000;
/** Pause between two polls of card management, in ms. */
const applicationsEveryMs = 5_000;
/** Pause before checking again whether this process builds, in ms. */
const idleMs = 2_000;
/** Pause between two searches for ready holds whose last day has passed, in ms. */
const lapsedEveryMs = 60_000;
/** Pause between two log lines about the progress of the first pass, in ms. */
const progressEveryMs = 30_000;
/** Margin in ms for clocks and gaps. If an event is older than the crawl by this much, the crawl finds its result. */
const surelyBeforeMs = 600_000;
/** The longest pause after failures, in ms. */
const maxBackOffMs = 30_000;

/** Builds the index. Give it to the follower of the feed, because only the process that follows the feed builds. */
export interface IndexBuilder extends FeedListener, AsyncDisposable {}

/**
 * Builds the index and keeps it current, while this process follows the feed:
 *
 * 1. When the feed has been read to its end, the builder notes the position.
 * 2. The crawl reads the loans and holds of all cards, and saves its position, so that another process can continue.
 * 3. During the crawl and afterwards, events say which cards and which queues to read again.
 * 4. When the index is whole, the crawl continues slowly. Within a day it finds changes that no event has shown.
 *
 * @example
 * // The feed is at 815. The crawl reads patron 1, who has no loans. Event 816 shows a loan: the card is read again.
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

/** Returns a function that runs a step. Its pause grows with each failure in a row. */
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
  /** The time until which this process follows the feed, by its monotonic clock. */
  #leadsUntilMs = Number.NEGATIVE_INFINITY;
  /** Pages up to this sequence are read again, because the index lacks events before them. Null if it lacks none. */
  #missedUntil: string | null = null;
  #lastUndecided: string | null = null;
  #lapsedAtMs = Number.NEGATIVE_INFINITY;
  #progressAtMs = Number.NEGATIVE_INFINITY;
  /** The time at which the next page of the slow crawl is read. */
  #sweepAtMs = Number.NEGATIVE_INFINITY;

  constructor(services: IndexServices, clock: () => Date) {
    this.#services = services;
    this.#clock = clock;
  }

  /** Never rejects. Events that could not be saved are read again, because the index's position stays. */
  async take({ after, events, isLast, isRepeated, settledSequence, leaseMs }: ReadPage): Promise<void> {
    const { index, monotonic } = this.#services;
    this.#leadsUntilMs = monotonic() + leaseMs;
    try {
      const state = await index.buildState();
      const newest = isRepeated ? null : (events.at(-1)?.sequence ?? after);
      if (state === null) {
        await this.#begin(newest, isLast);
      } else if (isBefore(state.eventSequence, after)) {
        this.#missedUntil = after;
      } else {
        const news = isRepeated ? events.filter((event) => !isFoundByCrawl(event, state)) : events;
        const position = newest === null ? null : positionAfter({ events, isLast }, newest);
        await index.applyEvents(state.id, news.map(indexedEvent), position, settledSequence);
      }
    } catch (error) {
      report(error, 'events', this.#services);
    }
  }

  /** Begins the index, if the feed was read to its end. The crawl finds the results of earlier events. */
  async #begin(newest: string | null, isLast: boolean): Promise<void> {
    const { index, log } = this.#services;
    if (newest !== null && isLast && (await index.begin(newest))) {
      this.#missedUntil = null;
      log.info({ sequence: newest }, 'the index of loans and holds is empty: it is being built');
    }
  }

  /** Empties the index. Circulation's sequences have begun anew, so its records may be older than the index. */
  async restart(): Promise<void> {
    await this.#services.index.clear();
  }

  async refresh(signal: AbortSignal): Promise<number> {
    const state = await this.#stateIfBuilding();
    if (state === null) {
      return idleMs;
    }
    if (this.#missedUntil !== null) {
      await this.#catchUp(state, this.#missedUntil, signal);
      return 0;
    }
    await this.#markLapsed();
    return (await refresh(this.#services, 'circulation', signal)) ? 0 : refreshEveryMs;
  }

  /** Reads the next page of the missed events. */
  async #catchUp({ id, eventSequence }: BuildState, until: string, signal: AbortSignal): Promise<void> {
    const page = await readPage(this.#services.circulation, eventSequence, signal);
    const newest = page.events.at(-1)?.sequence ?? until;
    const position = positionAfter(page, newest);
    const isSaved = await this.#services.index.applyEvents(
      id,
      page.events.map(indexedEvent),
      position,
      eventSequence,
    );
    if (isSaved && (page.isLast || !isBefore(newest, until))) {
      this.#missedUntil = null;
    }
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
    if (!state.isWhole) {
      this.#logProgress(state.crawl);
      this.#sweepAtMs = monotonic() + (await crawl(this.#services, state, signal));
      return 0;
    }
    if (state.countedSequence !== null) {
      await countOldEvents(this.#services, state, state.countedSequence, signal);
      return 0;
    }
    if (monotonic() >= this.#sweepAtMs) {
      this.#sweepAtMs = monotonic() + (await crawl(this.#services, state, signal));
    }
    return idleMs;
  }

  #logProgress({ patronsRead, patronsTotal }: { patronsRead: number; patronsTotal: number | null }): void {
    const { monotonic, log } = this.#services;
    if (monotonic() - this.#progressAtMs >= progressEveryMs) {
      this.#progressAtMs = monotonic();
      log.info({ patronsRead, patronsTotal }, 'the index of loans and holds is being built');
    }
  }

  async pollApplications(signal: AbortSignal): Promise<number> {
    const state = await this.#stateIfBuilding();
    if (state === null) {
      return idleMs;
    }
    this.#lastUndecided = await pollApplications(this.#services, state, this.#lastUndecided, signal);
    return (await refresh(this.#services, 'cards', signal)) ? 0 : applicationsEveryMs;
  }

  /** The state of the build. Null if another process builds, or if the index is not begun. */
  async #stateIfBuilding() {
    const { index, monotonic } = this.#services;
    return monotonic() < this.#leadsUntilMs ? await index.buildState() : null;
  }
}

/**
 * Whether the crawl has found the result of this event for certain, because the event is much older than the crawl.
 * When a feed is followed for the first time, a rereading shows all events again. Without this check, they would mark
 * every card that was used in the last 90 days.
 */
const isFoundByCrawl = (
  { sequence, at }: FeedEvent,
  { begunSequence, crawl: { startedAt } }: BuildState,
): boolean => !isBefore(begunSequence, sequence) && Date.parse(at) < startedAt.getTime() - surelyBeforeMs;

/**
 * The index's position after a page. It includes the page's newest event or, after the last page, all events up to now.
 */
function positionAfter({ events, isLast }: FeedPage, newest: string): EventPosition {
  const at = events.at(-1)?.at;
  return { sequence: newest, upTo: isLast || at === undefined ? null : new Date(at) };
}

const isBefore = (sequence: string, other: string): boolean => BigInt(sequence) < BigInt(other);

function report(error: unknown, what: string, { log }: IndexServices): void {
  reportFailure(log, error, 'the index could not be kept', { index: what });
}
