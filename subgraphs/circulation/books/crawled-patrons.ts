import type { Credential } from '../../../adapters/credentials/port.ts';
import { findingsOf, type KnownPatron } from '../../operations/books/patron-rules.ts';
import { eventsOf } from '../../operations/books/read-patrons.ts';
import type { CrawledPatrons } from '../index/services.ts';
import { loanLimit } from '../rules/limits.ts';
import type { PatronBooksServices } from './services.ts';

/**
 * From a page of the crawl, the patrons whom the systems seem to describe differently, and the patrons with an open
 * finding. Calls none of the systems.
 * @throws StoreUnavailable
 */
export async function suspectsIn(
  { cardEvents, findings }: PatronBooksServices,
  { patrons, cards, readings }: CrawledPatrons,
): Promise<readonly string[]> {
  const ids = patrons.map(({ number }) => number);
  if (ids.length === 0) {
    return [];
  }
  const numbers = cards.map(({ libraryCardNumber }) => libraryCardNumber);
  const [events, open, { since: eventsSince }] = await Promise.all([
    eventsOf(cardEvents, numbers),
    findings.openFindingsOf(ids),
    cardEvents.cardEventsRead(),
  ]);
  const loans = new Map(readings.map((reading) => [reading.libraryCardNumber, reading.loans?.length ?? 0]));
  const cardsByPatron = Map.groupBy(cards, ({ patronId }) => patronId);
  const suspects = patrons.filter((patron) => {
    const own = cardsByPatron.get(patron.number) ?? [];
    const known: KnownPatron = {
      patronId: patron.number,
      patron,
      cards: own.map((credential) => ({
        credential,
        loans: [],
        lentAfterEnd: [],
        block: null,
        registration: null,
        ...events.get(credential.libraryCardNumber),
      })),
    };
    return hasManyLoans(own, loans) || findingsOf(known, { loanLimit, eventsSince }).length > 0;
  });
  return [...suspects.map(({ number }) => number), ...open.flatMap(({ patronId }) => patronId ?? [])];
}

/** Whether the patron has too many loans, or loans on a card that is not active. The loans are then read in full. */
function hasManyLoans(cards: readonly Credential[], loans: ReadonlyMap<string, number>): boolean {
  const counts = cards.map(({ libraryCardNumber, state }) => ({
    state,
    count: loans.get(libraryCardNumber) ?? 0,
  }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return total > loanLimit || counts.some(({ state, count }) => state !== 'ACTIVE' && count > 0);
}
