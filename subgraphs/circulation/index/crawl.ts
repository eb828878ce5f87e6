import type { PatronCriteria } from '../../../adapters/patrons/port.ts';
import type { BuildState, CardReading, CrawlPosition } from '../../../store/index/port.ts';
import { readApart } from '../../runtime/read-apart.ts';
import { readCards } from './read-cards.ts';
import type { IndexServices } from './services.ts';
import { setAside } from './set-aside.ts';

/** The number of patrons in a page. The registry returns no more. */
const patronsPerPage = 100;
const allPatrons: PatronCriteria = { name: null, telephone: null, status: null };
/** The number of cards that are read and saved at once. For these, ten calls are made for loans and ten for holds. */
const cardsAtOnce = 100;
/** The longest duration of a crawl of all patrons, in ms. It is 20 hours, so that every patron is read within a day. */
const sweepMs = 72_000_000;
/** The longest pause between two pages of the crawl, in ms. */
const maxPauseMs = 600_000;

/**
 * Reads the next page of patrons, their cards, and the loans and holds of these cards. This also finds loans and holds
 * that have no event, because they were not changed for 90 days. Resolves to the pause before the next page, in ms. The
 * caller must ignore the pause until all patrons have been read once.
 *
 * For 100 patrons with 250 cards, the crawl makes one call to the registry, four to card management and 50 to
 * circulation.
 *
 * A patron is set aside if one of their cards can't be decoded. A card is set aside if one of its loans or holds can't
 * be decoded. `refresh` reads them later.
 *
 * @throws UpstreamError, StoreUnavailable. The page is then read again.
 */
export async function crawl(
  services: IndexServices,
  state: BuildState,
  signal: AbortSignal,
): Promise<number> {
  const { index, patrons, cards, log } = services;
  const { afterPatron } = state.crawl;
  const page = await patrons.search(allPatrons, { first: patronsPerPage, after: afterPatron }, signal);
  const ids = page.patrons.map(({ number }) => number);
  const start = await index.startReading();
  const { answers, unreadable } = await readApart(
    ids,
    (some) => cards.cardsByPatron(some, signal),
    () => cards.ping(signal),
  );
  await setAside(services, 'PATRON', unreadable, start);
  const credentials = answers.flat(2);
  const numbers = credentials.map((card) => card.libraryCardNumber);
  const next: CrawlPosition = {
    ...state.crawl,
    afterPatron: ids.at(-1) ?? afterPatron,
    patronsRead: state.crawl.patronsRead + ids.length,
    patronsTotal: page.totalCount,
  };
  const readings = await saveInTurn(services, state, [...new Set(numbers)], next, signal);
  if (readings !== null) {
    await services.crawled?.({ patrons: page.patrons, cards: credentials, readings });
  }
  if (readings !== null && !page.hasNextPage) {
    const isFinished = await index.finishPass({ ...state, crawl: next });
    if (isFinished && !state.isWhole) {
      log.info({ patrons: next.patronsRead }, 'the index of loans and holds is whole');
    }
  }
  const pages = Math.max(1, Math.ceil(page.totalCount / patronsPerPage));
  return Math.min(sweepMs / pages, maxPauseMs);
}

/**
 * Reads and saves the cards in batches. The last batch also saves the crawl's new position. Resolves to what was read
 * of each card, or to null if another process builds the index and has moved the position.
 */
async function saveInTurn(
  services: IndexServices,
  state: BuildState,
  numbers: readonly string[],
  next: CrawlPosition,
  signal: AbortSignal,
): Promise<readonly CardReading[] | null> {
  const { index, circulation } = services;
  const readings: (readonly CardReading[])[] = [];
  for (let from = 0; from < Math.max(1, numbers.length); from += cardsAtOnce) {
    const end = from + cardsAtOnce;
    const start = await index.startReading();
    const { answers, unreadable } = await readApart(
      numbers.slice(from, end),
      (some) => readCards(services, some, signal),
      () => circulation.ping(signal),
    );
    await setAside(services, 'CARD', unreadable, start);
    const position = end >= numbers.length ? next : state.crawl;
    if (!(await index.saveCrawled(state, answers.flat(), position))) {
      return null;
    }
    readings.push(answers.flat());
  }
  return readings.flat();
}
