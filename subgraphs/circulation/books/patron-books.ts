import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Patron } from '../../../adapters/patrons/port.ts';
import type { CardReading } from '../../../store/index/port.ts';
import type { Evidence, PatronFinding, WorkedFinding } from '../../../store/journal/port.ts';
import { recordFindings } from '../../operations/books/compare.ts';
import { findingsOf, type KnownPatron } from '../../operations/books/patron-rules.ts';
import { eventsOf, readPatrons } from '../../operations/books/read-patrons.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { operationOf } from '../feed/feed-page.ts';
import type { FeedListener, ReadPage } from '../feed/listener.ts';
import { loanLimit } from '../rules/limits.ts';
import { KeptCardEvents } from './card-events.ts';
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
/** The number of the patron's latest operations that are looked at. An earlier one does not run any more. */
const latestOperations = 20;
/** An operation is reported if it has not settled this long after its outcome became certain, in ms. */
const neverSettlesAfterMs = 86_400_000;
/** Pause between two searches for such operations, in ms. */
const neverSettlesEveryMs = 60_000;

/** One page of patrons, as the crawl of the index has read them. */
export interface CrawledPatrons {
  readonly patrons: readonly Patron[];
  readonly cards: readonly Credential[];
  readonly readings: readonly CardReading[];
}

/** Compares the three systems, patron by patron. */
export interface PatronBooks extends FeedListener, AsyncDisposable {
  /** Called with each page of the crawl. Makes no call to the systems, and never rejects. */
  crawled(read: CrawledPatrons): Promise<void>;
}

/**
 * Compares the three systems while this process follows the feed. A patron is examined if the crawl has seen something
 * that does not agree, or if an event tells of a change that no operation of ours made. Before anything is reported,
 * the patron is read again, because the crawl reads the systems one after the other, and changes may be under way.
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
  #neverSettlesAtMs = Number.NEGATIVE_INFINITY;

  constructor(services: PatronBooksServices) {
    const { cardEvents, circulation, times, monotonic } = services;
    this.#services = services;
    this.#kept = new KeptCardEvents(cardEvents, circulation);
    const waitMs = 2 * times.gapsFillWithinMs;
    this.#patrons = new Suspects(waitMs, monotonic);
    this.#cards = new Suspects(waitMs, monotonic);
  }

  /** Never rejects. A page that could not be kept is read again later. */
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

  /** Marks the patrons of a page whom something speaks against, and those with an open finding. */
  async crawled({ patrons, cards, readings }: CrawledPatrons): Promise<void> {
    const ids = patrons.map(({ number }) => number);
    if (ids.length === 0) {
      return;
    }
    try {
      const { cardEvents, findings } = this.#services;
      const numbers = cards.map(({ libraryCardNumber }) => libraryCardNumber);
      const events = await eventsOf(cardEvents, numbers);
      const open = await findings.openFindingsOf(ids);
      const loans = new Map(
        readings.map((reading) => [reading.libraryCardNumber, reading.loans?.length ?? 0]),
      );
      const { since: eventsSince } = await cardEvents.cardEventsRead();
      const byPatron = Map.groupBy(cards, ({ patronId }) => patronId);
      const suspects = patrons.filter((patron) => {
        const own = byPatron.get(patron.number) ?? [];
        const known: KnownPatron = {
          patronId: patron.number,
          patron,
          cards: own.map((credential) => ({
            credential,
            loans: [],
            block: null,
            registration: null,
            ...events.get(credential.libraryCardNumber),
          })),
        };
        return hasManyLoans(own, loans) || findingsOf(known, { loanLimit, eventsSince }).length > 0;
      });
      this.#patrons.mark(suspects.map(({ number }) => number));
      this.#patrons.mark(open.flatMap(({ patronId }) => patronId ?? []));
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
      await this.#findNeverSettling();
      const cards = this.#cards.take(cardsAtOnce);
      const ofCards = cards.length === 0 ? [] : await this.#patronsOf(cards, signal);
      const patronIds = [...new Set([...this.#patrons.take(patronsAtOnce), ...ofCards])];
      if (patronIds.length > 0) {
        await this.#judge(patronIds, signal);
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
    await this.#record(unknown.map(unknownCard));
    return credentials.flatMap((credential) => credential?.patronId ?? []);
  }

  /** Reads the patrons, records what does not agree, and resolves what agrees again. */
  async #judge(patronIds: readonly string[], signal: AbortSignal): Promise<void> {
    const { cardEvents, findings } = this.#services;
    const known = await readPatrons(this.#services, patronIds, signal);
    const { since: eventsSince } = await cardEvents.cardEventsRead();
    const found = known.flatMap((patron) => findingsOf(patron, { loanLimit, eventsSince }));
    const open = await findings.openFindingsOf(patronIds);
    const involved = [...new Set([...found, ...open].flatMap(({ patronId }) => patronId ?? []))];
    const busy = await this.#busyPatrons(involved);
    this.#patrons.mark(busy);
    const isQuiet = ({ patronId }: Pick<WorkedFinding, 'patronId'>) => !busy.has(patronId ?? '');
    await this.#record(found.filter(isQuiet));
    const stillFound = new Set(found.map(keyOf));
    for (const { id, kind, ...finding } of open.filter(isQuiet)) {
      if (!stillFound.has(keyOf({ kind, ...finding }))) {
        await findings.changeFinding({ id, kind }, { state: 'RESOLVED', by: null, reason: null });
      }
    }
  }

  /** The patrons of whom an operation runs, or ended a moment ago. They are examined again later. */
  async #busyPatrons(patronIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { journal, times } = this.#services;
    const now = await journal.now();
    const endedSince = now.getTime() - 2 * times.gapsFillWithinMs;
    const busy = new Set<string>();
    for (const patronId of patronIds) {
      const operations = await journal.operationsOfPatron(patronId, null, latestOperations);
      if (operations.some(({ settledAt }) => settledAt === null || settledAt.getTime() > endedSince)) {
        busy.add(patronId);
      }
    }
    return busy;
  }

  async #record(found: readonly PatronFinding[]): Promise<void> {
    const { findings, log } = this.#services;
    if (found.length > 0) {
      const newFindings = await findings.recordPatronFindings(found);
      if (newFindings > 0) {
        log.warn(
          { findings: newFindings },
          'the three systems do not agree about patrons: see `npm run books`',
        );
      }
    }
  }

  async #findNeverSettling(): Promise<void> {
    const { books, monotonic } = this.#services;
    if (monotonic() - this.#neverSettlesAtMs >= neverSettlesEveryMs) {
      this.#neverSettlesAtMs = monotonic();
      const stuck = await books.neverSettling(neverSettlesAfterMs, maxStuck);
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

const maxStuck = 500;

/** Whether the event may have changed what the rules compare, and no operation of ours made it. */
const isForeign = (event: FeedEvent): boolean =>
  event.kind.startsWith('CARD_') || (event.kind === 'CHECKED_OUT' && operationOf(event) === null);

/** Whether the patron has too many loans, or loans on a card that is not in use. The loans are then read in full. */
const hasManyLoans = (cards: readonly Credential[], loans: ReadonlyMap<string, number>): boolean => {
  const counts = cards.map(({ libraryCardNumber, state }) => ({
    state,
    count: loans.get(libraryCardNumber) ?? 0,
  }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return total > loanLimit || counts.some(({ state, count }) => state !== 'ACTIVE' && count > 0);
};

const nothing: Evidence = {
  libraryCardNumber: null,
  patronStatus: null,
  cardState: null,
  event: null,
  loans: [],
};

const unknownCard = (libraryCardNumber: string): PatronFinding => ({
  kind: 'CARD_UNKNOWN',
  patronId: null,
  evidence: { ...nothing, libraryCardNumber },
});

/** Identifies a finding about a patron. */
const keyOf = ({ kind, patronId, evidence }: Pick<WorkedFinding, 'kind' | 'patronId' | 'evidence'>): string =>
  `${kind} ${patronId} ${evidence?.libraryCardNumber}`;
