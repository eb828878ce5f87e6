import type { Account, Effect, FollowedBooks } from '../../../store/journal/port.ts';
import { CirculationClock } from '../../operations/books/circulation-clock.ts';
import { compare } from '../../operations/books/compare.ts';
import { type ChangeTimes, prepareAndSendMs, settlingMs } from '../../operations/change-times.ts';
import { eventOfKind } from '../procedures/recovery.ts';
import { DoneWithoutEvent } from './done-without-event.ts';
import { settledAfterMs } from './rereadings.ts';
import type { FeedServices } from './services.ts';
import type { UnsafePlaces } from './unsafe-places.ts';

/** The number of operations that are compared again with each poll, in turn. This finds data that was lost later. */
const sweptAtOnce = 500;
/**
 * Operations that were refused within this time, in ms, are compared again, because their event may have been read
 * before the refusal.
 */
const refusedWithinMs = 120_000;
/**
 * The longest time from the permission to send a change until its event is compared for the last time, in ms. This
 * holds if circulation made the change in time and the feed is not behind.
 */
const judgedWithinMs = (times: ChangeTimes): number =>
  prepareAndSendMs + settlingMs(times) + settledAfterMs(times);

/**
 * Compares the journal's operations with the events that circulation recorded with their ids. The events of a page are
 * compared when the page is read. Later, all of these events are compared again in turn.
 */
export class Comparing {
  readonly #services: FeedServices;
  readonly #unsafePlaces: UnsafePlaces;
  readonly #clock: CirculationClock;
  #doneWithoutEvent: DoneWithoutEvent;
  #sweptUntil = '';

  constructor(services: FeedServices, unsafePlaces: UnsafePlaces) {
    this.#services = services;
    this.#unsafePlaces = unsafePlaces;
    this.#clock = new CirculationClock(services.monotonic, judgedWithinMs(services.times));
    this.#doneWithoutEvent = new DoneWithoutEvent(services, eventOfKind);
  }

  /** The time by which circulation's clock is ahead of the journal's clock, in ms. */
  get aheadMs(): number {
    return this.#clock.aheadMs;
  }

  /** Forgets the operations that seem to lack their event. Must be called when the follower changes its position. */
  forgetSuspects(): void {
    this.#doneWithoutEvent = new DoneWithoutEvent(this.#services, eventOfKind);
  }

  /**
   * Compares these events of our operations with the journal. Also measures circulation's clock by them. The
   * measurement is reported only if `areNew`: events that are read again say nothing new about the clock.
   */
  async judge(effects: readonly Effect[], { since }: FollowedBooks, areNew: boolean): Promise<void> {
    if (effects.length === 0) {
      return;
    }
    const ids = new Set(effects.map(({ operationId }) => operationId));
    const accounts = await this.#services.books.accountsOf([...ids]);
    const measures = accounts.filter((account) => this.#clock.see(account));
    if (areNew && measures.length > 0) {
      this.#services.observer.circulationClockMeasured?.(this.#clock.aheadMs);
    }
    await this.#compare(accounts, since, this.#clock.recentlyAheadMs);
  }

  /**
   * Judges the operations without an event.
   * @param readAtMs when the rereading of the latest events began, by the monotonic clock
   */
  async judgeSuspects(followed: FollowedBooks, readAtMs: number, signal: AbortSignal): Promise<void> {
    await this.#doneWithoutEvent.judge(followed, readAtMs, signal);
  }

  /**
   * Compares recently refused operations again. Then compares the next 500 operations that have an event, and looks for
   * operations that lack one. Each call continues where the last call ended, and begins again after the end.
   */
  async sweep({ since }: FollowedBooks): Promise<void> {
    const { books } = this.#services;
    await this.#compare(await books.accountsRefused(refusedWithinMs, sweptAtOnce), since, null);
    const accounts = await books.accountsAfter(this.#sweptUntil, sweptAtOnce);
    await this.#compare(accounts, since, null);
    const ids = accounts.map(({ operationId }) => operationId).sort();
    this.#sweptUntil = accounts.length < sweptAtOnce ? '' : (ids.at(-1) ?? '');
    await this.#doneWithoutEvent.sweep(this.#clock.aheadMs);
  }

  async #compare(accounts: readonly Account[], since: Date, aheadMs: number | null): Promise<void> {
    const found = await compare(this.#services, accounts, since, aheadMs);
    if (found.some(({ discrepancy }) => discrepancy === 'OPERATION_LOST')) {
      await this.#unsafePlaces.foreignEffect();
    }
  }
}
