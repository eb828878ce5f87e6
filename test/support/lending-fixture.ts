import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Circulation } from '../../adapters/circulation/port.ts';
import type { CardManagement } from '../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../adapters/patrons/port.ts';
import { readSeed } from '../../simulators/index.ts';
import type { IndexDatabase } from '../../store/index/port.ts';
import type {
  Attempts,
  Books,
  CardEvents,
  ChangeAudit,
  ChangeLog,
  Erasure,
  Findings,
  Journal,
  MergedPatrons,
  Notices,
  Owing,
  ReaderPreferences,
  ReadingAudit,
  ReceivedApplications,
  RowNotes,
  StandingBlocks,
  Suspects,
} from '../../store/journal/port.ts';
import { openSqliteJournal } from '../../store/journal/sqlite/index.ts';
import type { CredentialPresented } from '../../subgraphs/circulation/lending/find-card.ts';
import type { ServiceObserver } from '../../subgraphs/observer.ts';
import { seedDay } from './callers.ts';
import { temporaryIndex } from './index/temporary-index.ts';
import { secret } from './journal-secret.ts';
import { createMemoryCirculation } from './memory/circulation.ts';
import { createMemoryCards } from './memory/credentials.ts';
import { FaultyConnection } from './memory/faulty-connection.ts';
import { createMemoryPatrons } from './memory/patrons.ts';
import { presentedCard } from './presented-card.ts';
import { placeEmptyJournal } from './set-up/empty-journal.ts';

/** A patron of the seed with both kinds of card in use and five loans. */
export const patronId = 'P0000002';
export const libraryCard = '21852000000033';

const never = new AbortController().signal;

/** Three legacy systems in memory, a journal in a file, and a clock that is moved by hand. */
export interface LendingFixture extends AsyncDisposable {
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  readonly journal: Journal;
  readonly attempts: Attempts;
  readonly observer: ServiceObserver;
  readonly audit: ReadingAudit;
  readonly books: Books;
  readonly findings: Findings;
  readonly changes: ChangeAudit;
  readonly cardEvents: CardEvents;
  readonly suspects: Suspects;
  readonly standingBlocks: StandingBlocks;
  readonly erasure: Erasure;
  readonly owing: Owing;
  readonly rowNotes: RowNotes;
  readonly notices: Notices & ReaderPreferences;
  readonly merged: MergedPatrons;
  readonly changeLog: ChangeLog;
  readonly received: ReceivedApplications;
  readonly index: IndexDatabase;
  /** The number of an item on the shelf. Each call gives another item. */
  nextItem(): string;
  /** The time that has passed, in ms. */
  now(): number;
  pass(ms: number): void;
  /** The input with which a reader presents the card with the given number. */
  presentedCard(libraryCardNumber: string): CredentialPresented;
  /** The numbers of all of the patron's cards, or only of those in use. */
  cardNumbers(which: 'in use' | 'all'): Promise<readonly string[]>;
  /** The references of the patron's loans, by the loan's id. */
  loans(): Promise<ReadonlyMap<string, string | null>>;
}

/** Opens a fixture in which the patron has `loans` loans, from 5 to 10. The clock begins at `from`. */
export async function openLendingFixture(loans: number, from = seedDay): Promise<LendingFixture> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(folder, { recursive: true }));
  let passedMs = 0;
  const clock = () => new Date(from.getTime() + passedMs);
  const seed = readSeed();
  const circulation = createMemoryCirculation(seed, clock, new FaultyConnection('circulation'));
  const cards = createMemoryCards(seed, clock, new FaultyConnection('card management'));
  const patrons = createMemoryPatrons(seed, clock, new FaultyConnection('patron registry'));
  const path = join(folder, 'journal.sqlite');
  await placeEmptyJournal(path);
  // The journal does not wait for the disk, so that the seed alone decides the order.
  const journal = resources.use(await openSqliteJournal({ secret, path, clock, sync: async () => {} }));
  const index = await temporaryIndex(resources, clock);
  const shelf = seed.items.filter(({ state, material }) => state === 'A' && material !== 'RF');
  const nextItem = () => shelf.pop()?.itemNo ?? missing('an item on the shelf');
  const cardNumbers = async (which: 'in use' | 'all') => {
    const [own = []] = await cards.cardsByPatron([patronId], never);
    const wanted = own.filter(({ state }) => which === 'all' || state === 'ACTIVE');
    return wanted.map(({ libraryCardNumber }) => libraryCardNumber);
  };
  const presentedCardOf = (libraryCardNumber: string): CredentialPresented => {
    const card = seed.cards.find(({ cardNo }) => cardNo === libraryCardNumber);
    return card === undefined ? { libraryCardNumber } : presentedCard(card);
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
    circulation,
    cards,
    patrons,
    journal,
    attempts: journal,
    observer: {},
    audit: journal,
    books: journal,
    findings: journal,
    changes: journal,
    cardEvents: journal,
    suspects: journal,
    standingBlocks: journal,
    erasure: journal,
    owing: journal,
    rowNotes: journal,
    notices: journal,
    merged: journal,
    changeLog: journal,
    received: journal,
    index,
    nextItem,
    presentedCard: presentedCardOf,
    cardNumbers,
    loans: loansNow,
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
