import { dayOf } from '../hong-kong-time.ts';
import { readSeed, type Seed, type SeedCard } from '../seed.ts';
import { generateApplications } from './applications.ts';
import { Calendar } from './calendar.ts';
import { generateCards } from './cards.ts';
import { generateCatalogue } from './catalogue.ts';
import { generateEvents } from './events.ts';
import { generateHolds } from './holds.ts';
import { type Borrower, generateLoans } from './loans.ts';
import { generatePatrons } from './patrons.ts';
import { randomFrom, shuffled } from './random.ts';

/** The number of rows of each table per patron. */
const CARDS = 2.5;
const LOANS = 3;
const HOLDS = 0.6;
const TITLES = 0.5;
const ITEMS = 4;
const APPLICATIONS = 0.2;

export interface LibraryOptions {
  /** Number of patrons, including the patrons of `seed.json`. At least 100. */
  readonly patrons: number;
  /** The same seed, size and day give the same library. Default: 1. */
  readonly randomSeed?: number;
  /** The present time in the library. Due days and all other days are relative to it. Default: now. */
  readonly now?: Date;
}

/**
 * Generates a library of any size. The library contains the data of `seed.json` unchanged. The rows keep the library's
 * rules. A patron has at most ten loans and ten holds over all cards, and at most one card of each kind in use. Queues
 * have no gaps. The function is synchronous, and takes about a second per 100,000 patrons.
 */
export function generateLibrary({ patrons: size, randomSeed = 1, now = new Date() }: LibraryOptions): Seed {
  const core = readSeed();
  const calendar = new Calendar(dayOf(now));
  const random = randomFrom(randomSeed);
  const people = generatePatrons(core.patrons.length + 1, size - core.patrons.length, calendar, random);
  const patrons = people.map(({ row }) => row);
  const { cards, lossReports } = generateCards(
    people,
    {
      count: Math.round(size * CARDS) - core.cards.length,
      firstCard: core.cards.length + 1,
      firstReport: core.lossReports.length + 1,
    },
    calendar,
    random,
  );
  const coreTitles = new Set(core.items.map(({ bibNo }) => bibNo)).size;
  const works = generateCatalogue(
    {
      titles: Math.round(size * TITLES) - coreTitles,
      items: Math.round(size * ITEMS) - core.items.length,
      firstTitle: coreTitles + 1,
      firstItem: core.items.length + 1,
    },
    random,
  );
  const borrowers = borrowersOf(cards, new Set(patrons.filter(isClosed).map(({ patronNo }) => patronNo)));
  const holds = generateHolds(
    { first: core.holds.length + 1, count: Math.round(size * HOLDS) - core.holds.length },
    shuffled(borrowers, random).map(({ cardsInUse }) => ({ cards: cardsInUse, heldTitles: new Set() })),
    works,
    calendar,
    random,
  );
  const { loans, charges } = generateLoans(
    {
      count: Math.round(size * LOANS) - core.loans.length,
      firstLoan: core.loans.length + 1,
      firstCharge: core.charges.length + 1,
    },
    shuffled(borrowers, random),
    works,
    new Set(holds.filter(({ state }) => state === 'Q').map(({ bibNo }) => bibNo)),
    calendar,
    random,
  );
  const applications = generateApplications(
    {
      count: Math.round(size * APPLICATIONS) - core.applications.length,
      first: core.applications.length + 1,
      firstStranger: size + 1,
    },
    patrons,
    calendar,
    random,
  );
  // Events use a separate random generator, so that they don't change the rest of the library.
  const events = generateEvents(
    {
      items: works.flatMap(({ copies }) => copies),
      loans,
      cardNos: borrowers.flatMap(({ cardsInUse }) => cardsInUse.map(({ cardNo }) => cardNo)),
    },
    calendar,
    randomFrom(randomSeed),
  );
  return {
    patrons: [...core.patrons, ...patrons],
    cards: [...core.cards, ...cards],
    applications: [...core.applications, ...applications],
    lossReports: [...core.lossReports, ...lossReports],
    items: [...core.items, ...works.flatMap(({ copies }) => copies)],
    loans: [...core.loans, ...loans],
    holds: [...core.holds, ...holds],
    charges: [...core.charges, ...charges],
    events,
  };
}

const isClosed = ({ status }: { readonly status: string }): boolean => status === 'C';

/** Returns the patrons with a card in use, with all their cards. Closed patrons are left out. */
function borrowersOf(cards: readonly SeedCard[], closed: ReadonlySet<string>): Borrower[] {
  return [...Map.groupBy(cards, ({ patronNo }) => patronNo)]
    .filter(([patronNo]) => !closed.has(patronNo))
    .map(([, own]) => ({
      cardsInUse: own.filter(({ status }) => status === 'ACT'),
      otherCards: own.filter(({ status }) => status !== 'ACT'),
    }))
    .filter(({ cardsInUse }) => cardsInUse.length > 0);
}
