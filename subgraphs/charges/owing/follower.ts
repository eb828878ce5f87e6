import { randomUUID } from 'node:crypto';
import type { LedgerEventKind, Origin } from '../../../adapters/charges/port.ts';
import type { OwingPosition } from '../../../store/journal/port.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { NightlyComparison } from '../books/nightly-comparison.ts';
import { paymentEffectsIn } from '../books/payment-effects.ts';
import { accountChangeOf } from './account-changes.ts';
import { ChangedAccounts } from './changed-accounts.ts';
import type { OwingServices } from './services.ts';

/** Pause at the end of the list of changes, in ms. */
const pollMs = 2_000;
/**
 * The time for which a process gets the lease to follow the list of changes, in ms. It is longer than all calls of one
 * poll take.
 */
const leaseMs = 30_000;
/** Pause between two attempts to take the lease, in ms. */
const leaseEveryMs = 5_000;
/** The longest pause after failures, in ms. While the payment system is closed at the end of the day, all polls fail. */
const maxBackOffMs = 60_000;
/** The maximum number of changes in one call. It is the payment system's limit. */
const changesAtOnce = 500;
/**
 * If this number of polls in a row don't find the last known change, all changes are read again. A single miss may be
 * due to a proxy that returns an old page.
 */
const timesMissing = 2;

const ourselves: Origin = { channel: 'BATCH', clerkId: null };

/** True for a kind of change that alters the outstanding amount. */
const changesBalance: Readonly<Record<LedgerEventKind, boolean>> = {
  CHARGE_RAISED: true,
  CHARGE_WAIVED: true,
  PAYMENT_PAID: true,
  PAYMENT_REFUNDED: true,
  PAYMENT_CREATED: false,
  PAYMENT_EXPIRED: false,
  PAYMENT_CANCELLED: false,
  PAYMENT_PAID_LATE: false,
};

/**
 * Follows the payment system's list of changes until the returned object is disposed of. The follower keeps the index
 * of patrons who owe something. Every night, it also compares our operations with the changes in the list. Only the
 * process that holds the lease follows. When the lease ends, another process continues from the saved position.
 *
 * A change contains no balance. So each change only puts its patron on a list, and the patron's account is read
 * afterwards. It doesn't matter if a change is read twice, or if several changes of a patron lead to one reading.
 *
 * @example
 * // P0000016 owes 26.20. Change 412 says that an order of 21.00 was paid. P0000016 is listed in the same transaction
 * // that saves position 412. Then the statement shows 5.20, and this amount is saved. If this process dies before it
 * // has saved the amount, the next process finds P0000016 on the list.
 */
export function startOwingFollower(services: OwingServices, wait: Wait = pause): AsyncDisposable {
  services.observer.watchOwing?.(services.owing);
  const stopped = new AbortController();
  const following = new Following(services);
  const running = repeat(() => following.poll(stopped.signal), wait, stopped.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
      await following.leave();
    },
  };
}

class Following {
  readonly #services: OwingServices;
  readonly #follower = randomUUID();
  readonly #accounts: ChangedAccounts;
  readonly #comparison: NightlyComparison;
  /** The number of polls in a row that did not find the last known change. */
  #missing = 0;
  #failures = 0;

  constructor(services: OwingServices) {
    this.#services = services;
    this.#accounts = new ChangedAccounts(services, this.#follower, ourselves);
    this.#comparison = new NightlyComparison(services, this.#follower);
  }

  /** Reads a page of changes, and some accounts. Resolves to the pause before the next poll, in ms. */
  async poll(signal: AbortSignal): Promise<number> {
    try {
      const pauseMs = await this.#pollOnce(signal);
      this.#failures = 0;
      return pauseMs;
    } catch (error) {
      // Only the first failure in a row is logged, because the same failure may repeat every minute.
      if (this.#failures === 0 && !signal.aborted) {
        reportFailure(this.#services.log, error, 'the list of what is owed could not be brought up to date');
      }
      this.#failures += 1;
      return Math.min(pollMs * 2 ** this.#failures, maxBackOffMs);
    }
  }

  /** Ends the lease. If the journal is unreachable, the lease ends by itself. */
  async leave(): Promise<void> {
    try {
      await this.#services.owing.leaveOwing(this.#follower);
    } catch (error) {
      reportFailure(this.#services.log, error, 'the lease of the list of what is owed could not be ended');
    }
  }

  async #pollOnce(signal: AbortSignal): Promise<number> {
    const { owing, monotonic } = this.#services;
    const beganAtMs = monotonic();
    const followed = await owing.followOwing(this.#follower, leaseMs);
    if (followed === null) {
      this.#accounts.forget();
      this.#comparison.forget();
      return leaseEveryMs;
    }
    const read = await this.#readChanges(followed.last, signal);
    if (read !== 'END') {
      return read === 'MORE' ? 0 : leaseEveryMs;
    }
    const isMoreToCompare = await this.#comparison.compareNext(followed.books, beganAtMs);
    const isMoreToRead = await this.#accounts.readNext(beganAtMs, signal);
    return isMoreToCompare || isMoreToRead ? 0 : pollMs;
  }

  /** Reads a page of changes, and lists their patrons. `END`: there are no more changes. `AGAIN`: nothing was saved. */
  async #readChanges(last: OwingPosition | null, signal: AbortSignal): Promise<'END' | 'MORE' | 'AGAIN'> {
    const { ledger, owing } = this.#services;
    // The page begins with the last known change again. If it is missing or different, the list has been replaced.
    const after = last === null ? 0n : last.sequence - 1n;
    const { events, hasMore } = await ledger.eventsAfter(after, changesAtOnce, ourselves, signal);
    const [oldest] = events;
    if (
      last !== null &&
      (oldest?.sequence !== last.sequence || Date.parse(oldest.at) !== last.at.getTime())
    ) {
      await this.#lastIsMissing(last);
      return 'AGAIN';
    }
    this.#missing = 0;
    const changes = last === null ? events : events.slice(1);
    const newest = changes.at(-1);
    if (oldest === undefined || newest === undefined) {
      return 'END';
    }
    const isSaved = await owing.saveOwingChanges(this.#follower, {
      oldestAt: new Date(oldest.at),
      last: { sequence: newest.sequence, at: new Date(newest.at) },
      patronIds: changes.filter(({ kind }) => changesBalance[kind]).map(({ patronId }) => patronId),
      changes: changes.map(accountChangeOf),
      effects: paymentEffectsIn(changes),
      isEnd: !hasMore,
    });
    if (!isSaved) {
      return 'AGAIN';
    }
    return hasMore ? 'MORE' : 'END';
  }

  /**
   * Must be called when a page lacks the last known change. The change may have been removed after 400 days, or the
   * payment system may have started its sequence numbers again. After `timesMissing` calls in a row, all changes and
   * all accounts in the index are read again.
   */
  async #lastIsMissing({ sequence }: OwingPosition): Promise<void> {
    this.#missing += 1;
    if (this.#missing >= timesMissing) {
      this.#services.log.warn(
        { sequence: String(sequence) },
        'the last known change of the payment system does not come back: all changes are read again',
      );
      this.#accounts.forget();
      this.#comparison.forget();
      await this.#services.owing.restartOwing(this.#follower);
      this.#missing = 0;
    }
  }
}
