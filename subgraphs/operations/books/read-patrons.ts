import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { CardEvents, CardEventsOf } from '../../../store/journal/port.ts';
import type { KnownPatron } from './patron-rules.ts';

export interface PatronReading {
  readonly patrons: PatronRegistry;
  readonly cards: CardManagement;
  readonly circulation: Circulation;
  readonly cardEvents: Pick<CardEvents, 'cardEventsOf'>;
}

const nothingTold: CardEventsOf = { block: null, registration: null };

/**
 * Reads patrons from the three systems, in the order of `patronIds`. One patron takes one call to the registry, one to
 * card management, and one to circulation for each ten cards. The systems are not read at one moment, so a difference
 * must be read again before it is reported. `lentAfterEnd` is empty, because open findings are not read.
 * @throws UpstreamError, StoreUnavailable
 */
export async function readPatrons(
  { patrons, cards, circulation, cardEvents }: PatronReading,
  patronIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly KnownPatron[]> {
  const [records, credentials] = await Promise.all([
    patrons.findMany(patronIds, signal),
    cards.cardsByPatron(patronIds, signal),
  ]);
  const numbers = credentials.flat().map(({ libraryCardNumber }) => libraryCardNumber);
  const [loans, events] = await Promise.all([
    circulation.loansByCard(numbers, signal),
    eventsOf(cardEvents, numbers),
  ]);
  const loansByCard = new Map(numbers.map((number, at) => [number, loans[at] ?? []]));
  return patronIds.map((patronId, at) => ({
    patronId,
    patron: records[at] ?? null,
    cards: (credentials[at] ?? []).map((credential) => ({
      credential,
      loans: loansByCard.get(credential.libraryCardNumber) ?? [],
      lentAfterEnd: [],
      ...(events.get(credential.libraryCardNumber) ?? nothingTold),
    })),
  }));
}

/** The maximum number of cards in one call of the journal. */
const cardsAtOnce = 500;

/** The latest events of circulation about each card. @throws StoreUnavailable */
export async function eventsOf(
  cardEvents: Pick<CardEvents, 'cardEventsOf'>,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, CardEventsOf>> {
  const events = new Map<string, CardEventsOf>();
  for (let start = 0; start < numbers.length; start += cardsAtOnce) {
    const some = numbers.slice(start, start + cardsAtOnce);
    const told = await cardEvents.cardEventsOf(some);
    some.forEach((number, at) => {
      events.set(number, told[at] ?? nothingTold);
    });
  }
  return events;
}
