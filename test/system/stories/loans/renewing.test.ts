import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { done, type Library, openLibrary, refusedWith } from '../library.ts';

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library[Symbol.asyncDispose]());

const never = new AbortController().signal;
/** A patron with ten loans, one of them of a title that another patron has a hold on. */
const reader = { patronId: 'P0000001' };
const wanted = 'L00000008';
const loanId = 'L00000001';
const renew = (id = loanId, reference: string = randomUUID()) =>
  library.change('renewLoan', { reference, reader, loanId: id }, library.counter);

interface Outcome {
  readonly state: string;
  readonly loan: { readonly id: string; readonly renewals: number; readonly dueOn: string };
  readonly problems: readonly { readonly code: string }[];
}

async function renewAll(whose: object = reader, reference: string = randomUUID()) {
  const { renewAllLoans } = await library.read<{
    renewAllLoans: { operation: { state: string }; outcomes: readonly Outcome[] };
  }>(
    `mutation ($input: RenewAllLoansInput!) { renewAllLoans(input: $input) {
      operation { state } outcomes { state loan { id renewals dueOn } problems { code } }
    } }`,
    { input: { reference, reader: whose } },
  );
  expect(renewAllLoans.operation.state).toBe('DONE');
  return renewAllLoans.outcomes;
}

/** The loans that circulation has renewed, by us or at a desk, once for each renewal. */
async function renewed(): Promise<readonly (string | null)[]> {
  const events = await library.behind.circulation.eventsAfter('0', 500, never);
  return events
    .filter(({ kind }) => kind === 'RENEWED')
    .map((event) => event.loanId)
    .toSorted();
}

test('R23: of six concurrent renewals of one loan one is made, and the others are NOTHING_TO_GAIN', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => renew()));
  expect(answers.filter(({ operation }) => operation.state === 'DONE')).toHaveLength(1);
  expect(answers.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(
    Array.from({ length: 5 }, () => 'NOTHING_TO_GAIN'),
  );
  expect(await renewed()).toEqual([loanId]);
});

test('R23: a loan of today can be renewed from tomorrow on', async () => {
  const lent = await library.change(
    'checkOut',
    { credential: library.system.presentedCard('21852000000066'), itemNumber: '31852000000494' },
    library.counter,
  );
  const input = { reader: { patronId: 'P0000004' }, loanId: lent.loan?.id };
  expect(await library.change('renewLoan', input, library.counter)).toMatchObject(
    refusedWith('NOTHING_TO_GAIN'),
  );
  expect(await renewed()).toEqual([]);
});

test('R23: after an unanswered renewal that was done, the next one is NOTHING_TO_GAIN', async () => {
  library.system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['Renew'] }]);
  const reference = randomUUID();
  expect(await renew(loanId, reference)).toMatchObject({ operation: { state: 'UNSETTLED' } });
  // Another patron's renewal is not held up.
  const others = { reader: { patronId: 'P0000002' }, loanId };
  expect(await library.change('renewLoan', others, library.counter)).toMatchObject(
    refusedWith('LOAN_NOT_FOUND'),
  );
  expect(await renew()).toMatchObject(refusedWith('NOTHING_TO_GAIN'));
  expect(await renewed()).toEqual([loanId]);
  await library.untilDone(reference, library.counter);
});

test('R23: after a renewal that circulation never received, the next one is made', async () => {
  library.system.legacy.circ.faults.set([{ kind: 'busy', operations: ['Renew'] }]);
  expect(await renew()).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
  library.system.legacy.circ.faults.clear();
  expect(await renew()).toMatchObject(done);
});

test('R23, R24: all at once, and each again at the same time: each loan is renewed once', async () => {
  const [first, second] = await Promise.all([renewAll(), renewAll(), renew()]);
  for (const [index, { loan, ...one }] of first.entries()) {
    const { loan: _, ...other } = second[index] ?? { state: 'none', problems: [], loan };
    if (loan.id === wanted) {
      expect([one, other]).toEqual(
        Array.from({ length: 2 }, () => ({ state: 'REFUSED', problems: [{ code: 'WANTED_BY_ANOTHER' }] })),
      );
    } else {
      expect([one.state, other.state]).not.toEqual(['DONE', 'DONE']);
    }
  }
  const ten = Array.from({ length: 10 }, (_, index) => `L${String(index + 1).padStart(8, '0')}`);
  expect(await renewed()).toEqual(ten.filter((id) => id !== wanted));
});

test('R24: in all at once each loan has its outcome, and those are left alone that would gain nothing', async () => {
  await renew();
  const outcomes = await renewAll();
  const ten = Array.from({ length: 10 }, (_, index) => `L${String(index + 1).padStart(8, '0')}`);
  expect(outcomes.map(({ loan }) => loan.id).sort()).toEqual(ten);
  expect(outcomes.find(({ loan }) => loan.id === loanId)).toMatchObject({
    state: 'REFUSED',
    problems: [{ code: 'NOTHING_TO_GAIN' }],
    loan: { renewals: 1 },
  });
  expect(outcomes.filter(({ state }) => state === 'DONE')).toHaveLength(8);
  expect(outcomes.filter(({ loan }) => loan.renewals === 1)).toHaveLength(9);
});

test('R24: the outcomes are ordered by due date, the soonest first, and in the same order again', async () => {
  const soon = { patronId: 'P0000010' };
  const reference = randomUUID();
  const order = ['L00000023', 'L00000024', 'L00000025'];
  for (const _ of ['first', 'again']) {
    expect((await renewAll(soon, reference)).map(({ loan }) => loan.id)).toEqual(order);
  }
  const { patron } = await library.read<{ patron: { loans: { edges: { node: { id: string } }[] } } }>(
    '{ patron(id: "P0000001") { loans(first: 10) { edges { node { id } } } } }',
  );
  const before = patron.loans.edges.map(({ node }) => node.id);
  expect((await renewAll()).map(({ loan }) => loan.id)).toEqual(before);
});

async function renewChosen(
  loanIds: readonly string[],
  reference: string = randomUUID(),
  whose: object = reader,
) {
  const { renewLoans } = await library.read<{
    renewLoans: {
      operation: { state: string };
      outcomes: readonly Outcome[];
      patron: { id: string } | null;
      problems: readonly { readonly code: string }[];
    };
  }>(
    `mutation ($input: RenewLoansInput!) { renewLoans(input: $input) {
      operation { state } patron { id } problems { code }
      outcomes { state loan { id renewals dueOn } problems { code } }
    } }`,
    { input: { reference, reader: whose, loanIds } },
  );
  return renewLoans;
}

test('R24: of chosen loans each has its own outcome, soonest due first, and no other is renewed', async () => {
  const reference = randomUUID();
  const chosen = ['L00000010', wanted, loanId];
  const first = await renewChosen(chosen, reference);
  expect(first).toMatchObject({ operation: { state: 'DONE' }, patron: { id: 'P0000001' }, problems: [] });
  const byId = new Map(first.outcomes.map(({ loan, ...outcome }) => [loan.id, outcome]));
  expect(byId).toEqual(
    new Map([
      [loanId, { state: 'DONE', problems: [] }],
      [wanted, { state: 'REFUSED', problems: [{ code: 'WANTED_BY_ANOTHER' }] }],
      ['L00000010', { state: 'DONE', problems: [] }],
    ]),
  );
  expect(first.outcomes.map(({ loan }) => loan.id)).toEqual([loanId, wanted, 'L00000010']);
  expect(await renewed()).toEqual([loanId, 'L00000010']);
  expect(await renewChosen(chosen, reference)).toEqual(first);
  expect(await renewed()).toEqual([loanId, 'L00000010']);
});

test('of chosen loans those that are not the reader’s have no outcome; if none is, that is LOAN_NOT_FOUND', async () => {
  const others = 'L00000011';
  const { operation, outcomes, problems } = await renewChosen([others, 'no loan', loanId]);
  expect({ operation, problems }).toEqual({ operation: { state: 'DONE' }, problems: [] });
  expect(outcomes.map(({ loan }) => loan.id)).toEqual([loanId]);
  expect(await renewChosen([others, 'no loan'])).toMatchObject({
    operation: { state: 'REFUSED' },
    outcomes: [],
    problems: [{ code: 'LOAN_NOT_FOUND' }],
  });
  expect(await renewed()).toEqual([loanId]);
});

test.each([
  ['none', []],
  ['101', Array.from({ length: 101 }, (_, index) => `L${index}`)],
  ['one of them twice', [loanId, loanId]],
])('chosen loans: %s is no choice', async (_what, loanIds) => {
  const { body } = await library.send('renewLoans', { reader, loanIds }, library.counter);
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(await renewed()).toEqual([]);
});
