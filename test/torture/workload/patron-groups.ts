import { identityCheckDigit, luhnDigit } from '../../../simulators/check-digits.ts';
import { parseSeed, type Seed } from '../../../simulators/index.ts';

/**
 * Who and what a part of a run is about: a few patrons whom everybody crowds around. Each part has its own, so that no
 * patron comes to hundreds of replaced cards.
 */
export interface Cast {
  readonly patronIds: readonly string[];
  readonly itemNumbers: readonly string[];
  readonly titleNumbers: readonly string[];
}

/** Copies of each title. */
const copies = 2;
/** Items for each patron: more than the ten they may have, so that it's the limit that stops them. */
const itemsEach = 16;

/** What the simulators start with: so many casts of so many patrons, each with a library card and a smart identity card. */
export function createCasts(
  count: number,
  patronsEach: number,
): { readonly seed: Seed; readonly casts: readonly Cast[] } {
  const patrons: Seed['patrons'] = [];
  const cards: Seed['cards'] = [];
  const items: Seed['items'] = [];
  const addPatron = (): string => {
    const number = patrons.length + 1;
    const patronNo = `P${String(number).padStart(7, '0')}`;
    const hkid = identityNumber(number);
    patrons.push(patronOf(patronNo, hkid));
    cards.push(cardOf(patronNo, cards.length + 1, null), cardOf(patronNo, cards.length + 2, hkid));
    return patronNo;
  };
  const addItem = (): Seed['items'][number] => {
    const item = itemOf(items.length + 1);
    items.push(item);
    return item;
  };
  const casts = Array.from({ length: count }, () => {
    const patronIds = Array.from({ length: patronsEach }, addPatron);
    const own = Array.from({ length: patronsEach * itemsEach }, addItem);
    return {
      patronIds,
      itemNumbers: own.map(({ itemNo }) => itemNo),
      titleNumbers: [...new Set(own.map(({ bibNo }) => bibNo))],
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
  };
  return { seed: parseSeed(seed), casts };
}

function identityNumber(number: number): string {
  const body = `Z${String(number).padStart(6, '0')}`;
  return `${body}(${identityCheckDigit(body)})`;
}

const patronOf = (patronNo: string, hkid: string): Seed['patrons'][number] => ({
  ...{ patronNo, hkid, engName: `READER, ${patronNo}`, chiName: null, birthCertNo: null, dob: '1980-01-01' },
  ...{ addrLine: ['1 Library Road'], addrProof: true, tel: null, email: null },
  ...{ guarantorName: null, guarantorTel: null, status: 'A', regDate: '20200101', lastUpd: '20250101090000' },
});

/** A smart identity card where there is an identity number. */
const cardOf = (patronNo: string, number: number, hkid: string | null): Seed['cards'][number] => ({
  ...{ cardNo: numbered('21852', number), patronNo, type: hkid === null ? 'LC' : 'SC', status: 'ACT' },
  ...{ issuedOn: '2020-01-02', closedOn: null, hkid, dateOfIssue: hkid === null ? null : '2010-01-02' },
  ...{ onReplacement: null, infoCardPrintedOn: null, pin: '1234' },
});

function itemOf(number: number): Seed['items'][number] {
  const bibNo = `B${String(Math.ceil(number / copies)).padStart(7, '0')}`;
  return {
    ...{ itemNo: numbered('31852', number), bibNo, title: `Title ${bibNo}`, author: 'Nobody', callNo: '000' },
    ...{ branch: 'STCL', material: 'BK', state: 'A' },
  };
}

function numbered(prefix: string, number: number): string {
  const digits = prefix + String(number).padStart(8, '0');
  return digits + luhnDigit(digits);
}
