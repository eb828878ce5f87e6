/**
 * The readers with whom `bench:line` measures. Each has a library card, a smart identity card, three loans on one and two
 * on the other, and a copy on the shelves, which is lent to them and taken back.
 */
import { compactDay, dayOf, daysAfter, stampOf } from '../../../simulators/hong-kong-time.ts';
import { parseSeed, type Seed } from '../../../simulators/index.ts';
import {
  bibNo,
  cardNo,
  identityNumber,
  itemNo,
  loanNo,
  patronNo,
} from '../../../simulators/library/numbers.ts';

export interface Reader {
  readonly patronId: string;
  /** The number of the library card. */
  readonly cardNumber: string;
  readonly smartIdNumber: string;
  /** The copy that is lent to this reader and taken back. */
  readonly itemNumber: string;
}

const loansEach = 5;
const itemsEach = loansEach + 1;
/** The first loans are on the library card, and the others on the smart identity card. */
const loansOnLibraryCard = 3;

const titles = [
  ['紅樓夢', '曹雪芹'],
  ['Pride and Prejudice', 'Austen, Jane'],
  ['嚟去之間：香港歌謠', '佚名'],
  ['On the Origin of Species', 'Darwin, Charles'],
  ['聊齋志異', '蒲松齡'],
  ['Moby-Dick', 'Melville, Herman'],
] as const;

/** The positions of the rows of a reader, from 1. */
const libraryCardOf = (reader: number): number => 2 * reader + 1;
const smartIdOf = (reader: number): number => 2 * reader + 2;
const itemPosition = (reader: number, item: number): number => reader * itemsEach + item + 1;

export const readerAt = (reader: number): Reader => ({
  patronId: patronNo(reader + 1),
  cardNumber: cardNo(libraryCardOf(reader)),
  smartIdNumber: cardNo(smartIdOf(reader)),
  itemNumber: itemNo(itemPosition(reader, loansEach)),
});

/** The data of the simulators with `count` readers. */
export function lineSeed(count: number, now: Date): Seed {
  const readers = Array.from({ length: count }, (_, reader) => reader);
  return parseSeed({
    patrons: readers.map(patronOf),
    cards: readers.flatMap((reader) => [cardOf(reader, 'LC'), cardOf(reader, 'SC')]),
    items: readers.flatMap((reader) => titles.map((_, item) => itemOf(reader, item))),
    loans: readers.flatMap((reader) =>
      titles.slice(0, loansEach).map((_, item) => loanOf(reader, item, now)),
    ),
    applications: [],
    lossReports: [],
    holds: [],
    charges: [],
    // An event from long ago shows that circulation still has the events of the run.
    events: [
      {
        seq: 1,
        at: stampOf(new Date(now.getTime() - 30 * 86_400_000)),
        kind: 'IN',
        cardNo: cardNo(1),
        itemNo: itemNo(1),
        loanNo: loanNo(99_999_999),
        ref: '',
      },
    ],
  });
}

const patronOf = (reader: number): Seed['patrons'][number] => ({
  patronNo: patronNo(reader + 1),
  engName: `READER, NUMBER ${reader + 1}`,
  chiName: reader % 4 === 0 ? null : '陳大文',
  hkid: identityNumber(reader + 1),
  birthCertNo: null,
  dob: '1980-01-01',
  addrLine: ['Flat 1, Block A', '1 Library Road', 'Hong Kong'],
  addrProof: true,
  tel: '21234567',
  email: 'reader@patrons.example',
  guarantorName: null,
  guarantorTel: null,
  status: 'A',
  regDate: '20200101',
  lastUpd: '20250101090000',
});

const cardOf = (reader: number, type: 'LC' | 'SC'): Seed['cards'][number] => ({
  cardNo: cardNo(type === 'LC' ? libraryCardOf(reader) : smartIdOf(reader)),
  patronNo: patronNo(reader + 1),
  type,
  status: 'ACT',
  issuedOn: type === 'LC' ? '2020-01-02' : '2021-01-05',
  closedOn: null,
  hkid: type === 'LC' ? null : identityNumber(reader + 1),
  dateOfIssue: type === 'LC' ? null : '2020-12-01',
  onReplacement: null,
  infoCardPrintedOn: null,
  pin: null,
});

function itemOf(reader: number, item: number): Seed['items'][number] {
  const [title = '', author = ''] = titles[item] ?? [];
  return {
    itemNo: itemNo(itemPosition(reader, item)),
    bibNo: bibNo(item + 1),
    title,
    author,
    callNo: '857.49 5510',
    branch: 'STCL',
    material: 'BK',
    state: item < loansEach ? 'O' : 'A',
  };
}

const loanOf = (reader: number, item: number, now: Date): Seed['loans'][number] => ({
  loanNo: loanNo(reader * loansEach + item + 1),
  cardNo: cardNo(item < loansOnLibraryCard ? libraryCardOf(reader) : smartIdOf(reader)),
  itemNo: itemNo(itemPosition(reader, item)),
  outAt: stampOf(now),
  dueOn: compactDay(daysAfter(dayOf(now), 7 + item)),
  renewals: 0,
  ref: '',
  bibNo: bibNo(item + 1),
  branch: 'STCL',
});
