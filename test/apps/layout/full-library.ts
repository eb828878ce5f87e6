/** A made-up library with full lists, on a fixed day. Many of its names and titles are as long as the longest real ones. */
import { join } from 'node:path';
import { readOrCreateKey } from '../../../embedded/key-file.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../../subgraphs/runtime/operations-config.ts';

/** The time on all screens. */
export const now = new Date('2026-11-24T12:00:00+08:00');

/** A reader with loans on two cards, a long name, and debts. No screen changes anything for this reader. */
export const reader = { patronId: 'P0000001', libraryCard: '21852000000017' } as const;

/** Readers at a desk and at a station, with long names. The desk's reader has debts, and this loan is overdue for a month. */
export const atDesk = {
  patronId: 'P0000002',
  libraryCard: '21852000000033',
  returnedCopy: '31852000000114',
} as const;
export const atStation = { patronId: 'P0000004', libraryCard: '21852000000066' } as const;

/** Who owes something in the payment system. */
export const debtor = { patronId: 'P0000016', libraryCard: '21852000000223' } as const;

/** Copies that were on the shelf in the seed. */
export const shelfCopies = [
  '31852000000510',
  '31852000000528',
  '31852000000536',
  '31852000000544',
  '31852000000551',
] as const;

const longName = {
  engName: 'MONTGOMERY-FITZWILLIAM OF THE WESTERN TERRITORIES, ALEXANDRA WILHELMINA KA YAN',
  chiName: '歐陽司徒諸葛慕容嘉欣',
};
const longTitle =
  'Proceedings of the Fourteenth International Conference on the Preservation of Nineteenth-Century Newspapers: an Annotated Bibliography';

/** The library, with a long name for one patron in nine, and a long title for one copy in eleven. */
export function fullLibrary(): Store {
  const store = createStore(generateLibrary({ patrons: 600, now }));
  const { prs, circ } = store;
  const onScreens = new Set<string>([reader, atDesk, atStation, debtor].map(({ patronId }) => patronId));
  for (const [at, patron] of [...prs.patrons.values()].entries()) {
    if (at % 9 === 0 || onScreens.has(patron.patronNo)) {
      prs.patrons.put({ ...patron, ...longName });
    }
  }
  for (const [at, item] of [...circ.items.values()].entries()) {
    if (at % 11 === 0) {
      circ.items.put({ ...item, title: longTitle });
    }
  }
  const [charge] = circ.charges.values();
  if (charge === undefined) {
    throw new Error('the library has no charge');
  }
  const overdueOn = '20261024';
  for (const [at, cardNo] of [reader.libraryCard, atDesk.libraryCard].entries()) {
    const loan = circ.loans.by('cardNo', cardNo)[0];
    if (loan === undefined) {
      throw new Error(`the card ${cardNo} has no loan`);
    }
    circ.loans.put({ ...loan, dueOn: overdueOn });
    const owed = { ...charge, cardNo };
    circ.charges.put({ ...owed, chargeNo: `F999080${at}`, cents: 1250, raisedOn: '20261103' });
    circ.charges.put({ ...owed, chargeNo: `F999090${at}`, cents: 124_000, raisedOn: '20261120' });
  }
  return store;
}

/** Writes findings into the journal of a system, because no finding comes of a library whose books are right. */
export async function recordFindings(dataDir: string): Promise<void> {
  const key = await readOrCreateKey(join(dataDir, 'journal.key'));
  await using journal = await openSqliteJournal({ path: journalFileIn(dataDir), secret: key });
  const evidence = {
    libraryCardNumber: '21852000000058',
    patronStatus: 'ACTIVE',
    cardState: 'ACTIVE',
    event: null,
    loans: [],
  } as const;
  await journal.recordPatronFindings(
    ['P0000001', 'P0000003', 'P0000010'].map((patronId) => ({
      kind: 'IDENTITY_DIFFERS',
      patronId,
      evidence,
    })),
  );
}
