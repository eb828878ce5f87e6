import type { EventOfKind, FollowedBooks, SettledId } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { effectsOf } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/** Operations that are looked through at once. */
const sweptAtOnce = 500;
/** What was settled within this many ms is looked through in every round, without waiting for its turn. */
const latelyMs = 300_000;
/** Calls to circulation in one round. The other suspects wait for the next. */
const maxAsked = 20;
/** Suspects that are remembered. Others become suspects when they have their turn again. */
const maxSuspects = 10_000;

interface Suspect extends SettledId {
  /** By this process's monotonic clock. */
  readonly seenAtMs: number;
}

/**
 * Finds operations that stand as done and have no event. An event may come late, into a gap of the feed. So an operation is a
 * suspect first, and is judged after a second reading that began when all gaps of that time were filled. Before it becomes a
 * finding, circulation is asked by its reference.
 *
 * At 12:00:00 an operation is DONE without an event. The reading of 12:01:02 doesn't show one, nor does `FindByRef`: a finding.
 */
export class DoneWithoutEvent {
  readonly #services: FeedServices;
  readonly #events: EventOfKind;
  readonly #suspects = new Map<string, Suspect>();
  #sweptUntil = '';

  /** `events`: the event that each kind of operation leaves. */
  constructor(services: FeedServices, events: EventOfKind) {
    this.#services = services;
    this.#events = events;
  }

  /** Looks through the next operations, in turn. */
  async sweep(): Promise<void> {
    const { books } = this.#services;
    const { lastId, operations } = await books.withoutEventAfter(this.#events, this.#sweptUntil, sweptAtOnce);
    this.#sweptUntil = lastId ?? '';
    this.#suspect(operations);
  }

  /** Judges those that were suspects before a second reading of all events began. `readAtMs`: when it did. */
  async judge(
    follower: string,
    followed: FollowedBooks,
    readAtMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { books, times } = this.#services;
    const { gapsFillWithinMs } = times;
    const lately = await books.withoutEvent(
      this.#events,
      gapsFillWithinMs + latelyMs,
      gapsFillWithinMs,
      sweptAtOnce,
    );
    const ripe = [...this.#suspects.values()].filter(
      ({ seenAtMs }) => seenAtMs + gapsFillWithinMs <= readAtMs,
    );
    this.#suspect(lately);
    const stillWithout = await this.#stillWithoutEvent(ripe.slice(0, sweptAtOnce));
    for (const suspect of stillWithout.slice(0, maxAsked)) {
      // Moved behind the others: a suspect whose answer is invalid must not hold them up.
      this.#suspects.delete(suspect.operationId);
      this.#suspects.set(suspect.operationId, suspect);
      await this.#ask(follower, followed, suspect, signal);
      this.#suspects.delete(suspect.operationId);
    }
  }

  #suspect(operations: readonly SettledId[]): void {
    const seenAtMs = this.#services.monotonic();
    for (const operation of operations) {
      if (this.#suspects.size < maxSuspects && !this.#suspects.has(operation.operationId)) {
        this.#suspects.set(operation.operationId, { ...operation, seenAtMs });
      }
    }
  }

  /** Forgets those whose event has been read meanwhile. */
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
    follower: string,
    { position }: FollowedBooks,
    { operationId, kind, settledAt }: Suspect,
    signal: AbortSignal,
  ): Promise<void> {
    const { books, circulation } = this.#services;
    const effects = effectsOf(await circulation.eventsByReference(operationId, signal));
    if (effects.some((effect) => effect.kind === this.#events[kind])) {
      // The feed has not shown it, and it is there.
      await books.saveFeedPage(follower, position, effects);
      return;
    }
    const finding = { operationId, discrepancy: 'NOT_DONE', sequence: null, at: settledAt } as const;
    await recordFindings(this.#services, [finding]);
  }
}
