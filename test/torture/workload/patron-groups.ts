import { identityCheckDigit, luhnDigit } from '../../../simulators/check-digits.ts';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { parseSeed, type Seed } from '../../../simulators/index.ts';

/**
 * A few patrons for whom all actors work at the same time, and the items that they borrow. A run changes to the next
 * group from time to time, so that no patron gets hundreds of replaced cards.
 */
export interface PatronGroup {
  /** Both records of the pair are among them. */
  readonly patronIds: readonly string[];
  /** Two records of one person, which are merged while the group's turn lasts; null if the group has none. */
  readonly pair: Pair | null;
  readonly itemNumbers: readonly string[];
  readonly titleNumbers: readonly string[];
}

/** The record that leaves has a library card, and the one that stays has a smart identity card. */
export interface Pair {
  readonly leavingId: string;
  readonly stayingId: string;
}

/** The number of copies of each title. */
const copies = 2;
/** The number of items for each patron. It exceeds ten, so that patrons reach the limit. */
const itemsEach = 16;

/**
 * Groups of patrons, and a seed with them for the simulators. Each of the `patronsEach` patrons of a group has a library card
 * and a smart identity card. A pair comes in addition to them.
 */
export function createPatronGroups(
  count: number,
  patronsEach: number,
  hasPairs: boolean,
): { readonly seed: Seed; readonly groups: readonly PatronGroup[] } {
  const patrons: Seed['patrons'] = [];
  const cards: Seed['cards'] = [];
  const items: Seed['items'] = [];
  const addPatron = (...types: readonly ('LC' | 'SC')[]): string => {
    const number = patrons.length + 1;
    const patronNo = `P${String(number).padStart(7, '0')}`;
    const hkid = types.includes('SC') ? identityNumber(number) : null;
    patrons.push(patronOf(patronNo, hkid));
    for (const type of types) {
      cards.push(cardOf(patronNo, cards.length + 1, type === 'SC' ? hkid : null));
    }
    return patronNo;
  };
  const addItem = (): Seed['items'][number] => {
    const item = itemOf(items.length + 1);
    items.push(item);
    return item;
  };
  const groups = Array.from({ length: count }, () => {
    const others = Array.from({ length: patronsEach }, () => addPatron('LC', 'SC'));
    const pair = hasPairs ? { leavingId: addPatron('LC'), stayingId: addPatron('SC') } : null;
    const patronIds = pair === null ? others : [...others, pair.leavingId, pair.stayingId];
    const ownItems = Array.from({ length: patronIds.length * itemsEach }, addItem);
    return {
      patronIds,
      pair,
      itemNumbers: ownItems.map(({ itemNo }) => itemNo),
      titleNumbers: [...new Set(ownItems.map(({ bibNo }) => bibNo))],
    };
  });
  const seed = {
    patrons,
    cards,
    items,
    applications: [],
    lossReports: [],
    loans: [],
    holds: [],
    charges: [],
    // An event of a desk from long ago shows that circulation still has the events of all operations of a run.
    events: [
      {
        seq: 1,
        at: stampOf(new Date(Date.now() - 30 * 86_400_000)),
        kind: 'IN' as const,
        cardNo: cards[0]?.cardNo ?? '',
        itemNo: items[0]?.itemNo ?? '',
        loanNo: 'L00000000',
        ref: '',
      },
    ],
  };
  return { seed: parseSeed(seed), groups };
}

function identityNumber(number: number): string {
  const body = `Z${String(number).padStart(6, '0')}`;
  return `${body}(${identityCheckDigit(body)})`;
}

const patronOf = (patronNo: string, hkid: string | null): Seed['patrons'][number] => ({
  patronNo,
  hkid,
  engName: `READER, ${patronNo}`,
  chiName: null,
  birthCertNo: null,
  dob: '1980-01-01',
  addrLine: ['1 Library Road'],
  addrProof: true,
  tel: null,
  email: null,
  guarantorName: null,
  guarantorTel: null,
  status: 'A',
  regDate: '20200101',
  lastUpd: '20250101090000',
});

/** A smart identity card if `hkid` is given, otherwise a library card. */
const cardOf = (patronNo: string, number: number, hkid: string | null): Seed['cards'][number] => ({
  cardNo: numbered('21852', number),
  patronNo,
  type: hkid === null ? 'LC' : 'SC',
  status: 'ACT',
  issuedOn: '2020-01-02',
  closedOn: null,
  hkid,
  dateOfIssue: hkid === null ? null : '2010-01-02',
  onReplacement: null,
  infoCardPrintedOn: null,
  pin: '1234',
});

function itemOf(number: number): Seed['items'][number] {
  const bibNo = `B${String(Math.ceil(number / copies)).padStart(7, '0')}`;
  return {
    itemNo: numbered('31852', number),
    bibNo,
    title: `Title ${bibNo}`,
    author: 'Nobody',
    callNo: '000',
    branch: 'STCL',
    material: 'BK',
    state: 'A',
  };
}

/** A number of 14 digits with its check digit (R8). */
function numbered(prefix: string, number: number): string {
  const digits = prefix + String(number).padStart(8, '0');
  return digits + luhnDigit(digits);
}
