import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { operationOf } from '../feed/feed-page.ts';
import type { FeedListener, ReadPage } from '../feed/listener.ts';
import { KeptCardEvents } from './card-events.ts';
import { type CrawledPatrons, suspectsIn } from './crawled-patrons.ts';
import { judgePatrons, record, unknownCard } from './judge-patrons.ts';
import type { PatronBooksServices } from './services.ts';
import { Suspects } from './suspects.ts';

/** Pause while there is nothing to examine, in ms. */
const idleMs = 2_000;
/** Pause after a failure, in ms. */
const afterFailureMs = 30_000;
/** The number of patrons that are examined at once. They need one call to each of two systems, and some to circulation. */
const patronsAtOnce = 25;
/** The number of cards whose patrons are looked up at once. */
const cardsAtOnce = 25;
/** An operation is reported if it has not settled a day after its outcome became certain. */
const dayMs = 86_400_000;
/** Pause between two looks into the journal, in ms. */
const lookEveryMs = 60_000;
/** The most operations that one look finds. */
const maxFromJournal = 500;

/** Compares the three systems, patron by patron. */
export interface PatronBooks extends FeedListener, AsyncDisposable {
  /** Called with each page of the crawl. Makes no call to the systems, and never rejects. */
  crawled(read: CrawledPatrons): Promise<void>;
}

/**
 * Compares the three systems while this process follows the feed. A patron is examined if the crawl has seen something
 * that does not agree, or if an event shows a change of a card, or a check-out that no operation of ours made. Before
 * anything is reported, the patron is read again, because the crawl reads the systems one after the other, and changes
 * may be under way.
 *
 * Example: the crawl reads a suspended patron, and event 815 has unblocked the patron's card. Two minutes later the
 * patron is read again, and no operation of the patron runs: the finding `CARD_NOT_BLOCKED` is recorded. When the card
 * is blocked, the next event leads to the patron, and the finding is resolved.
 */
export function startPatronBooks(services: PatronBooksServices, wait: Wait = pause): PatronBooks {
  const stopped = new AbortController();
  const { signal } = stopped;
  const comparing = new Comparing(services);
  const loops = [
    repeat(() => comparing.readMissedEvents(signal), wait, signal),
    repeat(() => comparing.examine(signal), wait, signal),
  ];
  return {
    take: (page) => comparing.take(page),
    restart: () => services.cardEvents.restartCardEvents(),
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
  readonly #patrons: Suspects;
  readonly #cards: Suspects;
  /** The time until which this process follows the feed, by its monotonic clock. */
  #leadsUntilMs = Number.NEGATIVE_INFINITY;
  /** Whether all events about cards are kept, up to the end of the feed. Otherwise a block may be unknown here. */
  #isCurrent = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** The number, in the audit, of the last change of a record or a card that was read. */
  #lastChange: number | null = null;

  constructor(services: PatronBooksServices) {
    const { cardEvents, circulation, times, monotonic } = services;
    this.#services = services;
    this.#kept = new KeptCardEvents(cardEvents, circulation);
    const waitMs = 2 * times.gapsFillWithinMs;
    this.#patrons = new Suspects(waitMs, monotonic);
    this.#cards = new Suspects(waitMs, monotonic);
  }

  /** Takes a page of the feed. Never rejects. A page that could not be kept is read again later. */
  async take(page: ReadPage): Promise<void> {
    this.#leadsUntilMs = this.#services.monotonic() + page.leaseMs;
    try {
      const isKept = await this.#kept.take(page);
      if (!page.isRepeated) {
        this.#isCurrent = isKept && page.isLast;
        this.#cards.mark(page.events.filter(isForeign).flatMap((event) => event.libraryCardNumber ?? []));
      }
    } catch (error) {
      this.#isCurrent = false;
      this.#report(error);
    }
  }

  /** Resolves to the pause before the next page of missed events, in ms. */
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

  /** Takes a page of the crawl. Never rejects. */
  async crawled(read: CrawledPatrons): Promise<void> {
    try {
      this.#patrons.mark(await suspectsIn(this.#services, read));
    } catch (error) {
      this.#report(error);
    }
  }

  /** Examines the next suspects. Resolves to the pause before the next ones, in ms. */
  async examine(signal: AbortSignal): Promise<number> {
    if (!this.#isLeading() || !this.#isCurrent) {
      return idleMs;
    }
    try {
      await this.#lookIntoJournal();
      const cards = this.#cards.take(cardsAtOnce);
      const ofCards = cards.length === 0 ? [] : await this.#patronsOf(cards, signal);
      const patronIds = [...new Set([...this.#patrons.take(patronsAtOnce), ...ofCards])];
      if (patronIds.length > 0) {
        this.#patrons.mark(await judgePatrons(this.#services, patronIds, signal));
      }
      return cards.length + patronIds.length === 0 ? idleMs : 0;
    } catch (error) {
      return this.#failed(error, signal);
    }
  }

  /** The patrons of cards. A card that card management doesn't have is a finding. */
  async #patronsOf(numbers: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const credentials = await this.#services.cards.cardsByNumber(numbers, signal);
    const unknown = numbers.filter((_, at) => credentials[at] == null);
    await record(this.#services, unknown.map(unknownCard));
    return credentials.flatMap((credential) => credential?.patronId ?? []);
  }

  /**
   * Finds operations that never settle. Marks the patrons whose record was changed, because no event shows such a
   * change. The first call of a process reads the latest changes.
   */
  async #lookIntoJournal(): Promise<void> {
    const { books, findings, monotonic } = this.#services;
    if (monotonic() - this.#lookedAtMs >= lookEveryMs) {
      this.#lookedAtMs = monotonic();
      const { patronIds, last } = await findings.patronsChanged(this.#lastChange, maxFromJournal);
      this.#lastChange = last;
      this.#patrons.mark(patronIds);
      const stuck = await books.neverSettling(dayMs, maxFromJournal);
      const found = stuck.map(({ operationId, settledAt: at }) => ({
        operationId,
        discrepancy: 'NEVER_SETTLES' as const,
        sequence: null,
        at,
      }));
      await recordFindings(this.#services, found);
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

/**
 * Whether the event leads to an examination of its card's patron: every event about a card does, and every check-out
 * that no operation of ours made.
 */
const isForeign = (event: FeedEvent): boolean =>
  event.kind.startsWith('CARD_') || (event.kind === 'CHECKED_OUT' && operationOf(event) === null);
