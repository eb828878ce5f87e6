import { expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

/** A parent pays what a child owes, by a code that the child's page shows. The tests run in this order, on one library. */

const system = systemForTests();
/** Owes 5.20 and 21.00. */
const child = callerForTests(system, { patronId: 'P0000016' });
const parent = callerForTests(system, { patronId: 'P0000002' });
const station = callerForTests(system, { subject: 'station', scope: 'station' });
const stranger = callerForTests(system, { subject: 'stranger', patronId: 'P0000003' });
const partner = callerForTests(system, { subject: 'partner', scope: 'partner:verify' });

const codeOfChild = async () => {
  const { me } = await system.read<{ me: { account: { payCode: { code: string } } } }>(
    '{ me { account { payCode { code } } } }',
    child,
  );
  return me.account.payCode.code;
};
const payable = (code: string, by = parent, patronId = 'P0000002') =>
  system.ask(
    'query ($patronId: ID!, $code: String!) { payable(patronId: $patronId, code: $code) { cents } }',
    {
      ...by,
      variables: { patronId, code },
    },
  );

interface Payload {
  readonly operation: { readonly state: string };
  readonly payment: { readonly id: string; readonly state: string } | null;
}
const pay = (input: object) =>
  system.change<Payload>(
    'payByCode',
    'operation { state } problems { reason } payment { id state amount { cents } qrPayload paidAt }',
    { patronId: 'P0000002', method: 'FPS', ...input },
    parent,
  );

test('whoever has the code learns the sum, and nobody who is not signed in as a patron', async () => {
  const code = await codeOfChild();
  expect((await payable(code)).body.data).toEqual({ payable: { cents: 2620 } });
  expect((await payable(`${code}x`)).body.data, 'another code').toEqual({ payable: null });
  expect(codesIn((await payable(code, parent, 'P0000016')).body)).toEqual(['FORBIDDEN']);
  expect((await payable(code, partner)).body.data?.payable ?? null).toBeNull();
});

const codePayment = async (id: string, by = parent, patronId = 'P0000002') => {
  const { body } = await system.ask(
    `query ($patronId: ID!, $id: ID!) {
      codePayment(patronId: $patronId, id: $id) { id state receiptId }
    }`,
    { ...by, variables: { patronId, id } },
  );
  return body.data?.codePayment ?? null;
};
const cancel = (reference: string, paymentId: string, by = parent, patronId = 'P0000002') =>
  system.change<Payload>(
    'cancelPayment',
    'operation { state } problems { reason } payment { id lines { chargeId } }',
    { reference, patronId, paymentId },
    by,
  );

test('the parent follows and cancels a payment by its number, and nobody else who pays does', async () => {
  const { payment } = await pay({ reference: 'wrong-way', code: await codeOfChild() });
  const id = payment?.id ?? expect.fail('no payment');
  expect(await codePayment(id)).toEqual({ id, state: 'PENDING', receiptId: null });
  expect(await codePayment(id, stranger, 'P0000003')).toBeNull();
  expect(await cancel('theirs', id, stranger, 'P0000003')).toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'NO_SUCH_PAYMENT' }],
    payment: null,
  });
  expect(await cancel('mine', id)).toEqual({ operation: { state: 'DONE' }, problems: [], payment: null });
  expect(await codePayment(id)).toEqual({ id, state: 'CANCELLED', receiptId: null });
});

test('the parent pays all of it, and the child sees that it is paid', async () => {
  const input = { reference: 'by-code', code: await codeOfChild() };
  expect(await pay(input)).toMatchObject({
    operation: { state: 'DONE' },
    payment: { state: 'PENDING', amount: { cents: 2620 }, qrPayload: expect.stringMatching(/./) },
  });
  const { paymentOperation } = await system.read<{ paymentOperation: object }>(
    '{ paymentOperation(reference: "by-code") { payment { id } codePayment { amount { cents } } } }',
    parent,
  );
  expect(paymentOperation, 'after a lost answer').toEqual({
    payment: null,
    codePayment: { amount: { cents: 2620 } },
  });
  const { me } = await system.read<{ me: { account: { payments: { id: string }[] } } }>(
    '{ me { account { payments { id } } } }',
    child,
  );
  const rps = system.legacy.all.get('rps') ?? expect.fail();
  await controlPayments(rps.url, { pay: me.account.payments[0]?.id });
  const { payment } = await pay(input);
  expect(payment, 'sent again').toMatchObject({ state: 'PAID', qrPayload: null });
  expect(await codePayment(payment?.id ?? '')).toMatchObject({
    state: 'PAID',
    receiptId: expect.stringMatching(/^RC\d+$/),
  });
  expect(await pay({ code: await codeOfChild() })).toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'ALREADY_SETTLED' }],
    payment: null,
  });
});

test('a station without a branch learns that it has no till, and owes needs the PIN there', async () => {
  const { readerPatron } = await system.read<{ readerPatron: { id: string } }>(
    '{ readerPatron(reader: { libraryCardNumber: "21852000000223", pin: "1234" }) { id } }',
    station,
  );
  expect(
    await system.change(
      'payAtStation',
      'problems { reason charge }',
      { patronId: readerPatron.id, cents: 520 },
      station,
    ),
  ).toEqual({ problems: [{ reason: 'NO_BRANCH', charge: null }] });
  const { body } = await system.ask(
    '{ credential(libraryCardNumber: "21852000000223") { patron { owes { cents } } } }',
    station,
  );
  expect(body.errors?.map(({ message }) => message)).toEqual([expect.stringContaining('the PIN')]);
});

test('a code that is not valid pays nothing, and a parent takes no cash', async () => {
  expect(await pay({ code: 'none' })).toMatchObject({ problems: [{ reason: 'CODE_NOT_VALID' }] });
  const { body } = await system.mutate(
    'payByCode',
    'operation { state }',
    { reference: 'cash', patronId: 'P0000002', code: await codeOfChild(), method: 'COUNTER' },
    parent,
  );
  expect(codesIn(body)).toEqual(['BAD_USER_INPUT']);
});
