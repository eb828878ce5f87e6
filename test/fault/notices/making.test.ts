import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';
import type {
  ApplicationReading,
  CardReading,
  IndexDatabase,
  IndexedHold,
} from '../../../store/index/port.ts';
import { openSqliteIndex } from '../../../store/index/sqlite/index.ts';
import { type Json, type NoticeKind, outcomeOf } from '../../../store/journal/port.ts';
import { daysAfter, hongKongDay } from '../../../subgraphs/library/calendar.ts';
import { allKinds } from '../../../subgraphs/notices/kinds.ts';
import { makeNotices } from '../../../subgraphs/notices/making/make-notices.ts';
import type { Making } from '../../../subgraphs/notices/making/services.ts';
import { preparedFirst } from '../../../subgraphs/operations/change-times.ts';
import { openLists, stateOf } from '../../support/index/open-lists.ts';
import { openPorts } from '../../support/ports.ts';
import { seed as randomSeed } from '../../support/random.ts';
import { newSecret } from '../../support/servers/webhook-receiver.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { createJournalFile, endpointAt } from './sending.ts';

const { signal } = new AbortController();
const today = hongKongDay(new Date());
const at = (time: string) => new Date(`${today}T${time}+08:00`);
const isoDay = (compact: string) => `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6)}`;

/** A generated library, its indexes, and the services that make notices. */
async function openLibrary() {
  const resources = new AsyncDisposableStack();
  const store = createStore(generateLibrary({ patrons: 300, randomSeed }));
  const simulators = resources.use(await startSimulators({ store }));
  const ports = resources.use(await openPorts(simulators, {}));
  const { journal } = resources.use(await createJournalFile());
  const folder = resources.use(await openTemporaryFolder());
  const openIndex = async (isWhole = true): Promise<IndexDatabase> => {
    const path = join(folder.path, `${randomUUID()}.sqlite`);
    const index = await openSqliteIndex({ path, dataKey: new Uint8Array(32) });
    await fill(index, store, isWhole);
    return resources.use(index);
  };
  const lease = {
    since: new Date(`${daysAfter(today, -60)}T00:00:00Z`),
    eventSequence: null,
    passedDay: null,
  };
  const making = (index: IndexDatabase, more: Partial<Making> = {}): Making => ({
    ...ports,
    notices: journal,
    merged: journal,
    accountNews: journal,
    changes: journal,
    journal,
    index,
    endpoints: [endpointAt('mail', 'http://127.0.0.1:1', [newSecret()])],
    clock: () => at('10:00:00'),
    holder: 'test',
    lease,
    signal,
    ...more,
  });
  return {
    store,
    ports,
    journal,
    openIndex,
    making,
    lease,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Fills the index as its builder does. */
async function fill(index: IndexDatabase, { cms, circ }: Store, isWhole: boolean): Promise<void> {
  await index.begin();
  if (isWhole) {
    await openLists(index);
  }
  const start = await index.startReading();
  const title = (bibNo: string) => circ.items.by('bibNo', bibNo)[0]?.title ?? '';
  const readings = [...cms.cards.keys()].map(
    (libraryCardNumber): CardReading => ({
      libraryCardNumber,
      start,
      loans: circ.loans.by('cardNo', libraryCardNumber).map((row) => ({
        id: row.loanNo,
        libraryCardNumber,
        itemNumber: row.itemNo,
        titleNumber: row.bibNo,
        title: title(row.bibNo),
        branch: row.branch,
        dueOn: isoDay(row.dueOn),
      })),
      holds: circ.holds
        .by('cardNo', libraryCardNumber)
        .filter(({ state }) => state === 'Q' || state === 'R')
        .map((row) => ({
          id: row.holdNo,
          libraryCardNumber,
          titleNumber: row.bibNo,
          title: title(row.bibNo),
          pickupBranch: row.pickupBranch,
          state: row.state === 'R' ? 'READY' : 'QUEUED',
          placedAt: `${isoDay(row.placedAt.slice(0, 8))}T12:00:00+08:00`,
          readyUntil: row.state === 'R' ? isoDay(row.readyUntil) : null,
        })),
    }),
  );
  for (let from = 0; from < readings.length; from += 500) {
    await index.saveCards(readings.slice(from, from + 500));
  }
  const statuses = { RCV: 'RECEIVED', APR: 'APPROVED', REJ: 'REJECTED', WDN: 'WITHDRAWN' } as const;
  const applications = [...cms.applications.values()].map(
    (row): ApplicationReading => ({
      id: row.applicationNo,
      patronId: row.patronNo,
      channel: row.channel === 'CTR' ? 'COUNTER' : 'INTERNET',
      status: statuses[row.status],
      submittedAt: row.submittedAt,
      decidedAt: row.decidedAt,
      documents: [],
    }),
  );
  await index.saveApplications(applications);
  await index.saveLossReports(
    [...cms.lossReports.values()].map(({ reportNo, cardNo, reportedAt }) => ({
      id: reportNo,
      libraryCardNumber: cardNo,
      reportedAt,
    })),
  );
  if (isWhole) {
    await index.finishPass(await stateOf(index));
  }
}

type Library = Awaited<ReturnType<typeof openLibrary>>;

/** The notices that were made, as `kind patron`, sorted. Marks them as delivered. */
async function taken({ journal }: Library): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const due = await journal.dueDeliveries('mail', 100);
    if (due.length === 0) {
      return found.sort();
    }
    for (const { id, kind, patronId } of due) {
      found.push(`${kind} ${patronId}`);
      await journal.delivered(id, 'mail');
    }
  }
}

/**
 * The notices that are due today, computed from the library's tables independently of the code under test. `toldFor`
 * returns the patron who gets the notices about a patron of the tables.
 */
function expectedOf(
  { store: { cms, circ } }: Library,
  toldFor = (patronNo: string): string => patronNo,
): string[] {
  const patronOf = (cardNo: string) => toldFor(cms.cards.get(cardNo)?.patronNo ?? '');
  const inDays = (day: string) => (Date.parse(day) - Date.parse(today)) / 86_400_000;
  const dueLoans = new Set(
    [...circ.loans.values()].flatMap(({ cardNo, dueOn }) => {
      const days = inDays(isoDay(dueOn));
      const kind: NoticeKind | null =
        days > 3 ? null : days < 0 ? 'loan.overdue' : days < 2 ? 'loan.due-in-1-day' : 'loan.due-in-3-days';
      return kind === null ? [] : [`${kind} ${patronOf(cardNo)} ${dueOn}`];
    }),
  );
  const ready = [...circ.holds.values()].filter(
    ({ state, readyUntil }) => state === 'R' && inDays(isoDay(readyUntil)) >= 0,
  );
  const lapsing = ready.filter(({ readyUntil }) => inDays(isoDay(readyUntil)) <= 1);
  const isNews = (moment: string) => inDays(moment.slice(0, 10)) >= -7;
  const decided = [...cms.applications.values()].filter(
    ({ status, patronNo, decidedAt }) =>
      (status === 'APR' || status === 'REJ') && patronNo !== null && decidedAt !== null && isNews(decidedAt),
  );
  const losses = [...cms.lossReports.values()].filter(({ reportedAt }) => isNews(reportedAt));
  const loansOf = (kind: NoticeKind) =>
    [...dueLoans].map((text) => text.split(' ')).flatMap(([of, patronNo]) => (of === kind ? [patronNo] : []));
  const patronsByKind: Readonly<Record<NoticeKind, readonly (string | null | undefined)[]>> = {
    'loan.due-in-3-days': loansOf('loan.due-in-3-days'),
    'loan.due-in-1-day': loansOf('loan.due-in-1-day'),
    'loan.overdue': loansOf('loan.overdue'),
    'hold.ready': ready.map(({ cardNo }) => patronOf(cardNo)),
    'hold.lapsing': lapsing.map(({ cardNo }) => patronOf(cardNo)),
    // A generated library has no event of a registered card.
    'card.issued': [],
    'application.decided': decided.map(({ patronNo }) => toldFor(patronNo ?? '')),
    'loss.reported': losses.map(({ patronNo }) => toldFor(patronNo)),
    // Nothing was changed through the graph.
    'pin.changed': [],
    'contact.changed': [],
    // Nothing was noted of accounts: a test of its own does.
    'charge.raised': [],
    'payment.received': [],
    'payment.refunded': [],
  };
  return Object.entries(patronsByKind)
    .flatMap(([kind, patrons]) => patrons.map((patronNo) => `${kind} ${patronNo}`))
    .sort();
}

test(`every patron is told once what the library's tables say, also after the index was rebuilt (SEED=${randomSeed})`, async () => {
  await using library = await openLibrary();
  await makeNotices(library.making(await library.openIndex()));
  const told = await taken(library);
  expect(told).toEqual(expectedOf(library));
  expect(new Set(told.map((line) => line.split(' ')[0])).size).toBeGreaterThanOrEqual(5);
  await makeNotices(library.making(await library.openIndex()));
  expect(await taken(library)).toEqual([]);
});

test('what the systems say of a merged record is told to the one that stays', async () => {
  await using library = await openLibrary();
  const expected = expectedOf(library);
  const [leavingId = '', stayingId = ''] = [expected.at(0), expected.at(-1)].map(
    (line) => line?.split(' ')[1],
  );
  await library.journal.mergePatrons({ leavingId, stayingId, operationId: 'm'.repeat(22) });
  await makeNotices(library.making(await library.openIndex()));
  // Loans of both that are due on one day are told once.
  const toldFor = (patronNo: string) => (patronNo === leavingId ? stayingId : patronNo);
  expect(await taken(library)).toEqual(expectedOf(library, toldFor));
});

test('loans on the cards of both of two merged records that are due on one day are told once', async () => {
  await using library = await openLibrary();
  const { loans } = library.store.circ;
  const patronOf = ({ cardNo }: { readonly cardNo: string }) =>
    library.store.cms.cards.get(cardNo)?.patronNo ?? '';
  const [one, ...more] = [...loans.values()];
  const other = more.find((loan) => one !== undefined && patronOf(loan) !== patronOf(one));
  if (one === undefined || other === undefined) {
    throw new Error('the library has no loans of two patrons');
  }
  for (const { loanNo } of [one, ...more]) {
    loans.delete(loanNo);
  }
  for (const loan of [one, other]) {
    loans.put({ ...loan, dueOn: daysAfter(today, 1).replaceAll('-', '') });
  }
  const stayingId = patronOf(one);
  await library.journal.mergePatrons({
    leavingId: patronOf(other),
    stayingId,
    operationId: 'm'.repeat(22),
  });
  await makeNotices(library.making(await library.openIndex()));
  const told = await taken(library);
  expect(told.filter((line) => line.startsWith('loan'))).toEqual([`loan.due-in-1-day ${stayingId}`]);
});

test('nothing is told that the index has but circulation no longer has', async () => {
  await using library = await openLibrary();
  const index = await library.openIndex();
  const { loans, holds } = library.store.circ;
  for (const { loanNo } of [...loans.values()]) {
    loans.delete(loanNo);
  }
  for (const hold of [...holds.values()]) {
    holds.put({ ...hold, state: 'X', readyUntil: '' });
  }
  await makeNotices(library.making(index));
  expect((await taken(library)).filter((line) => /^(loan|hold)/.test(line))).toEqual([]);
});

test('days are told from eight in the morning, once a day, and only from a whole index', async () => {
  await using library = await openLibrary();
  const index = await library.openIndex();
  const daily = async (making: Making) => {
    await makeNotices(making);
    return (await taken(library)).filter((line) => /^(loan|hold.lapsing)/.test(line)).length;
  };
  expect(await daily(library.making(index, { clock: () => at('07:59:59') }))).toBe(0);
  expect(await daily(library.making(await library.openIndex(false)))).toBe(0);
  expect(await daily(library.making(index, { lease: { ...library.lease, passedDay: today } }))).toBe(0);
  expect(await daily(library.making(index))).toBeGreaterThan(0);
});

test('charges of a day, payments and refunds are told once, also after a process was killed in between', async () => {
  await using library = await openLibrary();
  const { journal } = library;
  const kinds = ['charge.raised', 'payment.received', 'payment.refunded'] as const;
  const endpoints = [{ name: 'mail', kinds: new Set<NoticeKind>(kinds) }];
  const making = library.making(await library.openIndex(), { endpoints });
  const follower = 'one';
  let sequence = 0n;
  const find = async (...found: readonly (readonly [(typeof kinds)[number], string, string])[]) => {
    sequence += 1n;
    await journal.saveOwingChanges(follower, {
      oldestAt: new Date(),
      last: { sequence, at: new Date() },
      patronIds: [],
      changes: found.map(([kind, patronId, subject]) => ({
        ...{ kind: 'PAYMENT_PAID', patronId },
        notice: { kind, subject },
      })),
      effects: [],
      isEnd: true,
    });
  };
  await journal.followOwing(follower, 600_000);
  await find();
  await find(
    ['charge.raised', 'P0000001', today],
    ['charge.raised', 'P0000001', today],
    ['payment.received', 'P0000002', 'RO2026000001'],
    ['payment.refunded', 'P0000002', 'RO2026000001 5'],
  );
  const isKilled = { ...journal, newsTaken: () => Promise.reject(new Error('killed')) };
  await expect(makeNotices({ ...making, accountNews: isKilled })).rejects.toThrow('killed');
  await makeNotices(making);
  await find(['charge.raised', 'P0000001', today]);
  await makeNotices(making);
  expect(await taken(library)).toEqual([
    'charge.raised P0000001',
    'payment.received P0000002',
    'payment.refunded P0000002',
  ]);
  expect(await journal.newsOfAccounts(10)).toEqual([]);
});

test('a new PIN and new contact details are told once, the latter to the address from before', async () => {
  await using library = await openLibrary();
  const { journal } = library;
  const change = { subject: 'x', clientId: null, role: 'STAFF', signInId: null } as const;
  const changed = async (kind: string, patronId: string, result: Json, ...fields: readonly string[]) => {
    const { operation } = await journal.begin({
      ...preparedFirst,
      ...{
        kind,
        caller: 'x',
        reference: randomUUID(),
        fingerprint: 'x',
        details: null,
        patronId,
        isUnlisted: false,
      },
    });
    await journal.settle(operation.id, outcomeOf('DONE', result));
    await journal.recordChanges(
      fields.map((field) => ({ ...change, operationId: operation.id, patronId, field })),
    );
  };
  await changed('SET_PIN', 'P0000001', null, 'credential.pin');
  await changed('SET_PIN', 'P0000001', null, 'credential.pin');
  await changed('AMEND_CONTACT', 'P0000002', { formerEmail: 'lee@reader.example' }, 'email', 'telephone');
  await changed('AMEND_CONTACT', 'P0000003', { formerEmail: null }, 'addressLines');
  await changed('AMEND_PATRON', 'P0000004', {}, 'englishName');
  const told = async () => {
    const due = await journal.dueDeliveries('mail', 100);
    for (const { id } of due) {
      await journal.delivered(id, 'mail');
    }
    return due.map(({ kind, patronId, formerEmail }) => `${kind} ${patronId} ${formerEmail}`).sort();
  };
  const endpoints = [{ name: 'mail', kinds: new Set<NoticeKind>(['pin.changed', 'contact.changed']) }];
  const making = library.making(await library.openIndex(), { endpoints });
  await makeNotices({ ...making, lease: { ...library.lease, since: new Date(Date.now() + 60_000) } });
  expect(await told()).toEqual([]);
  await makeNotices(making);
  expect(await told()).toEqual([
    'contact.changed P0000002 lee@reader.example',
    'contact.changed P0000003 null',
    'pin.changed P0000001 null',
    'pin.changed P0000001 null',
  ]);
  await makeNotices(making);
  expect(await told()).toEqual([]);
});

test('what is overdue on the first day is told once, and nothing else that happened before', async () => {
  await using library = await openLibrary();
  const { loans } = library.store.circ;
  const [overdue, alsoOverdue] = [...loans.values()];
  const compact = (day: string) => day.replaceAll('-', '');
  for (const loan of [...loans.values()]) {
    loans.delete(loan.loanNo);
  }
  for (const loan of [overdue, alsoOverdue].filter((one) => one !== undefined)) {
    loans.put({ ...loan, dueOn: compact(daysAfter(today, -400)) });
  }
  const lease = { ...library.lease, since: new Date() };
  await makeNotices(library.making(await library.openIndex(), { lease }));
  const told = await taken(library);
  // The two loans belong to one patron.
  expect(told.filter((line) => line.startsWith('loan'))).toEqual(['loan.overdue P0000001']);
  expect(told.filter((line) => line.startsWith('card'))).toEqual([]);
});

test('an overdue loan is told three times, a week apart, and then no more', async () => {
  await using library = await openLibrary();
  const { loans } = library.store.circ;
  const [overdue] = [...loans.values()];
  for (const loan of [...loans.values()]) {
    loans.delete(loan.loanNo);
  }
  if (overdue !== undefined) {
    loans.put({ ...overdue, dueOn: daysAfter(today, -60).replaceAll('-', '') });
  }
  const index = await library.openIndex();
  const toldAfter = async (days: number) => {
    const clock = () => new Date(at('12:00:00').getTime() + days * 86_400_000);
    await makeNotices(library.making(index, { clock }));
    return (await taken(library)).filter((line) => line.startsWith('loan'));
  };
  for (const days of [0, 7, 14]) {
    expect(await toldAfter(days), `after ${days} days`).toEqual(['loan.overdue P0000001']);
    expect(await toldAfter(Math.min(days, 6)), 'not within a week').toEqual([]);
  }
  expect(await toldAfter(400)).toEqual([]);
});

test('a card is told once when it is issued and circulation knows it, however often circulation says so', async () => {
  await using library = await openLibrary();
  const { cards, circulation } = library.ports;
  const { patronNo = '' } = library.store.prs.patrons.values()[Symbol.iterator]().next().value ?? {};
  for (const own of library.store.cms.cards.by('patronNo', patronNo)) {
    library.store.cms.cards.put({ ...own, status: 'CAN', closedOn: today });
  }
  const issued = await cards.issueCard(randomUUID(), { patronId: patronNo, kind: 'LIBRARY_CARD' }, signal);
  const number = 'credential' in issued ? issued.credential.libraryCardNumber : '';
  const former = library.store.cms.cards.by('patronNo', patronNo)[0]?.cardNo ?? '';
  for (const registered of [number, former, number]) {
    await circulation.registerCard(registered, randomUUID(), signal);
  }
  const index = await library.openIndex();
  const making = library.making(index, { clock: () => new Date() });
  await makeNotices(making);
  const issuedLines = (await taken(library)).filter((line) => line.startsWith('card'));
  expect(issuedLines).toEqual([`card.issued ${patronNo}`]);
  await makeNotices(making);
  expect(await taken(library)).toEqual([]);
});

test('a list of ready holds without a last day, longer than a page, is read to its end', async () => {
  await using library = await openLibrary();
  const index = await library.openIndex();
  const libraryCardNumber = '21852999999999';
  const holds = Array.from({ length: 501 }, (_, number) => ({
    id: `N${number}`,
    libraryCardNumber,
    titleNumber: 'B0000001',
    title: '紅樓夢',
    pickupBranch: 'HKCL',
    state: 'READY',
    placedAt: `${today}T12:00:00+08:00`,
    readyUntil: null,
  })) satisfies IndexedHold[];
  await index.saveCards([{ libraryCardNumber, start: await index.startReading(), loans: null, holds }]);
  let pages = 0;
  const counted: IndexDatabase = {
    ...index,
    async holds(query) {
      pages += 1;
      return pages > 2 ? [] : await index.holds(query);
    },
  };
  await makeNotices(library.making(counted, { clock: () => at('07:00:00') }));
  expect(pages).toBe(2);
});

test('notices that no endpoint wants are neither made nor remembered as told', async () => {
  await using library = await openLibrary();
  const index = await library.openIndex();
  const only = (kinds: readonly NoticeKind[]) => [
    endpointAt('mail', 'http://127.0.0.1:1', [newSecret()], { kinds: new Set(kinds) }),
  ];
  await makeNotices(library.making(index, { endpoints: only(['loan.overdue']) }));
  const first = await taken(library);
  expect(new Set(first.map((line) => line.split(' ')[0]))).toEqual(new Set(['loan.overdue']));
  await makeNotices(library.making(index, { endpoints: only(allKinds) }));
  expect([...first, ...(await taken(library))].sort()).toEqual(expectedOf(library));
});

test('a reader is told nothing of a switched-off kind, nor later of what it was about, but what must be told', async () => {
  await using library = await openLibrary();
  const index = await library.openIndex();
  const expected = expectedOf(library);
  const isAbout = (kind: NoticeKind) => (line: string) => line.startsWith(`${kind} `);
  const withdrawing = expected.find(isAbout('hold.ready'))?.split(' ')[1] ?? '';
  const late = expected.find(isAbout('loan.overdue'))?.split(' ')[1] ?? '';
  const change = { language: null, switchOn: [], switchOff: ['hold.ready', 'loan.overdue'] } as const;
  await library.journal.changeNoticePreferences(withdrawing, change);
  await library.journal.changeNoticePreferences(late, change);
  await makeNotices(library.making(index));
  const isOff = (line: string) => [withdrawing, late].some((patronId) => line === `hold.ready ${patronId}`);
  expect(await taken(library)).toEqual(expected.filter((line) => !isOff(line)));
  await library.journal.changeNoticePreferences(withdrawing, {
    ...change,
    switchOn: ['hold.ready'],
    switchOff: [],
  });
  await makeNotices(library.making(index));
  expect(await taken(library)).toEqual([]);
});
