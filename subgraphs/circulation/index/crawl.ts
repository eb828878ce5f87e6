import type { BuildState, CrawlPosition, IsSaved } from '../../../store/index/port.ts';
import { readPage } from '../feed/feed-page.ts';
import { indexedEvent } from './events.ts';
import { readApart } from './read-apart.ts';
import { readCards } from './read-cards.ts';
import type { IndexServices } from './services.ts';
import { setAside } from './set-aside.ts';

/** Patrons in a page: the registry's limit. */
const patronsPerPage = 100;
/** Cards that are read and saved at once: ten calls each for loans and for holds. */
const cardsAtOnce = 100;
/** Once the index is whole, a pass takes this long at most, in ms: 20 hours, so that everything is read again within a day. */
const sweepMs = 72_000_000;
/** A small library is read again more often: the longest pause between two pages, in ms. */
const maxPauseMs = 600_000;

/**
 * Reads the next page of patrons, their cards, and the loans and holds on these. Resolves to the pause before the next page, in
 * ms. The pause is for a whole index: until then the crawl goes on at once.
 *
 * 100 patrons with 250 cards are one call to the registry, four to card management and 50 to circulation.
 *
 * Patrons and cards that can't be decoded are set aside, and read by `refresh`.
 *
 * @throws UpstreamError, StoreUnavailable: the page is read again.
 */
export async function crawl(
  services: IndexServices,
  state: BuildState,
  signal: AbortSignal,
): Promise<number> {
  const { index, patrons, cards, log } = services;
  const { afterPatron } = state.crawl;
  const page = await patrons.search(
    {},
    { first: patronsPerPage, ...(afterPatron !== null && { after: afterPatron }) },
    signal,
  );
  const ids = page.patrons.map(({ number }) => number);
  const startedAt = await index.now();
  const { answers, unreadable } = await readApart(
    ids,
    (some) => cards.cardsByPatron(some, signal),
    () => cards.ping(signal),
  );
  await setAside(services, 'PATRON', unreadable, startedAt);
  const numbers = answers.flat(2).map((card) => card.libraryCardNumber);
  const next: CrawlPosition = {
    ...state.crawl,
    afterPatron: ids.at(-1) ?? afterPatron,
    patronsRead: state.crawl.patronsRead + ids.length,
    patronsTotal: page.totalCount,
  };
  const isSaved = await saveInTurn(services, state, [...new Set(numbers)], next, signal);
  if (isSaved && !page.hasNextPage) {
    const isFinished = await index.finishPass({ ...state, crawl: next });
    if (isFinished && !state.isWhole) {
      log.info({ patrons: next.patronsRead }, 'the index of loans and holds is whole');
    }
  }
  const pages = Math.max(1, Math.ceil(page.totalCount / patronsPerPage));
  return Math.min(sweepMs / pages, maxPauseMs);
}

/** The position moves on with the last of the page's cards. Resolves to false, and stops, once another builder has moved it. */
async function saveInTurn(
  services: IndexServices,
  state: BuildState,
  numbers: readonly string[],
  next: CrawlPosition,
  signal: AbortSignal,
): Promise<IsSaved> {
  const { index, circulation } = services;
  for (let start = 0; start < Math.max(1, numbers.length); start += cardsAtOnce) {
    const end = start + cardsAtOnce;
    const startedAt = await index.now();
    const { answers, unreadable } = await readApart(
      numbers.slice(start, end),
      (some) => readCards(services, some, signal),
      () => circulation.ping(signal),
    );
    await setAside(services, 'CARD', unreadable, startedAt);
    const position = end >= numbers.length ? next : state.crawl;
    if (!(await index.saveCrawled(state, answers.flat(), position))) {
      return false;
    }
  }
  return true;
}

/**
 * Counts what was lent and returned in the next page of old events: those after `after`, up to where the index began. `after`
 * is how far the state has counted.
 * @throws UpstreamError, StoreUnavailable: the page is read again.
 */
export async function countOldEvents(
  { index, circulation }: IndexServices,
  state: BuildState,
  after: string,
  signal: AbortSignal,
): Promise<void> {
  const { begunSequence } = state;
  const { events, isLast } = await readPage(circulation, after, signal);
  const old = events.filter(({ sequence }) => BigInt(sequence) <= BigInt(begunSequence));
  const newest = old.at(-1)?.sequence;
  const isDone = isLast || old.length < events.length || newest === begunSequence || newest === undefined;
  await index.countEvents(state, old.map(indexedEvent), isDone ? null : newest);
}
