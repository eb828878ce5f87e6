/** Finds data that release 0.2 allowed, and that later releases forbid: `npm run books -- --before-upgrade`. */
import type { FeedEvent } from '../../adapters/circulation/port.ts';
import type { Patron, PatronCriteria } from '../../adapters/patrons/port.ts';
import type { CardEvent, CardEventsOf, PatronDiscrepancy } from '../../store/journal/port.ts';
import { findingsOf, type KnownPatron } from '../operations/books/patron-rules.ts';
import { type PatronReading, readPatrons } from '../operations/books/read-patrons.ts';

/** Data of one patron that a later release forbids. */
export interface Leftover {
  readonly patronId: string;
  readonly what: LeftoverKind;
}

export type LeftoverKind =
  | Extract<PatronDiscrepancy, 'IDENTITY_DIFFERS' | 'CARD_NOT_BLOCKED' | 'CARD_BLOCK_UNKNOWN'>
  | 'CLOSED_WITH_HOLDS'
  | 'CLOSED_WITH_LOANS';

const patronsPerPage = 100;
/** The number of pages of patrons that are examined at once. They share the connections of the class `background`. */
const pagesAtOnce = 8;
const eventsPerPage = 500;
const allPatrons: PatronCriteria = { name: null, telephone: null, status: null };
/** The number of pages of events after which a progress line is printed. */
const progressEvery = 500;

export type SweptSystems = Pick<PatronReading, 'patrons' | 'cards' | 'circulation'>;

/**
 * Reads the events of the last 90 days, then all patrons and their cards. Nothing is written, and no journal is needed.
 * @throws UpstreamError
 */
export async function sweep(
  systems: SweptSystems,
  tell: (progress: string) => void,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const { told, since } = await readCardEvents(systems, tell, signal);
  const cardEvents = {
    cardEventsOf: async (cards: readonly string[]) => cards.map((card) => told.get(card) ?? nothing),
  };
  const reading = { ...systems, cardEvents };
  const leftovers: (readonly Leftover[])[] = [];
  let patronsRead = 0;
  let pages: Promise<readonly Leftover[]>[] = [];
  for await (const page of pagesOf(systems, signal)) {
    pages.push(leftoversOf(reading, page, since, signal));
    patronsRead += page.length;
    if (pages.length === pagesAtOnce) {
      leftovers.push((await Promise.all(pages)).flat());
      pages = [];
      tell(`${patronsRead} patrons are read`);
    }
  }
  leftovers.push((await Promise.all(pages)).flat());
  return leftovers.flat();
}

const nothing: CardEventsOf = { block: null, registration: null };

/**
 * The latest events about each card, and the time of the oldest event in the feed. The time is null if circulation has
 * no events.
 */
async function readCardEvents(
  { circulation }: SweptSystems,
  tell: (progress: string) => void,
  signal: AbortSignal,
): Promise<{ readonly told: ReadonlyMap<string, CardEventsOf>; readonly since: Date | null }> {
  const told = new Map<string, CardEventsOf>();
  let since: Date | null = null;
  let after = '0';
  for (let pages = 1; ; pages += 1) {
    const events = await circulation.eventsAfter(after, eventsPerPage, signal);
    const [oldest] = events;
    since ??= oldest === undefined ? null : new Date(oldest.at);
    for (const event of events) {
      const card = event.libraryCardNumber ?? '';
      const known = told.get(card) ?? nothing;
      const news = newsOf(event);
      if (news !== null) {
        told.set(card, { ...known, ...news });
      }
    }
    if (events.length < eventsPerPage) {
      return { told, since };
    }
    after = events.at(-1)?.sequence ?? after;
    if (pages % progressEvery === 0) {
      tell(`${pages * eventsPerPage} events are read`);
    }
  }
}

/** What an event changes in `CardEventsOf`: the card's latest block or registration. Null for any other event. */
function newsOf({ kind, sequence, at, libraryCardNumber }: FeedEvent): Partial<CardEventsOf> | null {
  if (libraryCardNumber === null) {
    return null;
  }
  const event = (of: CardEvent['kind']): CardEvent => ({
    libraryCardNumber,
    kind: of,
    sequence,
    at: new Date(at),
  });
  switch (kind) {
    case 'CARD_BLOCKED':
    case 'CARD_UNBLOCKED':
      return { block: event(kind) };
    case 'CARD_REGISTERED':
      return { registration: event(kind) };
    default:
      return null;
  }
}

async function* pagesOf({ patrons }: SweptSystems, signal: AbortSignal): AsyncGenerator<readonly Patron[]> {
  let after: string | null = null;
  for (;;) {
    const page = await patrons.search(allPatrons, { first: patronsPerPage, after }, signal);
    yield page.patrons;
    after = page.patrons.at(-1)?.number ?? after;
    if (!page.hasNextPage) {
      return;
    }
  }
}

async function leftoversOf(
  reading: PatronReading,
  page: readonly Patron[],
  since: Date | null,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const ids = page.map(({ number }) => number);
  const known = await readPatrons(reading, ids, signal);
  const closed = known.filter(({ patron }) => patron?.status === 'CLOSED');
  const withHolds = await patronsWithHolds(reading, closed, signal);
  return known.flatMap((patron) => {
    const { patronId } = patron;
    const isClosed = patron.patron?.status === 'CLOSED';
    const hasLoans = patron.cards.some(({ loans }) => loans.length > 0);
    const kinds = new Set<LeftoverKind>([
      ...forbiddenOf(patron, since),
      ...(withHolds.has(patronId) ? (['CLOSED_WITH_HOLDS'] as const) : []),
      ...(isClosed && hasLoans ? (['CLOSED_WITH_LOANS'] as const) : []),
    ]);
    return [...kinds].map((what) => ({ patronId, what }));
  });
}

/**
 * Returns the findings about a patron's data that later releases forbid. `IDENTITY_DIFFERS` is a smart identity card
 * whose number is not the identity number of its holder. The other findings are cards of an inactive patron:
 * circulation has not blocked the card, or it is unknown whether it has.
 */
function forbiddenOf(known: KnownPatron, since: Date | null): readonly LeftoverKind[] {
  const isActive = known.patron?.status === 'ACTIVE';
  // Without events, nothing is known about blocks before now.
  const eventsSince = since ?? new Date();
  return findingsOf(known, { loanLimit: Number.POSITIVE_INFINITY, eventsSince }).flatMap(({ kind }) => {
    const isBlock = kind === 'CARD_NOT_BLOCKED' || kind === 'CARD_BLOCK_UNKNOWN';
    return kind === 'IDENTITY_DIFFERS' || (isBlock && !isActive) ? [kind] : [];
  });
}

/** The numbers of the given patrons who have an open hold. */
async function patronsWithHolds(
  { circulation }: PatronReading,
  patrons: readonly KnownPatron[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const owners = patrons.flatMap(({ patronId, cards }) =>
    cards.map(({ credential }) => ({ patronId, number: credential.libraryCardNumber })),
  );
  const holds = await circulation.holdsByCard(
    owners.map(({ number }) => number),
    signal,
  );
  const isOpen = (at: number) => holds[at]?.some(({ state }) => state === 'QUEUED' || state === 'READY');
  return new Set(owners.flatMap(({ patronId }, at) => (isOpen(at) ? [patronId] : [])));
}
