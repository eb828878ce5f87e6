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

/** Pause while nothing is marked, in ms. After an event, its card is read again within it. */
const refreshEveryMs = 1_000;
/** Pause between two polls of card management, in ms. */
const applicationsEveryMs = 5_000;
/** Pause before looking again whether this process builds, in ms. */
const idleMs = 2_000;
/** Pause between two searches for ready holds whose last day has passed, in ms. */
const lapsedEveryMs = 60_000;
/** Pause between two lines about the progress of the first pass, in ms. */
const progressEveryMs = 30_000;
/** Events from so many ms before the crawl began are in what it reads, whatever the clocks and the gaps of the feed. */
const surelyBeforeMs = 600_000;
/** The longest pause after failures, in ms. */
const maxBackOffMs = 30_000;

/** The builder of this process. Give it to the follower of the feed, for only the process that follows the feed builds. */
export interface IndexBuilder extends FeedListener, AsyncDisposable {}

/**
 * Builds the index and keeps it, while this process follows the feed:
 *
 * 1. When the feed was read to its end, its position is noted.
 * 2. The crawl reads what all cards have. Its position is saved with each page, so that another process goes on from there.
 * 3. Meanwhile and ever after, events say which cards, and whose queues, to read again.
 * 4. Once the index is whole, the crawl goes on slowly, and finds within a day what no event has shown.
 *
 * @example
 * // The feed is at 815, and patron 1 is read without loans. Event 816 lends patron 1 an item: the card is marked and read again.
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

/** Runs a step, with a longer pause after each failure in a row. */
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
  /** This process follows the feed until then, by its monotonic clock. */
  #leadsUntilMs = Number.NEGATIVE_INFINITY;
  /** Pages up to this sequence were not applied, because the index lacks those before: they are read again. Null: none. */
  #missedUntil: string | null = null;
  #lastUndecided: string | null = null;
  #lapsedAtMs = Number.NEGATIVE_INFINITY;
  #progressAtMs = Number.NEGATIVE_INFINITY;
  /** When the next page of the slow crawl is read. */
  #sweepAtMs = Number.NEGATIVE_INFINITY;

  constructor(services: IndexServices, clock: () => Date) {
    this.#services = services;
    this.#clock = clock;
  }

  /** Never rejects: what could not be saved is read again, because the index's own position stays behind. */
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

  /** Begins the index once the feed was read to its end. The crawl finds what happened before. */
  async #begin(newest: string | null, isLast: boolean): Promise<void> {
    const { index, log } = this.#services;
    if (newest !== null && isLast && (await index.begin(newest))) {
      this.#missedUntil = null;
      log.info({ sequence: newest }, 'the index of loans and holds is empty: it is being built');
    }
  }

  /** Circulation's sequences have begun anew, and its records may be older than the index. */
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

  /** Null where another process builds, or nothing is begun. */
  async #stateIfBuilding() {
    const { index, monotonic } = this.#services;
    return monotonic() < this.#leadsUntilMs ? await index.buildState() : null;
  }
}

/**
 * Whether the event is from well before the crawl began, which has then read its result. When a feed is followed for the first
 * time, the second reading shows all events again. Without this check they would mark every card that was used in the last 90
 * days.
 */
const isFoundByCrawl = (
  { sequence, at }: FeedEvent,
  { begunSequence, crawl: { startedAt } }: BuildState,
): boolean => !isBefore(begunSequence, sequence) && Date.parse(at) < startedAt.getTime() - surelyBeforeMs;

/** The index's position after a page: everything up to its newest event, or up to now if it is the last page. */
function positionAfter({ events, isLast }: FeedPage, newest: string): EventPosition {
  const at = events.at(-1)?.at;
  return { sequence: newest, upTo: isLast || at === undefined ? null : new Date(at) };
}

const isBefore = (sequence: string, other: string): boolean => BigInt(sequence) < BigInt(other);

function report(error: unknown, what: string, { log }: IndexServices): void {
  reportFailure(log, error, 'the index could not be kept', { index: what });
}
