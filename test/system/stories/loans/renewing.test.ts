import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { mutationOf } from '../../../support/mutation.ts';
import { libraryForEachTest, never } from '../library.ts';
import { done, refusedWith } from '../payloads.ts';

const library = libraryForEachTest();

/** A patron with ten loans. `wanted` is a loan whose title another patron has reserved. */
const reader = { patronId: 'P0000001' };
const wanted = 'L00000008';
const loanId = 'L00000001';
const ten = Array.from({ length: 10 }, (_, index) => `L${String(index + 1).padStart(8, '0')}`);
const renew = (id = loanId, reference: string = randomUUID()) =>
  library.change('renewLoan', { reference, reader, loanId: id });

interface Outcome {
  readonly state: string;
  readonly loan: { readonly id: string; readonly renewals: number; readonly dueOn: string };
  readonly problems: readonly { readonly code: string }[];
}

interface Payload {
  readonly operation: { readonly state: string };
  readonly outcomes: readonly Outcome[];
  /** Only for chosen loans. */
  readonly renewals?: readonly { readonly state: string }[];
  readonly patron: { readonly id: string } | null;
  readonly problems: readonly { readonly code: string }[];
}

const selection =
  'operation { state } patron { id } problems { code field message } outcomes { state loan { id renewals dueOn } problems { code } }';

async function renewAll(whose: object = reader, reference: string = randomUUID()) {
  const query = mutationOf('renewAllLoans', selection);
  const { renewAllLoans } = await library.read<{ renewAllLoans: Payload }>(query, {
    input: { reference, reader: whose },
  });
  expect(renewAllLoans.operation.state).toBe('DONE');
  return renewAllLoans.outcomes;
}

/** The loan's id for each renewal at circulation, whether it came from us or from a desk. */
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

test('R23: a loan of today can’t be renewed before tomorrow', async () => {
  const lent = await library.lend('21852000000066');
  const input = { reader: { patronId: 'P0000004' }, loanId: lent.loan?.id };
  expect(await library.change('renewLoan', input)).toMatchObject(refusedWith('NOTHING_TO_GAIN'));
  expect(await renewed()).toEqual([]);
});

test('R23: after an unanswered renewal that was done, the next one is NOTHING_TO_GAIN', async () => {
  library.system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['Renew'] }]);
  const reference = randomUUID();
  expect(await renew(loanId, reference)).toMatchObject({ operation: { state: 'UNSETTLED' } });
  // A request of another patron doesn't have to wait.
  const others = { reader: { patronId: 'P0000002' }, loanId };
  expect(await library.change('renewLoan', others)).toMatchObject(refusedWith('LOAN_NOT_FOUND'));
  expect(await renew()).toMatchObject(refusedWith('NOTHING_TO_GAIN'));
  expect(await renewed()).toEqual([loanId]);
  await library.untilDone(reference);
});

test('R23: after a renewal that circulation never received, the next one is made', async () => {
  library.system.legacy.circ.faults.set([{ kind: 'busy', operations: ['Renew'] }]);
  expect(await renew()).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
  library.system.legacy.circ.faults.clear();
  expect(await renew()).toMatchObject(done);
});

test('R23, R24: when all loans are renewed twice at the same time, each is renewed once', async () => {
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
  expect(await renewed()).toEqual(ten.filter((id) => id !== wanted));
});

test('R24: when all are renewed, each loan has its outcome, and a loan that would gain nothing is left alone', async () => {
  await renew();
  const outcomes = await renewAll();
  expect(outcomes.map(({ loan }) => loan.id).sort()).toEqual(ten);
  expect(outcomes.find(({ loan }) => loan.id === loanId)).toMatchObject({
    state: 'REFUSED',
    problems: [{ code: 'NOTHING_TO_GAIN' }],
    loan: { renewals: 1 },
  });
  expect(outcomes.filter(({ state }) => state === 'DONE')).toHaveLength(8);
  expect(outcomes.filter(({ loan }) => loan.renewals === 1)).toHaveLength(9);
});

test('R24: the outcomes are ordered by due date, the soonest first, also when asked again', async () => {
  const soon = { patronId: 'P0000010' };
  const reference = randomUUID();
  const order = ['L00000023', 'L00000024', 'L00000025'];
  for (const _ of ['first', 'again']) {
    expect((await renewAll(soon, reference)).map(({ loan }) => loan.id)).toEqual(order);
  }
  const { loans } = await library.patron<{ loans: { edges: { node: { id: string } }[] } }>(
    reader.patronId,
    'loans(first: 10) { edges { node { id } } }',
  );
  const before = loans.edges.map(({ node }) => node.id);
  expect((await renewAll()).map(({ loan }) => loan.id)).toEqual(before);
});

async function renewChosen(loanIds: readonly string[], reference: string = randomUUID()) {
  const ofEach = 'renewals { loanId loan { id } state problems { code reason field } }';
  const query = mutationOf('renewLoans', `${selection} ${ofEach}`);
  const { renewLoans } = await library.read<{ renewLoans: Payload }>(query, {
    input: { reference, reader, loanIds },
  });
  return renewLoans;
}

test('R24: each chosen loan has its own outcome, soonest due first, and no other is renewed', async () => {
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

test('each chosen id has an outcome, and if none is a loan of the reader, all are LOAN_NOT_FOUND', async () => {
  const others = 'L00000011';
  const { operation, outcomes, renewals, problems } = await renewChosen([others, loanId, 'no loan', loanId]);
  expect({ operation, problems }).toEqual({ operation: { state: 'DONE' }, problems: [] });
  expect(outcomes.map(({ loan }) => loan.id)).toEqual([loanId]);
  const notFound = [{ code: 'LOAN_NOT_FOUND', reason: 'LOAN_NOT_FOUND', field: ['loanIds'] }];
  expect(renewals).toEqual([
    { loanId, loan: { id: loanId }, state: 'DONE', problems: [] },
    { loanId: others, loan: null, state: 'REFUSED', problems: notFound },
    { loanId: 'no loan', loan: null, state: 'REFUSED', problems: notFound },
  ]);
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
])('chosen loans: %s is refused as a mistake', async (_what, loanIds) => {
  const { operation, problems } = await renewChosen(loanIds);
  expect(operation).toMatchObject({ state: 'REFUSED' });
  const message = expect.stringMatching(/^No loan is chosen, or more than 100: /);
  expect(problems).toMatchObject([{ code: 'INVALID', field: ['loanIds'], message }]);
  expect(await renewed()).toEqual([]);
});

test.each(['', 'L'.repeat(1_000), '\0', '\ud800'])(
  'chosen loans: %j is no loan, and no harm to the others',
  async (odd) => {
    const { operation, renewals } = await renewChosen([odd, loanId]);
    expect(operation).toMatchObject({ state: 'DONE' });
    expect(renewals?.map(({ state }) => state)).toEqual(['DONE', 'REFUSED']);
    expect(await renewed()).toEqual([loanId]);
  },
);
