import { expect, test } from 'vitest';
import { isIdentityNumber, luhnDigit } from '../../simulators/check-digits.ts';
import { compactDay, daysAfter } from '../../simulators/hong-kong-time.ts';
import { parseSeed, readSeed } from '../../simulators/index.ts';
import { generateLibrary } from '../../simulators/library/generate.ts';
import { parseLibraryOption, startData } from '../../simulators/library/option.ts';
import { createStore } from '../../simulators/tables/store.ts';
import { seed as randomSeed } from '../support/random.ts';

const now = new Date('2026-11-26T02:00:00Z');
const today = '2026-11-26';

const core = readSeed();
const library = generateLibrary({ patrons: 4000, randomSeed, now });
const { patrons, cards, items, loans, holds, applications, lossReports, charges, events = [] } = library;
const patronOf = new Map(cards.map(({ cardNo, patronNo }) => [cardNo, patronNo]));
const itemOf = new Map(items.map((item) => [item.itemNo, item]));
/**
 * The rows that the generator adds to `seed.json`. The rows of `seed.json` have fixed days, so checks against today
 * leave them out.
 */
const addedLoans = loans.slice(core.loans.length);
const addedHolds = holds.slice(core.holds.length);

test(`a library has the size that was asked for, and is a valid seed (SEED=${randomSeed})`, () => {
  expect([patrons.length, cards.length, loans.length, holds.length]).toEqual([4000, 10_000, 12_000, 2400]);
  expect([items.length, new Set(items.map(({ bibNo }) => bibNo)).size]).toEqual([16_000, 2000]);
  expect(() => parseSeed(library)).not.toThrow();
});

test('the persons, cards and loans of seed.json are in it as they are', () => {
  const isIn = <Row>(whole: readonly Row[], part: readonly Row[]) =>
    expect(whole.slice(0, part.length)).toEqual(part);
  isIn(patrons, core.patrons);
  isIn(cards, core.cards);
  isIn(loans, core.loans);
  isIn(holds, core.holds);
  isIn(applications, core.applications);
  isIn(lossReports, core.lossReports);
});

test('nobody has more than ten loans or ten open holds over all cards, nor holds a title twice', () => {
  // One patron of seed.json has thirteen loans, because two desks lent at once. So only the added loans are checked.
  const loansByPatron = Map.groupBy(addedLoans, ({ cardNo }) => patronOf.get(cardNo));
  const open = holds.filter(({ state }) => state === 'Q' || state === 'R');
  const holdsByPatron = Map.groupBy(open, ({ cardNo }) => patronOf.get(cardNo));
  const counts = [...loansByPatron.values()].map(({ length }) => length);
  expect(Math.max(...counts)).toBe(10);
  for (const [patronNo, own] of holdsByPatron) {
    expect(own.length, patronNo).toBeLessThanOrEqual(10);
    expect(new Set(own.map(({ bibNo }) => bibNo)).size, patronNo).toBe(own.length);
  }
});

test('every reference leads to a row, and a loan shows the title and branch of its item', () => {
  const patronNos = new Set(patrons.map(({ patronNo }) => patronNo));
  const loanNos = new Set(loans.map(({ loanNo }) => loanNo));
  expect(cards.every(({ patronNo }) => patronNos.has(patronNo))).toBe(true);
  const reported = lossReports.slice(core.lossReports.length).map(({ reportedAt }) => reportedAt);
  expect(reported).toEqual(reported.toSorted());
  expect(lossReports.every(({ cardNo, patronNo }) => patronOf.get(cardNo) === patronNo)).toBe(true);
  expect(applications.every(({ patronNo }) => patronNo === null || patronNos.has(patronNo))).toBe(true);
  expect([...loans, ...holds].every(({ cardNo }) => patronOf.has(cardNo))).toBe(true);
  expect(charges.every(({ loanNo }) => loanNos.has(loanNo))).toBe(true);
  for (const { itemNo, bibNo, branch } of loans) {
    expect(itemOf.get(itemNo)).toMatchObject({ bibNo, branch, state: 'O' });
  }
  expect(new Set(loans.map(({ itemNo }) => itemNo)).size).toBe(loans.length);
  expect(items.filter(({ state }) => state === 'O')).toHaveLength(loans.length);
});

test('a queue counts from 1 without gaps, and who is in front placed the hold no later', () => {
  const queued = addedHolds.filter(({ state }) => state === 'Q');
  for (const queue of Map.groupBy(queued, ({ bibNo }) => bibNo).values()) {
    const inOrder = queue.toSorted((a, b) => a.queuePos - b.queuePos);
    expect(inOrder.map(({ queuePos }) => queuePos)).toEqual(inOrder.map((_, index) => index + 1));
    const placed = inOrder.map(({ placedAt }) => placedAt);
    expect(placed).toEqual(placed.toSorted());
  }
  expect(addedHolds.every(({ state, queuePos }) => state === 'Q' || queuePos === 0)).toBe(true);
});

test('every ready hold has a copy of its own on the hold shelf, for up to seven days more', () => {
  const ready = [...createStore(library).circ.holds.values()].filter(({ state }) => state === 'R');
  expect(new Set(ready.map(({ itemNo }) => itemNo)).size).toBe(ready.length);
  for (const { itemNo, bibNo } of ready) {
    expect(itemOf.get(itemNo ?? '')).toMatchObject({ bibNo, state: 'H' });
  }
  const days = new Set(addedHolds.map(({ readyUntil }) => readyUntil).filter((day) => day !== ''));
  expect([...days].toSorted()).toEqual(
    Array.from({ length: 8 }, (_, index) => compactDay(daysAfter(today, index))),
  );
});

test('loans are due from forty days ago to thirteen days on, some overdue, each lent before today', () => {
  const dueOn = addedLoans.map((loan) => loan.dueOn).toSorted();
  expect((dueOn[0] ?? '') >= compactDay(daysAfter(today, -40))).toBe(true);
  expect(dueOn.at(-1)).toBe(compactDay(daysAfter(today, 13)));
  const overdue = dueOn.filter((day) => day < compactDay(today)).length / dueOn.length;
  expect(overdue).toBeGreaterThan(0.03);
  expect(overdue).toBeLessThan(0.07);
  expect(addedLoans.every(({ outAt }) => outAt < compactDay(today))).toBe(true);
});

test('events tell of the last thirty days in order, and of each copy what can have happened to it', () => {
  const times = events.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  expect(new Set(times.map((at) => at.slice(0, 8)))).toEqual(
    new Set(Array.from({ length: 30 }, (_, index) => compactDay(daysAfter(today, index - 30)))),
  );
  const numbers = events.map(({ seq }) => seq);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(events.every(({ seq, ref }) => seq % 7 !== 0 && ref === '')).toBe(true);
  const lent = new Set(addedLoans.map(({ itemNo }) => itemNo));
  const wrong: string[] = [];
  for (const [itemNo, own] of Map.groupBy(events, (event) => event.itemNo)) {
    // A copy on loan can only be renewed or returned, under the same loan. A returned copy can only be lent.
    const isWrong = own.some(({ kind, loanNo, cardNo }, index) => {
      const before = own[index - 1];
      const isOfSameLoan = before?.loanNo === loanNo && before.cardNo === cardNo;
      return (
        before !== undefined &&
        (kind === 'OUT' ? before.kind !== 'IN' : before.kind === 'IN' || !isOfSameLoan)
      );
    });
    if (isWrong || (own.at(-1)?.kind === 'IN') === lent.has(itemNo)) {
      wrong.push(itemNo);
    }
  }
  expect(wrong).toEqual([]);
});

test('each loan of today has the events of the last thirty days: lent and renewed as it says', () => {
  const first = `${compactDay(daysAfter(today, -30))}000000`;
  const byLoan = Map.groupBy(events, ({ loanNo }) => loanNo);
  const isTold = ({ loanNo, outAt, cardNo, renewals }: (typeof addedLoans)[number]) => {
    const own = byLoan.get(loanNo) ?? [];
    const renewed = own.filter(({ kind }) => kind === 'RNW').length;
    const lentAt = own.find(({ kind }) => kind === 'OUT')?.at;
    return (
      own.every((event) => event.cardNo === cardNo) &&
      (outAt < first ? lentAt === undefined && renewed <= renewals : lentAt === outAt && renewed === renewals)
    );
  };
  expect(addedLoans.filter((loan) => !isTold(loan))).toEqual([]);
  // The number of an ended loan is higher than the numbers of all present loans.
  const present = new Set(loans.map(({ loanNo }) => loanNo));
  const ended = events.filter(({ loanNo }) => !present.has(loanNo));
  expect(ended.every(({ loanNo }) => loanNo > (loans.at(-1)?.loanNo ?? ''))).toBe(true);
  expect(ended.length).toBeGreaterThan(loans.length);
});

test('on each day about as much is lent and returned', () => {
  for (const [day, ofDay] of Map.groupBy(events, ({ at }) => at.slice(0, 8))) {
    const count = (wanted: string) => ofDay.filter(({ kind }) => kind === wanted).length;
    for (const kind of ['OUT', 'IN']) {
      expect(count(kind) / loans.length, `${kind} on ${day}`).toBeGreaterThan(0.03);
      expect(count(kind) / loans.length, `${kind} on ${day}`).toBeLessThan(0.12);
    }
  }
});

test('a patron has one card in use of each kind at most, and a smart identity card is of their document', () => {
  const documents = new Map(patrons.map(({ patronNo, hkid }) => [patronNo, hkid]));
  const inUse = cards.filter(({ status }) => status === 'ACT' || status === 'LST');
  for (const own of Map.groupBy(inUse.slice(core.cards.length), ({ patronNo }) => patronNo).values()) {
    expect(new Set(own.map(({ type }) => type)).size).toBe(own.length);
  }
  for (const { type, hkid, dateOfIssue, issuedOn, patronNo } of cards.slice(core.cards.length)) {
    expect(hkid).toBe(type === 'SC' ? documents.get(patronNo) : null);
    expect(dateOfIssue === null || dateOfIssue <= issuedOn).toBe(true);
  }
  const hkids = patrons.flatMap(({ hkid }) => hkid ?? []);
  expect(new Set(hkids).size).toBe(hkids.length);
  expect(hkids.every(isIdentityNumber)).toBe(true);
  for (const number of [...patronOf.keys(), ...itemOf.keys()]) {
    expect(luhnDigit(number.slice(0, 13))).toBe(number.slice(13));
  }
});

test('every status and kind of seed.json occurs in it', () => {
  const kinds = (data: typeof library) => ({
    patrons: new Set(data.patrons.map(({ status }) => status)),
    cards: new Set(data.cards.map(({ type, status }) => `${type} ${status}`)),
    applications: new Set(data.applications.map(({ channel, status }) => `${channel} ${status}`)),
    items: new Set(data.items.map(({ state, material, branch }) => `${state} ${material} ${branch}`)),
    holds: new Set(data.holds.map(({ state, pickupBranch }) => `${state} ${pickupBranch}`)),
    reports: new Set(data.lossReports.map(({ onReplacement }) => onReplacement)),
  });
  const added = kinds({
    patrons: patrons.slice(core.patrons.length),
    cards: cards.slice(core.cards.length),
    applications: applications.slice(core.applications.length),
    items: items.slice(core.items.length),
    holds: addedHolds,
    lossReports: lossReports.slice(core.lossReports.length),
    loans: [],
    charges: [],
  });
  for (const [table, found] of Object.entries(kinds(core))) {
    const others: ReadonlySet<unknown> = added[table as keyof typeof added];
    expect([...found].filter((kind) => !others.has(kind))).toEqual([]);
  }
});

test('the same seed and day make the same library, and another seed another', () => {
  const made = (seed: number) => generateLibrary({ patrons: 300, randomSeed: seed, now });
  expect(made(7)).toEqual(made(7));
  expect(made(8)).not.toEqual(made(7));
});

test('the smallest and the named sizes can be made', () => {
  expect(generateLibrary({ patrons: 100, randomSeed, now }).holds).toHaveLength(60);
  expect(parseLibraryOption([])).toBeNull();
  expect(parseLibraryOption(['--library', 'large'])).toBe(100_000);
  expect(parseLibraryOption(['--library=2500'])).toBe(2500);
  expect(startData(null, '', new Date('2026-11-24T12:00:00+08:00'))).toEqual(core);
});

test('the loans and holds of seed.json are moved to today, and no more of them are overdue', () => {
  const later = startData(null, '', new Date('2027-02-01T08:00:00+08:00'));
  expect(() => parseSeed(later)).not.toThrow();
  const daysFrom = (day: string, rows: readonly { readonly dueOn: string }[]) =>
    rows.map(
      ({ dueOn }) => (Date.parse(dueOn.replace(/(....)(..)(..)/, '$1-$2-$3')) - Date.parse(day)) / 86_400_000,
    );
  expect(daysFrom('2027-02-01', later.loans)).toEqual(daysFrom('2026-11-24', core.loans));
  expect(later.loans[0]?.outAt.slice(8)).toBe(core.loans[0]?.outAt.slice(8));
  expect(later.holds.map(({ readyUntil }) => readyUntil)).toEqual(
    core.holds.map(({ readyUntil }) => (readyUntil === '' ? '' : '20270209')),
  );
  expect({ ...later, loans: core.loans, holds: core.holds, charges: core.charges }).toEqual(core);
});

test.each([
  [
    ['--library', 'huge'],
    '--library must be small, medium, large, or a number of patrons from 100 to 200000, not huge.',
  ],
  [['--library', '99'], 'not 99.'],
  [['--library', 'toString'], 'not toString.'],
  [['--library'], 'a number of patrons from 100 to 200000.'],
  [['--librery', 'large'], '--librery is no option.'],
  [['large'], 'large is no option. The only one is --library'],
])('%j is refused, and the message says what would be right', (args, message) => {
  expect(() => parseLibraryOption(args)).toThrow(message);
});

test('a library and a seed file are refused together', () => {
  expect(() => startData(1000, 'seed.json')).toThrow('--library and LEGACY_SEED');
});
