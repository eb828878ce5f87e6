/**
 * The queries of staff about the whole library, over HTTP, with the seed: their pages, and the SOAP calls behind them.
 */

import { beforeEach, describe, expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { auditFileOf, readingsIn } from '../../support/services/audit-entries.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { lastShelfDay } from '../../support/set-up/store-for-tests.ts';
import { startSystem } from '../running-system.ts';
import { type Caller, callerForTests } from '../system-for-tests.ts';

const now = new Date('2026-11-24T12:00:00+08:00');
const system = openedForTests(
  () => startSystem(now, {}, { buildsIndex: true, showsWholeGraph: true }),
  40_000,
);
const staff = callerForTests(system, {
  scope: 'circulation:read credentials:read applications:decide identity:read patrons:read',
});
beforeEach(() => {
  for (const simulator of system.legacy.all.values()) {
    simulator.resetCalls();
  }
});

interface Connection<Node> {
  readonly asOf: string;
  readonly totalCount: number;
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Identified {
  readonly id: string;
}

/** All root fields that these tests query. Each query selects some of them. */
type Data = {
  readonly loans: Connection<Identified>;
  readonly holdShelf: Connection<Identified>;
  readonly pullList: Connection<object> & { readonly complete: boolean };
  readonly item: object;
  readonly items: readonly { readonly loan: object | null }[];
  readonly branches: readonly { readonly code: string; readonly overdue: number }[];
  readonly libraryCounts: object;
  readonly lendingDays: readonly { readonly day: string }[];
  readonly applications: Connection<Identified>;
  readonly lossReports: Connection<Identified>;
  readonly me: { readonly accessLog: Connection<object> };
};

async function ask(query: string, caller: Caller = staff) {
  const { body } = await system.ask(query, caller);
  return { ...body, data: body.data as Data };
}

const idsOf = ({ edges }: Connection<Identified>): string[] => edges.map(({ node }) => node.id);

function callsFor(...operations: readonly string[]): Record<string, number> {
  const all = [...system.legacy.circ.calls, ...system.legacy.cms.calls];
  return Object.fromEntries(all.filter(([operation]) => operations.includes(operation)));
}

const page = (more: string) => `loans(first: 10 ${more}) {
  asOf pageInfo { hasNextPage endCursor }
  edges { node { id dueOn overdue item { itemNumber branch } credential { libraryCardNumber } } }
}`;

describe('loans', () => {
  test('the longest overdue come first, and ten loans cost one call', async () => {
    const { data } = await ask(`{ ${page('')} }`);
    const nodes = data.loans.edges.map(({ node }) => node);
    expect(nodes.slice(0, 3)).toMatchObject([
      { id: 'L00000043', dueOn: '2026-10-29', overdue: true },
      { id: 'L00000044', dueOn: '2026-10-29', overdue: true },
      { id: 'L00000023', dueOn: '2026-11-25', overdue: false },
    ]);
    // The index is some seconds old.
    const ageMs = now.getTime() - Date.parse(data.loans.asOf);
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(60_000);
    expect(callsFor('GetLoans', 'GetHolds', 'GetCards')).toEqual({ GetLoans: 1 });
  });

  test('all pages together have all loans of circulation, in either order', async () => {
    for (const order of ['SOONEST_DUE_FIRST', 'LATEST_DUE_FIRST']) {
      const ids: string[] = [];
      let after = '';
      for (;;) {
        const { data } = await ask(`{ ${page(`orderBy: ${order} ${after}`)} }`);
        ids.push(...idsOf(data.loans));
        if (!data.loans.pageInfo.hasNextPage) {
          break;
        }
        after = `after: "${data.loans.pageInfo.endCursor}"`;
      }
      expect(ids.toSorted()).toEqual([...system.store.circ.loans.keys()].toSorted());
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('by branch, by day, and overdue', async () => {
    const overdue = await ask(
      '{ loans(filter: { branch: "HKCL", overdue: true }) { totalCount edges { node { id } } } }',
    );
    expect(overdue.data.loans).toEqual({ totalCount: 1, edges: [{ node: { id: 'L00000044' } }] });
    const due = await ask(
      '{ loans(filter: { overdue: false, dueBefore: "2026-11-29" }) { totalCount edges { node { id } } } }',
    );
    expect(idsOf(due.data.loans)).toEqual(['L00000023', 'L00000045', 'L00000046']);
    expect(due.data.loans.totalCount).toBe(3);
    const all = await ask('{ loans(first: 1) { totalCount } }');
    expect(all.data.loans.totalCount).toBe([...system.store.circ.loans.keys()].length);
    const cursor = Buffer.from('loans SOONEST_DUE_FIRST:x').toString('base64url');
    const strange = await ask(`{ loans(after: "${cursor}") { edges { node { id } } } }`);
    expect(strange.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('show whose they are, and the hold shelf does: a page costs one call for its cards', async () => {
    const { data } = await ask(
      '{ loans(first: 3) { edges { node { id patron { id } credential { patron { id } } } } } }',
    );
    expect(data.loans.edges).toHaveLength(3);
    for (const { node } of data.loans.edges) {
      expect(node).toMatchObject({ patron: { id: expect.stringMatching(/^P\d{7}$/) } });
      expect(node).toHaveProperty('credential.patron', Reflect.get(node, 'patron'));
    }
    const shelf = await ask(
      '{ holdShelf(filter: { branch: "HKCL" }) { edges { node { id patron { id } } } } }',
    );
    expect(shelf.data.holdShelf.edges).toEqual([{ node: { id: 'H0000002', patron: { id: 'P0000003' } } }]);
    expect(callsFor('GetLoans').GetLoans).toBe(1);
  });

  test('a loan that has just been returned is not shown, and the index is repaired', async () => {
    const loan = system.store.circ.loans.get('L00000044');
    if (loan === undefined) {
      throw new Error('there is no such loan');
    }
    // The loan ends without an event, so the index doesn't notice it.
    system.store.circ.loans.delete('L00000044');
    const { data } = await ask(
      '{ loans(filter: { overdue: true }) { edges { node { id } } pageInfo { endCursor } } }',
    );
    expect(data.loans.edges).toEqual([{ node: { id: 'L00000043' } }]);
    const counted = async () =>
      (await ask('{ branches { code overdue } }')).data.branches.filter(({ overdue }) => overdue > 0);
    await expect.poll(counted, { timeout: 10_000 }).toEqual([{ code: 'NPPL', overdue: 1 }]);
    system.store.circ.loans.put(loan);
    const checkOuts = '{ loans(filter: { overdue: true }) { edges { node { id } } } }';
    // This loan also ends without an event. The card is read again, because another loan on the card had ended.
    system.store.circ.loans.delete('L00000043');
    await ask(checkOuts);
    const other = async () => (await ask(checkOuts)).data.loans.edges;
    await expect.poll(other, { timeout: 10_000 }).toEqual([{ node: { id: 'L00000044' } }]);
  });
});

test('the pull list: a copy is listed by the branch that has it, and by no other', async () => {
  const listed = async (branch: string) => {
    const { errors, data } = await ask(`{ pullList(filter: { branch: "${branch}" }) {
      totalCount complete asOf edges { node { item { itemNumber callNumber state } hold { id pickupBranch } } }
    } }`);
    expect(errors).toBeUndefined();
    return data.pullList;
  };
  // H0000001 will be collected at STCL. The pull list has a copy of its title at STCL, or else the first copy at
  // another branch.
  const copies = [...system.store.circ.items.values()]
    .filter(({ bibNo, state, material }) => bibNo === 'B0000008' && state === 'A' && material !== 'RF')
    .toSorted((one, other) => (one.itemNo < other.itemNo ? -1 : 1));
  const chosen = copies.find(({ branch }) => branch === 'STCL') ?? copies[0] ?? expect.fail('no copy');
  const node = {
    item: { itemNumber: chosen.itemNo, callNumber: chosen.callNo, state: 'AVAILABLE' },
    hold: { id: 'H0000001', pickupBranch: 'STCL' },
  };
  await expect.poll(async () => (await listed(chosen.branch)).edges, { timeout: 10_000 }).toEqual([{ node }]);
  const { branches } = (await ask('{ branches { code } }')).data;
  for (const { code } of branches.filter((branch) => branch.code !== chosen.branch)) {
    expect(await listed(code)).toMatchObject({ totalCount: 0, complete: true, edges: [] });
  }
  const unknown = await ask('{ pullList(filter: { branch: "nowhere" }) { totalCount } }');
  expect(unknown.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('the hold shelf: to fetch, ready and lapsing', async () => {
  const shelf = (branch: string, state: string) =>
    `holdShelf(filter: { branch: "${branch}", state: ${state} }) { asOf totalCount edges { node { id state readyUntil queuePosition } } }`;
  const ready = await ask(`{ ${shelf('HKCL', 'READY')} }`);
  expect(ready.data.holdShelf.edges).toMatchObject([
    { node: { id: 'H0000002', readyUntil: lastShelfDay() } },
  ]);
  expect(ready.data.holdShelf.totalCount).toBe(1);
  expect(callsFor('GetHolds', 'GetLoans')).toEqual({ GetHolds: 1 });
  expect((await ask(`{ ${shelf('HKCL', 'LAPSING')} }`)).data.holdShelf.edges).toEqual([]);
  expect((await ask(`{ ${shelf('STCL', 'READY')} }`)).data.holdShelf.edges).toEqual([]);
  const copies = [...system.store.circ.items.values()].filter(
    ({ bibNo, state, material }) => bibNo === 'B0000008' && state === 'A' && material !== 'RF',
  );
  const toFetch = async () => (await ask(`{ ${shelf('STCL', 'TO_FETCH')} }`)).data.holdShelf.edges;
  await expect
    .poll(toFetch, { timeout: 10_000 })
    .toEqual(
      copies.length > 0 ? [{ node: expect.objectContaining({ id: 'H0000001', state: 'QUEUED' }) }] : [],
    );
  // A copy that was borrowed meanwhile must not be fetched.
  for (const copy of copies) {
    system.store.circ.items.put({ ...copy, state: 'M' });
  }
  expect(await toFetch()).toEqual([]);
});

describe('a copy', () => {
  const readings = () => readingsIn(auditFileOf(system));

  test('staff see who has it, and the audit doesn’t name the copy', async () => {
    const before = readings().length;
    const { data } = await ask(
      '{ item(itemNumber: "31852000000114") { loan { id credential { patron { id } } } holds { id } } }',
    );
    expect(data.item).toEqual({
      loan: { id: 'L00000011', credential: { patron: { id: 'P0000002' } } },
      holds: [],
    });
    const [written, ...more] = readings().slice(before);
    expect(written).toMatchObject({ what: 'PATRON_BY_ITEM', patronId: 'P0000002', subject: 'test' });
    expect(more).toEqual([]);
    expect(JSON.stringify(written)).not.toMatch(/31852000000114|B0000011|L00000011/);
  });

  test('staff see who waits for it', async () => {
    const before = readings().length;
    const { data } = await ask(
      '{ item(itemNumber: "31852000000205") { holds { id state } work { queueLength } } }',
    );
    expect(data.item).toEqual({ holds: [{ id: 'H0000001', state: 'QUEUED' }], work: { queueLength: 1 } });
    expect(readings().slice(before)).toMatchObject([{ what: 'PATRON_BY_ITEM', patronId: 'P0000002' }]);
  });

  test.each([
    ['a patron', 'loans(first: 100) { edges { node { patron { id } } } }'],
    ['a card', 'loans(first: 100) { edges { node { credential { libraryCardNumber } } } }'],
    ['a patron by the id of a loan', 'node(id: "L00000011") { ... on Loan { patron { id } } }'],
  ])('a list of loans that tells %s is audited like the loan of a copy', async (_what, field) => {
    const before = readings().length;
    const { errors } = await ask(`{ ${field} }`);
    expect(errors).toBeUndefined();
    const written = readings().slice(before);
    expect(new Set(written.map(({ what }) => what))).toEqual(new Set(['PATRON_BY_ITEM']));
    const patronIds = written.map(({ patronId }) => patronId);
    expect(patronIds).toContain('P0000002');
    expect(new Set(patronIds).size).toBe(patronIds.length);
  });

  test.each([
    ['waits on the hold shelf', 'holdShelf(filter: { branch: "HKCL" }) { edges { node { patron { id } } } }'],
    ['waits, by the id', 'node(id: "H0000002") { ... on Hold { credential { libraryCardNumber } } }'],
  ])('staff who ask whose reservation %s are recorded', async (_what, field) => {
    const before = readings().length;
    await ask(`{ ${field} }`);
    expect(readings().slice(before)).toMatchObject([{ what: 'PATRON_BY_ITEM', patronId: 'P0000003' }]);
  });

  test('a list that tells neither patron nor card is not recorded, and the loans of a patron once', async () => {
    const before = readings().length;
    await ask(`{
      loans(first: 100) { edges { node { id dueOn item { title } } } }
      patron(id: "P0000002") { loans(first: 1) { edges { node { patron { id } credential { libraryCardNumber } } } } }
    }`);
    expect(readings().slice(before)).toMatchObject([{ what: 'LOANS', patronId: 'P0000002' }]);
  });

  test('everybody sees until when it is out and how many wait, but not whose it is', async () => {
    const before = readings().length;
    const copy = (number: string) => `item(itemNumber: "${number}") { dueOn work { queueLength } }`;
    const { body } = await system.ask(
      `{ out: ${copy('31852000000114')} waited: ${copy('31852000000205')} free: ${copy('31852000000494')} }`,
    );
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      out: { dueOn: expect.stringMatching(/^2026-1[12]-\d\d$/), work: { queueLength: 0 } },
      waited: { dueOn: '2026-11-29', work: { queueLength: 1 } },
      free: { dueOn: null, work: { queueLength: 0 } },
    });
    const refused = await system.ask('{ item(itemNumber: "31852000000114") { loan { id } } }');
    expect(codesIn(refused.body)).toEqual(['UNAUTHENTICATED']);
    expect(readings().length).toBe(before);
  });

  test('many copies cost as many calls as their cards need', async () => {
    const { data } = await ask('{ items(title: "紅樓夢", first: 20) { itemNumber loan { id } } }');
    const out = data.items.filter(({ loan }) => loan !== null);
    expect(out.length).toBeGreaterThan(2);
    const { GetLoans = 0, GetCardsByNumber = 0 } = callsFor('GetLoans', 'GetCardsByNumber');
    expect(GetLoans).toBeLessThanOrEqual(2);
    expect(GetCardsByNumber).toBeLessThanOrEqual(1);
  });

  test('the patron sees in the access log that staff found them by a copy', async () => {
    const token = await system.token({ patronId: 'P0000002' });
    const { data } = await ask('{ me { accessLog(first: 1) { edges { node { kind field } } } } }', {
      token,
    });
    expect(data.me.accessLog.edges).toEqual([{ node: { kind: 'FOUND_BY_ITEM', field: null } }]);
  });
});

test('figures of branches and days cost no call', async () => {
  const { data } = await ask(
    '{ branches { code loansOut overdue holdsReady holdsQueued asOf } lendingDays { day lent returned } }',
  );
  const { loans } = system.store.circ;
  const out = [...loans.values()].filter(({ branch }) => branch === 'STCL').length;
  const counted = data.branches.find(({ code }) => code === 'STCL');
  expect(counted).toMatchObject({ loansOut: out, holdsQueued: 1, asOf: expect.any(String) });
  expect(data.lendingDays).toHaveLength(30);
  expect(data.lendingDays.at(-1)?.day).toBe('2026-11-24');
  expect(callsFor('GetLoans', 'GetHolds', 'GetItems', 'FindItems')).toEqual({});
});

test('the library is counted whole, also where a branch is not listed', async () => {
  const loan = [...system.store.circ.loans.values()].find(({ branch }) => branch === 'STCL');
  expect(loan).toBeDefined();
  const { data } = await ask(
    '{ libraryCounts { loansOut overdue from27: overdue(days: 27) holdsReady holdsQueued asOf } branches { loansOut } }',
  );
  const { loans, holds } = system.store.circ;
  expect(data.libraryCounts).toMatchObject({
    loansOut: loans.size,
    holdsQueued: [...holds.values()].filter(({ state }) => state === 'Q').length,
    asOf: expect.any(String),
  });
  const { errors, ...none } = await ask('{ libraryCounts { loansOut overdue(days: 0) } }');
  expect(errors?.[0]?.message).toBe('`days` must be 1 to 3650.');
  expect(none.data.libraryCounts).toMatchObject({ loansOut: loans.size, overdue: null });
});

test('overdue loans are counted by age', async () => {
  const { data } = await ask(
    '{ branches { code overdue from26: overdue(days: 26) from27: overdue(days: 27) } }',
  );
  const counted = data.branches.find(({ code }) => code === 'HKCL');
  expect(counted).toMatchObject({ overdue: 1, from26: 1, from27: 0 });
  const { errors } = await ask('{ branches { overdue(days: 0) } }');
  expect(errors?.[0]).toMatchObject({
    message: '`days` must be 1 to 3650.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

describe('card management', () => {
  test('applications in either order, by status, channel, patron and document', async () => {
    const listed = async (filter: string, order: string) => {
      const { data, errors } = await ask(
        `{ applications(first: 5 filter: { ${filter} } orderBy: ${order}) { totalCount edges { node { id } } } }`,
      );
      expect(errors).toBeUndefined();
      expect(data.applications.totalCount).toBe(data.applications.edges.length);
      return idsOf(data.applications);
    };
    const numbers = async (filter: string) => {
      const newest = await listed(filter, 'NEWEST_FIRST');
      expect(await listed(filter, 'OLDEST_FIRST')).toEqual(newest.toReversed());
      return newest;
    };
    const all = [...system.store.cms.applications.keys()].toSorted().toReversed();
    expect(await numbers('')).toEqual(all);
    const byChannel = [...(await numbers('channel: COUNTER')), ...(await numbers('channel: INTERNET'))];
    expect(byChannel.toSorted().toReversed()).toEqual(all);
    const [newest = ''] = all;
    const application = system.store.cms.applications.get(newest);
    expect(await numbers(`identityDocument: "${application?.applicant.hkid?.toLowerCase()}"`)).toContain(
      newest,
    );
    expect(await numbers('status: WITHDRAWN')).toEqual([]);
    expect(await numbers('patronId: "P0000006"')).toEqual(['A0000002']);
  });

  test('a document is looked for by those who may read it alone', async () => {
    const token = await system.token({ scope: 'applications:decide' });
    const query = '{ applications(filter: { identityDocument: "A123456(3)" }) { totalCount } }';
    expect((await ask(query, { token })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('loss reports, newest first, in one call', async () => {
    const { data } = await ask(
      '{ lossReports(orderBy: NEWEST_FIRST, first: 2) { totalCount pageInfo { endCursor } edges { node { id } } } }',
    );
    const all = [...system.store.cms.lossReports.keys()].toSorted().toReversed();
    expect(idsOf(data.lossReports)).toEqual(all.slice(0, 2));
    expect(data.lossReports.totalCount).toBe(all.length);
    const { endCursor } = data.lossReports.pageInfo;
    const next = await ask(
      `{ lossReports(orderBy: NEWEST_FIRST, after: "${endCursor}") { edges { node { id } } } }`,
    );
    expect(idsOf(next.data.lossReports)).toEqual(all.slice(2));
  });
});

test('loss reports of a patron and of a card, in either order', async () => {
  const { lossReports, cards } = system.store.cms;
  const [report] = lossReports.values();
  const { cardNo = '' } = report ?? {};
  const patronId = cards.get(cardNo)?.patronNo ?? expect.fail('no card');
  const ofCard = [...lossReports.values()]
    .filter((one) => one.cardNo === cardNo)
    .map(({ reportNo }) => reportNo);
  const ofPatron = [...lossReports.values()]
    .filter((one) => cards.get(one.cardNo)?.patronNo === patronId)
    .map(({ reportNo }) => reportNo);
  const listed = async (filter: string, order: string) => {
    const { data, errors } = await ask(
      `{ lossReports(filter: { ${filter} }, orderBy: ${order}) { totalCount edges { node { id reportedAt } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.lossReports.totalCount).toBe(data.lossReports.edges.length);
    return idsOf(data.lossReports);
  };
  for (const [filter, ids] of [
    [`libraryCardNumber: "${cardNo}"`, ofCard],
    [`patronId: "${patronId}"`, ofPatron],
    [`patronId: "${patronId}", libraryCardNumber: "${cardNo}"`, ofCard],
    [`patronId: "P9999999"`, []],
    [`patronId: "P9999999", libraryCardNumber: "${cardNo}"`, []],
  ] as const) {
    expect(await listed(filter, 'OLDEST_FIRST'), filter).toEqual(ids.toSorted());
    expect(await listed(filter, 'NEWEST_FIRST'), filter).toEqual(ids.toSorted().toReversed());
  }
});

test('a reader sees none of these fields', async () => {
  const reader = { token: await system.token({ patronId: 'P0000002' }) };
  const answer = await ask(
    `{ loans { asOf } holdShelf(filter: { branch: "HKCL" }) { asOf } lendingDays { day } branches { loansOut }
      item(itemNumber: "31852000000114") { loan { id } holds { id } } }`,
    reader,
  );
  expect(new Set(codesIn(answer))).toEqual(new Set(['FORBIDDEN']));
});

test('until the index is complete, its fields are null, and the error says how far it is', async () => {
  await using other = await startSystem(now);
  const token = await other.token({ scope: 'circulation:read' });
  const { body } = await other.ask('{ loans { asOf } items(title: "紅樓夢", first: 1) { itemNumber } }', {
    token,
  });
  expect(body.data).toMatchObject({ loans: null, items: [{ itemNumber: expect.any(String) }] });
  expect(body.errors).toMatchObject([
    {
      message: 'The list of what is out and what waits is being built: it has not begun yet.',
      path: ['loans'],
      extensions: { code: 'INDEX_NOT_READY' },
    },
  ]);
}, 30_000);

test('a branch or a cursor that no database can store is the caller’s error', async () => {
  const cursor = Buffer.from('loans SOONEST_DUE_FIRST:2026-11-24 L\u0000').toString('base64url');
  const asked = [
    ...['\\u0000', 'HKCL\\u0000', '', 'x'.repeat(65)].flatMap((branch) => [
      `loans(filter: { branch: "${branch}" }) { asOf }`,
      `holdShelf(filter: { branch: "${branch}" }) { asOf }`,
    ]),
    `loans(after: "${cursor}") { asOf }`,
    `holdShelf(filter: { branch: "HKCL" }, after: "${cursor}") { asOf }`,
    `applications(orderBy: NEWEST_FIRST, after: "${cursor}") { totalCount }`,
  ];
  for (const query of asked) {
    const { errors } = await ask(`{ ${query} }`);
    expect(errors, query).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
});
