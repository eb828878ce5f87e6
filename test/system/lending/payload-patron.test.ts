/** Payloads contain the operation's patron, so that a client's cache gets the changed fields. */
import { expect, test } from 'vitest';
import { growOlder } from '../running-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const caller = callerForTests(system, {
  scope: 'circulation:write circulation:read patrons:read credentials:write',
});

const [patronId, libraryCard] = ['P0000002', '21852000000033'] as const;
const selection = 'operation { state } patron { id name { given } loanQuota { used } }';

const patronOf = async (mutation: string, input: object) =>
  (await system.change<{ patron: unknown }>(mutation, selection, input, caller)).patron;

const used = (count: number) => ({ id: patronId, name: { given: 'Siu Ming' }, loanQuota: { used: count } });

test('a check-out returns the patron with the loan counted', async () => {
  const lent = { credential: { libraryCardNumber: libraryCard }, itemNumber: '31852000000494' };
  expect(await patronOf('checkOut', lent)).toEqual(used(6));
});

test('a refused check-out on a known card still returns the patron', async () => {
  const lent = { credential: { libraryCardNumber: libraryCard }, itemNumber: '31852000000494' };
  expect(await patronOf('checkOut', lent)).toMatchObject({ id: patronId });
});

test('staff see the patron of a refused card in the payload, as in the operation; a station does not', async () => {
  const input = { credential: { libraryCardNumber: '21852000000199' }, itemNumber: '31852000000494' };
  const ofSuspended = `operation { state patron { id } } patron { id } quota { used }`;
  const staff = await system.change<object>('checkOut', ofSuspended, input, caller);
  const suspended = { id: 'P0000013' };
  expect(staff).toMatchObject({
    operation: { state: 'REFUSED', patron: suspended },
    patron: suspended,
    quota: { used: 1 },
  });
  const token = await system.token({ scope: 'station' });
  const station = await system.change<object>('checkOut', ofSuspended, input, { token });
  expect(station).toMatchObject({ operation: { state: 'REFUSED', patron: null }, patron: null, quota: null });
});

test('renewals of one loan and of all return the patron', async () => {
  const [loan] = system.store.circ.loans.by('cardNo', libraryCard);
  growOlder(system, loan?.loanNo ?? '');
  expect(await patronOf('renewLoan', { reader: { patronId }, loanId: loan?.loanNo })).toEqual(used(6));
  expect(await patronOf('renewAllLoans', { reader: { patronId } })).toEqual(used(6));
});

test('a hold and its cancellation return the patron', async () => {
  const reader = { patronId };
  const hold = { reader, titleNumber: 'B0000004', pickupBranch: 'HKCL' };
  expect(await patronOf('placeHold', hold)).toEqual(used(6));
  const placed = [...system.store.circ.holds.by('cardNo', libraryCard)].find(
    ({ bibNo }) => bibNo === 'B0000004',
  );
  expect(await patronOf('cancelHold', { reader, holdId: placed?.holdNo })).toEqual(used(6));
});

test('a change to a card returns its patron', async () => {
  expect(await patronOf('setPin', { libraryCardNumber: libraryCard, newPin: '2463' })).toEqual(used(6));
});
