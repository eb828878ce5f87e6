/** A check-out of what the patron has already: a station that lost power asks again, with a new reference. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let station: string;
beforeEach(async () => {
  system = await startSystem();
  station = await system.token({ subject: 'station', scope: 'station' });
});
afterEach(() => system[Symbol.asyncDispose]());

const [libraryCard, smartCard, copy] = ['21852000000033', '21852000000041', '31852000000494'] as const;

interface Payload {
  readonly operation: { readonly state: string };
  readonly loan: { readonly id: string; readonly credential: { readonly libraryCardNumber: string } } | null;
  readonly quota: { readonly used: number; readonly pending: number } | null;
  readonly problems: readonly { readonly code: string }[];
}

async function lend(card: string, itemNumber: string, reference: string = randomUUID()): Promise<Payload> {
  const { body }: Answer = await system.ask(
    `mutation ($input: CheckOutInput!) { checkOut(input: $input) {
      operation { state } loan { id credential { libraryCardNumber } } quota { used pending } problems { code }
    } }`,
    {
      token: station,
      variables: { input: { reference, credential: system.presentedCard(card), itemNumber } },
    },
  );
  expect(body.errors).toBeUndefined();
  return rootField<Payload>(body, 'checkOut');
}

const askedToLend = () => system.legacy.circ.calls.get('CheckOut') ?? 0;

test('it is refused with the loan, on whichever card, and nothing is sent or counted', async () => {
  const first = await lend(libraryCard, copy, 'before the power cut');
  expect(first).toMatchObject({ operation: { state: 'DONE' }, quota: { used: 6 } });
  const before = askedToLend();
  for (const card of [libraryCard, smartCard]) {
    expect(await lend(card, copy)).toEqual({
      operation: { state: 'REFUSED' },
      loan: first.loan,
      quota: { used: 6, pending: 0 },
      problems: [{ code: 'ALREADY_LENT' }],
    });
  }
  expect(askedToLend()).toBe(before);
  expect(await lend(libraryCard, copy, 'before the power cut')).toEqual(first);
});

test('it is told too where the quota is full: the item is one of the ten', async () => {
  const [loan] = system.store.circ.loans.by('cardNo', '21852000000017');
  expect(await lend('21852000000017', loan?.itemNo ?? '')).toMatchObject({
    operation: { state: 'REFUSED' },
    loan: { id: loan?.loanNo },
    quota: { used: 10, pending: 0 },
    problems: [{ code: 'ALREADY_LENT' }],
  });
});

test('what another patron has is not available, and the loan is not told', async () => {
  await lend(libraryCard, copy);
  expect(await lend('21852000000066', copy)).toMatchObject({
    operation: { state: 'REFUSED' },
    loan: null,
    problems: [{ code: 'ITEM_NOT_AVAILABLE' }],
  });
});

test('of two that are under way at once one lends, and the other is refused with that loan', async () => {
  const { faults } = system.legacy.circ;
  faults.set([{ kind: 'delay', delayMs: 1_000, operations: ['CheckOut'], times: 2 }]);
  const answers = await Promise.all([lend(libraryCard, copy), lend(smartCard, copy)]);
  expect(askedToLend()).toBe(2);
  const [done, refused] = answers.toSorted((a, b) => (a.operation.state < b.operation.state ? -1 : 1));
  expect(done).toMatchObject({ operation: { state: 'DONE' }, problems: [] });
  expect(refused).toEqual({
    operation: { state: 'REFUSED' },
    loan: done?.loan,
    quota: { used: 6, pending: 0 },
    problems: [{ code: 'ALREADY_LENT' }],
  });
  expect(system.store.circ.loans.by('itemNo', copy)).toHaveLength(1);
});

test('a request that is delivered twice is no second check-out: it is done', async () => {
  const { faults } = system.legacy.circ;
  faults.set([{ kind: 'deliver-twice', operations: ['CheckOut'], times: 1 }]);
  const { operation } = await lend(libraryCard, copy, 'twice');
  expect(operation.state).toBe('UNSETTLED');
  await expect
    .poll(async () => (await lend(libraryCard, copy, 'twice')).operation.state, { timeout: 20_000 })
    .toBe('DONE');
  expect(system.store.circ.loans.by('itemNo', copy)).toHaveLength(1);
}, 30_000);
