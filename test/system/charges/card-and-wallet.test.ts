import { expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

/** Payments by a card or a wallet, with the origins and hosts that a library has set. */

const returnOrigins = 'https://library.example,https://app.library.example';
const system = systemForTests(
  undefined,
  {},
  {
    behindEnv: {
      CHARGES_RETURN_ORIGINS: returnOrigins,
      CHARGES_PAYMENT_HOSTS: 'pay.rps.library.example',
      BRANCHES_FILE: 'simulators/branches.json',
    },
  },
);
const elsewhere = systemForTests(
  undefined,
  {},
  { behindEnv: { CHARGES_RETURN_ORIGINS: returnOrigins, CHARGES_PAYMENT_HOSTS: 'pay.other.example' } },
);
const lee = callerForTests(system, { patronId: 'P0000002' });
const ho = callerForTests(system, { patronId: 'P0000016' });
const clerk = callerForTests(system, { subject: 'clerk', scope: 'charges:read charges:write' });
const leeElsewhere = callerForTests(elsewhere, { patronId: 'P0000002' });

const selection = `operation { state } problems { reason field }
  payment { id state method redirectUrl qrPayload cardDigits }`;
const input = { reference: 'pay', patronId: 'P0000002', charges: ['G0000003'] };
const cancelled = (paymentId: string) =>
  system.change('cancelPayment', 'operation { state }', { patronId: 'P0000002', paymentId }, lee);

test.each([
  { method: 'CARD' },
  { method: 'WALLET', walletProvider: 'OCTOPUS', returnOrigin: 'https://app.library.example' },
])('a reader is sent to the page of the payment system: %o', async (method) => {
  const made = await system.change<{ payment: { id: string } }>(
    'startPayment',
    selection,
    { ...input, reference: method.method, ...method },
    lee,
  );
  expect(made).toMatchObject({
    operation: { state: 'DONE' },
    problems: [],
    payment: {
      state: 'PENDING',
      method: method.method,
      redirectUrl: expect.stringMatching(/^https:\/\/pay\.rps\.library\.example\//),
      qrPayload: null,
      cardDigits: null,
    },
  });
  expect(await cancelled(made.payment.id)).toEqual({ operation: { state: 'DONE' } });
});

test('whose charges somebody else pays does not learn the digits of the card', async () => {
  const rps = system.legacy.all.get('rps') ?? expect.fail();
  const paid = (id: string) => controlPayments(rps.url, { pay: id });
  const digits = '{ id account { payments { id cardDigits } } }';
  const seenBy = async (by: typeof ho, field: string) =>
    Object.values(
      await system.read<
        Record<string, { account: { payments: { id: string; cardDigits: string | null }[] } }>
      >(`{ ${field} ${digits} }`, by),
    )[0]?.account.payments[0];
  const { me } = await system.read<{ me: { account: { payCode: { code: string } } } }>(
    '{ me { account { payCode { code } } } }',
    ho,
  );
  const byCode = { patronId: 'P0000002', code: me.account.payCode.code, method: 'CARD' };
  await system.change('payByCode', 'operation { state }', byCode, lee);
  const payment = await seenBy(ho, 'me');
  await paid(payment?.id ?? '');
  expect((await seenBy(ho, 'me'))?.cardDigits, 'the patron').toBeNull();
  expect((await seenBy(clerk, 'patron(id: "P0000016")'))?.cardDigits, 'staff').toMatch(/^\d{4}$/);
  const own = await system.change<{ payment: { id: string } }>(
    'startPayment',
    'payment { id }',
    { ...input, reference: 'own', method: 'CARD' },
    lee,
  );
  await paid(own.payment.id);
  expect((await seenBy(lee, 'me'))?.cardDigits, 'whoever paid').toMatch(/^\d{4}$/);
});

test('a payment at a counter names a branch of the library', async () => {
  const atCounter = (branch: string) => ({
    patronId: 'P0000013',
    charges: ['G0000008'],
    method: 'COUNTER',
    branch,
  });
  const nowhere = await system.mutate(
    'startPayment',
    selection,
    { reference: 'nowhere', ...atCounter('XXXX') },
    clerk,
  );
  expect(codesIn(nowhere.body)).toEqual(['BAD_USER_INPUT']);
  expect(await system.change('startPayment', 'operation { state }', atCounter('HKCL'), clerk)).toEqual({
    operation: { state: 'DONE' },
  });
});

test('nobody names another origin, and a wallet without its provider is refused', async () => {
  const foreign = { ...input, method: 'CARD', returnOrigin: 'https://thief.example' };
  expect(codesIn((await system.mutate('startPayment', selection, foreign, lee)).body)).toEqual([
    'BAD_USER_INPUT',
  ]);
  const nobodys = { ...input, method: 'WALLET' };
  expect(codesIn((await system.mutate('startPayment', selection, nobodys, lee)).body)).toEqual([
    'BAD_USER_INPUT',
  ]);
});

test('nobody is sent to a page that the library has not set', async () => {
  const { body } = await elsewhere.mutate(
    'startPayment',
    selection,
    { ...input, method: 'CARD' },
    leeElsewhere,
  );
  expect(codesIn(body)).toEqual(['UPSTREAM_INVALID_RESPONSE']);
  expect(body.data).toMatchObject({ startPayment: { payment: { state: 'PENDING', redirectUrl: null } } });
});
