import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { Attempts, Journal } from '../../../adapters/journal/port.ts';
import { openSqliteJournal } from '../../../adapters/journal/sqlite/index.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import { readSeed } from '../../../simulators/index.ts';
import type { CredentialPresented } from '../../../subgraphs/circulation/lending/find-card.ts';
import { seedDay } from '../../support/callers.ts';
import { secret } from '../../support/journal-secret.ts';
import { createMemoryCirculation } from '../../support/memory/circulation.ts';
import { createMemoryCards } from '../../support/memory/credentials.ts';
import { Line } from '../../support/memory/line.ts';
import { createMemoryPatrons } from '../../support/memory/patrons.ts';
import { shown } from '../../support/shown.ts';

/** Both kinds of card in use, and five loans. */
export const patronId = 'P0000002';
export const libraryCard = '21852000000033';

const never = new AbortController().signal;

/** Three systems in memory, a journal in a file, and a time that passes only when it's told to. */
export interface World extends AsyncDisposable {
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  readonly journal: Journal;
  readonly attempts: Attempts;
  /** Items on the shelf; none is told twice. */
  nextItem(): string;
  /** In milliseconds. */
  now(): number;
  pass(ms: number): void;
  /** How the card of that number is shown to borrow. */
  shown(libraryCardNumber: string): CredentialPresented;
  /** The numbers of the patron's cards, of those in use or of all. */
  cardNumbers(which: 'in use' | 'all'): Promise<readonly string[]>;
  /** Ids of all loans that the patron has, by their references. */
  loans(): Promise<ReadonlyMap<string, string | null>>;
}

/** `loans`: how many the patron has, 5 to 10. `from`: when its time begins. */
export async function openWorld(loans: number, from = seedDay): Promise<World> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(folder, { recursive: true }));
  let passedMs = 0;
  const clock = () => new Date(from.getTime() + passedMs);
  const seed = readSeed();
  const circulation = createMemoryCirculation(seed, clock, new Line('circulation'));
  const cards = createMemoryCards(seed, clock, new Line('card management'));
  const patrons = createMemoryPatrons(seed, clock, new Line('patron registry'));
  const path = join(folder, 'journal.sqlite');
  // Nobody waits for a disk: who is next is the seed's to say alone.
  const journal = resources.use(await openSqliteJournal({ secret, path, clock, sync: async () => {} }));
  const shelf = seed.items.filter(({ state, material }) => state === 'A' && material !== 'RF');
  const nextItem = () => shelf.pop()?.itemNo ?? missing('an item on the shelf');
  const cardNumbers = async (which: 'in use' | 'all') => {
    const [own = []] = await cards.cardsByPatron([patronId], never);
    const wanted = own.filter(({ state }) => which === 'all' || state === 'ACTIVE');
    return wanted.map(({ libraryCardNumber }) => libraryCardNumber);
  };
  const shownBy = (libraryCardNumber: string): CredentialPresented => {
    const card = seed.cards.find(({ cardNo }) => cardNo === libraryCardNumber);
    return card === undefined ? { libraryCardNumber } : shown(card);
  };
  const loansNow = async () => {
    const byCard = await circulation.loansByCard(await cardNumbers('all'), never);
    return new Map(byCard.flat().map(({ id, reference }) => [id, reference]));
  };
  for (let count = (await loansNow()).size; count < loans; count += 1) {
    await circulation.checkOut(libraryCard, nextItem(), 'before', never);
  }
  const open = resources.move();
  return {
    ...{ circulation, cards, patrons, journal, attempts: journal, nextItem },
    ...{ shown: shownBy, cardNumbers, loans: loansNow },
    now: () => passedMs,
    pass(ms) {
      passedMs += ms;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

export function missing(what: string): never {
  throw new Error(`there is no ${what}`);
}
