import type { EventOfKind, FollowedBooks, SettledId } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { effectsOf } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/** The maximum number of operations that one call of `sweep` or `judge` examines. */
const sweptAtOnce = 500;
/** Operations settled within this time, in ms, are examined in every call of `judge`. Older ones wait for their turn. */
const latelyMs = 300_000;
/** The maximum number of calls to circulation in one call of `judge`. Further suspects wait for the next call. */
const maxAsked = 20;
/** The maximum number of suspects that are remembered. Further operations can become suspects later. */
const maxSuspects = 10_000;

interface Suspect extends SettledId {
  /** The time by this process's monotonic clock. */
  readonly seenAtMs: number;
}

/**
 * Finds operations that are `DONE` in the journal but have no event in circulation.
 *
 * An event may come late, because it fills a gap in the feed. So an operation without its event is only a suspect at
 * first. It is judged when the latest events have been read again, at least `gapsFillWithinMs` after it became a
 * suspect. By then, the gaps of that time have been filled. As a last check, circulation is asked for events with the
 * operation's id. If there is none, the operation becomes a finding.
 *
 * Example: at 12:00:00, an operation is DONE without an event. The rereading at 12:01:02 doesn't show an event, and
 * `FindByRef` doesn't either. This is a finding.
 */
export class DoneWithoutEvent {
  readonly #services: FeedServices;
  readonly #events: EventOfKind;
  readonly #suspects = new Map<string, Suspect>();
  #sweptUntil = '';
  /**
   * A round looks once at all operations. False if a suspect was left out in this round, because there were
   * `maxSuspects` already.
   */
  #isRoundComplete = true;
  /** The ids of the suspects at the end of the first complete round. Null until that round ends. */
  #firstSuspects: readonly string[] | null = null;
  #hasSaidWhole = false;
  /** The time by which circulation's clock was ahead of the journal's at the last sweep, in ms. */
  #aheadMs = 0;

  /** @param events the event that circulation records for each kind of operation */
  constructor(services: FeedServices, events: EventOfKind) {
    this.#services = services;
    this.#events = events;
  }

  /**
   * Looks for suspects among the next operations. Each call continues after the operations of the last call. `aheadMs`
   * is the time by which circulation's clock is ahead.
   */
  async sweep(aheadMs: number): Promise<void> {
    const { books } = this.#services;
    this.#aheadMs = aheadMs;
    const { lastId, operations } = await books.withoutEventAfter(
      this.#events,
      this.#sweptUntil,
      sweptAtOnce,
      aheadMs,
    );
    this.#sweptUntil = lastId ?? '';
    this.#suspect(operations);
    if (lastId === null) {
      if (this.#isRoundComplete) {
        this.#firstSuspects ??= [...this.#suspects.keys()];
      }
      this.#isRoundComplete = true;
    }
  }

  /**
   * Decides about suspects that were found at least `gapsFillWithinMs` before the latest events were read again.
   * @param readAtMs when that rereading began, by the monotonic clock
   */
  async judge(followed: FollowedBooks, readAtMs: number, signal: AbortSignal): Promise<void> {
    const { books, times } = this.#services;
    const { gapsFillWithinMs } = times;
    const lately = await books.withoutEvent(
      this.#events,
      gapsFillWithinMs + latelyMs,
      gapsFillWithinMs,
      sweptAtOnce,
      this.#aheadMs,
    );
    const ripe = [...this.#suspects.values()].filter(
      ({ seenAtMs }) => seenAtMs + gapsFillWithinMs <= readAtMs,
    );
    this.#suspect(lately);
    const stillWithout = await this.#stillWithoutEvent(ripe.slice(0, sweptAtOnce));
    for (const suspect of stillWithout.slice(0, maxAsked)) {
      // The suspect first moves to the end of the list. If circulation's answer about it is invalid, this call throws,
      // and the next call begins with other suspects.
      this.#suspects.delete(suspect.operationId);
      this.#suspects.set(suspect.operationId, suspect);
      await this.#ask(followed, suspect, signal);
      this.#suspects.delete(suspect.operationId);
    }
    this.#sayWhole();
  }

  /** Logs once that all operations have been judged. Until then, old operations may still lead to findings. */
  #sayWhole(): void {
    const isWhole = this.#firstSuspects?.every((id) => !this.#suspects.has(id)) === true;
    if (isWhole && !this.#hasSaidWhole) {
      this.#hasSaidWhole = true;
      this.#services.log.info({}, 'each operation that stands as done was compared with circulation');
    }
  }

  #suspect(operations: readonly SettledId[]): void {
    const seenAtMs = this.#services.monotonic();
    for (const operation of operations) {
      if (this.#suspects.has(operation.operationId)) {
        continue;
      }
      if (this.#suspects.size < maxSuspects) {
        this.#suspects.set(operation.operationId, { ...operation, seenAtMs });
      } else {
        this.#isRoundComplete = false;
      }
    }
  }

  /** Removes the suspects whose event has been read in the meantime. Resolves to the remaining suspects. */
  async #stillWithoutEvent(suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
    if (suspects.length === 0) {
      return [];
    }
    const accounts = await this.#services.books.accountsOf(suspects.map(({ operationId }) => operationId));
    const kindsById = new Map(
      accounts.map(({ operationId, effects }) => [operationId, new Set(effects.map(({ kind }) => kind))]),
    );
    const hasEvent = ({ operationId, kind }: Suspect) =>
      kindsById.get(operationId)?.has(this.#events[kind] ?? '') === true;
    for (const suspect of suspects.filter(hasEvent)) {
      this.#suspects.delete(suspect.operationId);
    }
    return suspects.filter((suspect) => !hasEvent(suspect));
  }

  async #ask(
    { lease, position }: FollowedBooks,
    { operationId, kind, settledAt }: Suspect,
    signal: AbortSignal,
  ): Promise<void> {
    const { books, circulation } = this.#services;
    const effects = effectsOf(await circulation.eventsByReference(operationId, signal));
    if (effects.some((effect) => effect.kind === this.#events[kind])) {
      // The event exists, but the feed has not shown it yet.
      await books.saveFeedPage(lease, position, effects);
      return;
    }
    const finding = { operationId, discrepancy: 'NOT_DONE', sequence: null, at: settledAt } as const;
    await recordFindings(this.#services, [finding]);
  }
}
