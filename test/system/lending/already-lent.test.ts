/**
 * A check-out of an item that the patron has already borrowed. A station may ask again after a power cut, with a new
 * reference.
 */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { callerForEachTest, systemForEachTest } from '../system-for-tests.ts';

const system = systemForEachTest();
const station = callerForEachTest(system, { subject: 'station', scope: 'station' });

const [libraryCard, smartCard, copy] = ['21852000000033', '21852000000041', '31852000000494'] as const;

interface Payload {
  readonly operation: { readonly state: string };
  readonly loan: { readonly id: string; readonly credential: { readonly libraryCardNumber: string } } | null;
  readonly quota: { readonly used: number; readonly pending: number } | null;
  readonly problems: readonly { readonly code: string }[];
}

const selection =
  'operation { state } loan { id credential { libraryCardNumber } } quota { used pending } problems { code }';
const lend = (card: string, itemNumber: string, reference: string = randomUUID()) => {
  const input = { reference, credential: system.presentedCard(card), itemNumber };
  return system.change<Payload>('checkOut', selection, input, station);
};

const askedToLend = () => system.legacy.circ.calls.get('CheckOut') ?? 0;

test('a repeated check-out is refused with the loan, on either card, and nothing is sent or counted', async () => {
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

test('it is refused likewise when the quota is full, if the item is one of the ten', async () => {
  const [loan] = system.store.circ.loans.by('cardNo', '21852000000017');
  expect(await lend('21852000000017', loan?.itemNo ?? '')).toMatchObject({
    operation: { state: 'REFUSED' },
    loan: { id: loan?.loanNo },
    quota: { used: 10, pending: 0 },
    problems: [{ code: 'ALREADY_LENT' }],
  });
});

test('an item that another patron has is not available, and the answer has no loan', async () => {
  await lend(libraryCard, copy);
  expect(await lend('21852000000066', copy)).toMatchObject({
    operation: { state: 'REFUSED' },
    loan: null,
    problems: [{ code: 'ITEM_NOT_AVAILABLE' }],
  });
});

test('of two concurrent check-outs one lends, and the other is refused with that loan', async () => {
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

test('a request that is delivered twice is one check-out, and it is done', async () => {
  const { faults } = system.legacy.circ;
  faults.set([{ kind: 'deliver-twice', operations: ['CheckOut'], times: 1 }]);
  const { operation } = await lend(libraryCard, copy, 'twice');
  expect(operation.state).toBe('UNSETTLED');
  await expect
    .poll(async () => (await lend(libraryCard, copy, 'twice')).operation.state, { timeout: 20_000 })
    .toBe('DONE');
  expect(system.store.circ.loans.by('itemNo', copy)).toHaveLength(1);
}, 30_000);
