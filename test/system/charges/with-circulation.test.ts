import { expect, test } from 'vitest';
import { createChargesLedger } from '../../../adapters/charges/soap.ts';
import { systemOf } from '../../../platform/systems.ts';
import { defaultLogin } from '../../../simulators/added-systems.ts';
import { codesIn } from '../../support/graph/ask-graph.ts';
import {
  atNoon,
  controlPayments,
  whenOpenAgain,
  whileClosed,
} from '../../support/services/payment-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

/**
 * What is owed while the payment system and circulation don't say the same: before the one has heard of a charge, and
 * before the other has heard that it was paid. The tests run in this order, on one library.
 */

const system = systemForTests();
const ho = callerForTests(system, { patronId: 'P0000016' });
const web = { channel: 'WEB', clerkId: null } as const;

const rps = () => system.legacy.all.get('rps')?.url ?? '';
const control = (asked: object) => controlPayments(rps(), asked);

const readCharges = () =>
  system.read<{ me: { charges: { id: string }[]; owes: object; account: { charges: { id: string }[] } } }>(
    `{ me {
      charges { id amount { cents } state outstanding { cents } }
      owes { cents }
      account { charges(includeSettled: true) { id state paid { cents } outstanding { cents } title } }
    } }`,
    ho,
  );

test('a charge that the payment system has not heard of is outstanding, and not payable yet', async () => {
  const row = system.store.circ.charges.get('F0000001');
  if (row === undefined) {
    throw new Error('the seed has no such charge');
  }
  await control(atNoon());
  await readCharges();
  // By its clock, the payment system hears of the new charge an hour later.
  await control({ clock: '-1h' });
  system.store.circ.charges.put({ ...row, chargeNo: 'F0009999', cents: 450 });
  const { me } = await readCharges();
  const isNew = ({ id }: { readonly id: string }) => id === 'F0009999';
  expect(me.charges.find(isNew)).toEqual({
    id: 'F0009999',
    amount: { cents: 450 },
    state: 'NOT_PAYABLE_YET',
    outstanding: { cents: 450 },
  });
  expect(me.account.charges.find(isNew)).toMatchObject({ state: 'NOT_PAYABLE_YET' });
  expect(me.owes).toEqual({ cents: 2620 + 450 });
  await control({ clock: '+2h' });
  const later = await readCharges();
  expect(later.me.account.charges.find(isNew)).toMatchObject({ state: 'OPEN' });
  expect(later.me.owes).toEqual({ cents: 2620 + 450 });
});

test('a charge that was paid is not owed, though circulation tells it until the next night', async () => {
  await using ledger = createChargesLedger({
    url: rps(),
    ...(defaultLogin(systemOf('rps')) ?? { user: '', password: '' }),
  });
  const created = await ledger.createPayment(
    'test-1',
    {
      patronId: 'P0000016',
      lines: [{ chargeId: 'F0000001', cents: 2100 }],
      method: { kind: 'FPS' },
      returnUrl: null,
    },
    web,
    AbortSignal.timeout(10_000),
  );
  if (!('payment' in created)) {
    throw new Error(`refused: ${created.refused}`);
  }
  const pending = await system.read(
    '{ me { account { charges { id pendingPayment { id state } } payments { id state } } } }',
    ho,
  );
  expect(pending).toMatchObject({
    me: { account: { payments: [{ id: created.payment.id, state: 'PENDING' }] } },
  });
  await control({ pay: created.payment.id });
  const { me } = await readCharges();
  expect(me.charges.find(({ id }) => id === 'F0000001')).toEqual({
    id: 'F0000001',
    amount: { cents: 2100 },
    state: 'SETTLED',
    outstanding: { cents: 0 },
  });
  expect(me.owes).toEqual({ cents: 520 + 450 });
});

test('the title of a copy that is back is not told', async () => {
  const loan = system.store.circ.loans.get('L00000044');
  const titles = async () => (await readCharges()).me.account.charges.find(({ id }) => id === 'F0000001');
  expect(await titles()).toMatchObject({ title: loan === undefined ? null : expect.any(String) });
  system.store.circ.loans.delete('L00000044');
  expect(await titles()).toMatchObject({ title: null });
});

test('at the end of the day nothing is said of the account, and circulation still tells its charges', async () => {
  await control(whileClosed());
  const { body } = await system.ask('{ me { charges { id } owes { cents } account { asOf } } }', ho);
  expect(body.data).toEqual({
    me: { charges: [{ id: 'F0000001' }, { id: 'F0009999' }], owes: null, account: null },
  });
  expect(codesIn(body)).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
  await control(whenOpenAgain());
  expect((await readCharges()).me.owes).toEqual({ cents: 520 + 450 });
});
