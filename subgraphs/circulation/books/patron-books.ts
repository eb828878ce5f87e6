import { ObservedNumbers } from '../../../platform/time/observed-numbers.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import type { FeedListener, ReadPage } from '../feed/listener.ts';
import type { CrawledPatrons } from '../index/services.ts';
import { KeptCardEvents } from './card-events.ts';
import { suspectsIn } from './crawled-patrons.ts';
import { examineSuspects } from './examine-suspects.ts';
import type { PatronBooksServices } from './services.ts';

/** Pause while there is no suspect to examine, in ms. */
const idleMs = 2_000;
/** Pause after a failure, in ms. */
const afterFailureMs = 30_000;
/** An operation is reported if it is still unsettled this long after its outcome became certain, in ms. */
const dayMs = 86_400_000;
/** Pause between two searches of the journal for changed patrons and for operations that never settle, in ms. */
const lookEveryMs = 60_000;
/** The maximum number of operations, and of changes, that are read from the journal at once. */
const maxFromJournal = 500;

export interface PatronBooks extends FeedListener, AsyncDisposable {
  /** Must be called with each page of the crawl of all patrons. Makes no call to the systems, and never rejects. */
  crawled(read: CrawledPatrons): Promise<void>;
}

/**
 * Compares what the three systems say about each patron, while this process follows the feed. A patron becomes a
 * suspect if the crawl of all patrons sees a difference, or after certain events: those about a card of the patron, and
 * check-outs that no operation of ours made. The crawl reads the systems one after the other, and changes may be under
 * way. So a suspect is read again later, before a finding is recorded. Suspects wait in the database, so another
 * process examines them if this one ends.
 *
 * Example: the crawl reads a suspended patron, and event 815 has unblocked the patron's card. Two minutes later, the
 * patron is read again, and no operation of the patron runs. So the finding `CARD_NOT_BLOCKED` is recorded. When the
 * card is blocked, its event makes the patron a suspect again, and the finding is resolved.
 */
export function startPatronBooks(services: PatronBooksServices, wait: Wait = pause): PatronBooks {
  const stopped = new AbortController();
  const { signal } = stopped;
  const comparing = new Comparing(services);
  const { suspects, observer } = services;
  observer.watchTable?.('suspected_patrons', () => suspects.suspectsFill('PATRON'));
  observer.watchTable?.('suspected_cards', () => suspects.suspectsFill('CARD'));
  const loops = [
    repeat(() => comparing.readMissedEvents(signal), wait, signal),
    repeat(() => comparing.examine(signal), wait, signal),
  ];
  return {
    take: (page) => comparing.take(page),
    restart: () => comparing.restart(),
    crawled: (read) => comparing.crawled(read),
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all(loops);
    },
  };
}

class Comparing {
  readonly #services: PatronBooksServices;
  readonly #kept: KeptCardEvents;
  /** Tells how long ago the database assigned each number of `BookNumbers`, by this process's monotonic clock. */
  readonly #numbers: ObservedNumbers;
  /** The time that a suspect waits, in ms. Meanwhile, running changes end, and gaps in the feed are filled. */
  readonly #waitMs: number;
  /** The time until which this process believes that it follows the feed, by its monotonic clock. */
  #leadsUntilMs = Number.NEGATIVE_INFINITY;
  /**
   * Whether all events about cards are stored, up to the end of the feed. If false, some blocks of cards may be
   * unknown.
   */
  #isCurrent = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(services: PatronBooksServices) {
    const { cardEvents, suspects, circulation, times, monotonic } = services;
    this.#services = services;
    this.#kept = new KeptCardEvents(cardEvents, suspects, circulation);
    this.#waitMs = 2 * times.gapsFillWithinMs;
    this.#numbers = new ObservedNumbers(monotonic, this.#waitMs);
  }

  /**
   * Stores the card events of a page of the feed. Never rejects. If they can't be stored, the page is read again later.
   */
  async take(page: ReadPage): Promise<void> {
    this.#leadsUntilMs = this.#services.monotonic() + page.leaseMs;
    try {
      const isKept = await this.#kept.take(page);
      if (!page.isRepeated) {
        this.#isCurrent = isKept && page.isLast;
      }
      await this.#noteNumber();
    } catch (error) {
      this.#isCurrent = false;
      this.#report(error);
    }
  }

  /** Forgets the events about cards. No patron is examined until they have been read again. */
  async restart(): Promise<void> {
    this.#isCurrent = false;
    await this.#services.cardEvents.restartCardEvents();
  }

  /** Reads the next page of missed events. Resolves to the pause before the next one, in ms. */
  async readMissedEvents(signal: AbortSignal): Promise<number> {
    if (!this.#isLeading() || this.#isCurrent) {
      return idleMs;
    }
    try {
      return (await this.#kept.readNext(signal)) ? 0 : idleMs;
    } catch (error) {
      return this.#failed(error, signal);
    }
  }

  async crawled(read: CrawledPatrons): Promise<void> {
    try {
      const patronIds = await suspectsIn(this.#services, read);
      await this.#services.suspects.markSuspects('PATRON', patronIds);
    } catch (error) {
      this.#report(error);
    }
  }

  /**
   * Examines the next suspects, which are cards and patrons to compare. Resolves to the pause before the next call, in
   * ms.
   */
  async examine(signal: AbortSignal): Promise<number> {
    if (!this.#isLeading() || !this.#isCurrent) {
      return idleMs;
    }
    try {
      await this.#noteNumber();
      await this.#lookIntoJournal();
      const until = this.#numbers.numberBefore(this.#waitMs);
      if (until === null) {
        return idleMs;
      }
      const { examined, unreadable } = await examineSuspects(this.#services, until, signal);
      const [failure] = unreadable;
      if (failure !== undefined) {
        return this.#failed(failure.error, signal);
      }
      return examined === 0 ? idleMs : 0;
    } catch (error) {
      return this.#failed(error, signal);
    }
  }

  async #noteNumber(): Promise<void> {
    const { last: number } = await this.#services.suspects.bookNumbers();
    this.#numbers.see({ number, source: 'books' });
  }

  /**
   * Records findings about operations that never settle. Marks each patron whose own record was changed as a suspect,
   * because circulation has no event for this change. The first call with a new database reads only the latest changes.
   */
  async #lookIntoJournal(): Promise<void> {
    const { books, findings, suspects, monotonic } = this.#services;
    if (monotonic() - this.#lookedAtMs >= lookEveryMs) {
      this.#lookedAtMs = monotonic();
      const { changesRead } = await suspects.bookNumbers();
      const { patronIds, last } = await findings.patronsChanged(changesRead, maxFromJournal);
      await suspects.markSuspects('PATRON', patronIds, last ?? undefined);
      const stuck = await books.neverSettling(dayMs, maxFromJournal);
      const found = stuck.map(({ operationId, settledAt: at }) => ({
        operationId,
        discrepancy: 'NEVER_SETTLES' as const,
        sequence: null,
        at,
      }));
      await recordFindings(this.#services, found);
      if (patronIds.length === maxFromJournal) {
        // There may be more changes, so the next call reads the journal at once.
        this.#lookedAtMs = Number.NEGATIVE_INFINITY;
      }
    }
  }

  #isLeading(): boolean {
    return this.#services.monotonic() < this.#leadsUntilMs;
  }

  #failed(error: unknown, signal: AbortSignal): number {
    if (!signal.aborted) {
      this.#report(error);
    }
    return afterFailureMs;
  }

  #report(error: unknown): void {
    reportFailure(this.#services.log, error, 'the patrons could not be compared');
  }
}
