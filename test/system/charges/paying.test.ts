import { expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { controlPayments, raiseCharge, whileClosed } from '../../support/services/payment-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

/** Payments, waivers and refunds over the simulated payment system. The tests run in this order, on one library. */

const system = systemForTests();
const lee = callerForTests(system, { patronId: 'P0000002' });
const ho = callerForTests(system, { patronId: 'P0000016' });
const clerk = callerForTests(system, {
  subject: 'clerk',
  scope: 'charges:read charges:write charges:waive patrons:read',
});
const cashier = callerForTests(system, { subject: 'cashier', scope: 'charges:read charges:write' });

const rpsUrl = () => system.legacy.all.get('rps')?.url ?? '';
const control = (asked: object) => controlPayments(rpsUrl(), asked);

interface Payment {
  readonly id: string;
  readonly state: string;
}
interface Payload {
  readonly operation: { readonly state: string };
  readonly payment: Payment | null;
  readonly problems: readonly { readonly reason: string }[];
}
const selection = `operation { state } closedUntil problems { code reason message field charge }
  payment { id state method qrPayload payBy amount { cents } lines { chargeId amount { cents } } refunds { reason } }`;

const start = (input: object, by = ho) =>
  system.change<Payload>('startPayment', selection, { method: 'FPS', ...input }, by);
const cancel = (paymentId: string, by = ho) =>
  system.change<Payload>('cancelPayment', selection, { patronId: 'P0000016', paymentId }, by);
const account = async (patronId: string) =>
  (
    await system.read<{ patron: { account: object } }>(
      `query ($id: ID!) { patron(id: $id) { account {
        outstanding { cents } waived { cents } charges(includeSettled: true) { id state } } } }`,
      { ...clerk, variables: { id: patronId } },
    )
  ).patron.account;

test('a reader pays two charges by a QR code', async () => {
  const input = { reference: 'pay-1', patronId: 'P0000016', charges: ['G0000010', 'F0000001'] };
  const made = await start(input);
  expect(made).toMatchObject({
    operation: { state: 'DONE' },
    problems: [],
    payment: {
      state: 'PENDING',
      method: 'FPS',
      qrPayload: expect.stringMatching(/./),
      payBy: expect.stringMatching(/\+08:00$/),
      amount: { cents: 2620 },
      lines: [
        { chargeId: 'G0000010', amount: { cents: 520 } },
        { chargeId: 'F0000001', amount: { cents: 2100 } },
      ],
    },
  });
  expect(await start(input), 'sent again').toEqual(made);

  const own = async (by: typeof ho) =>
    await system.read(
      `{ paymentOperation(reference: "pay-1") {
        kind operation { state } payment { id } codePayment { state } stationPayment { id } } }`,
      by,
    );
  expect(await own(ho), 'after a lost answer').toEqual({
    paymentOperation: {
      kind: 'START_PAYMENT',
      operation: { state: 'DONE' },
      payment: { id: made.payment?.id },
      codePayment: null,
      stationPayment: null,
    },
  });
  expect(await own(clerk), 'another caller').toEqual({ paymentOperation: null });

  const again = await start({ patronId: 'P0000016', charges: ['F0000001'] });
  expect(again, 'a charge in a payment gives that payment').toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'CHARGE_IN_PAYMENT' }],
    payment: { id: made.payment?.id, state: 'PENDING' },
  });

  await control({ pay: made.payment?.id });
  const paid = await start(input);
  expect(paid.payment).toMatchObject({ id: made.payment?.id, state: 'PAID', qrPayload: null });
  expect(await account('P0000016')).toMatchObject({ outstanding: { cents: 0 } });
  expect((await start({ patronId: 'P0000016', charges: ['F0000001'] })).problems).toMatchObject([
    { reason: 'ALREADY_SETTLED' },
  ]);
});

test('a payment is cancelled once, and one that was paid is not', async () => {
  const charge = await raiseCharge(rpsUrl(), 'P0000016', 150);
  const { payment } = await start({ patronId: 'P0000016', charges: [charge] });
  const id = payment?.id ?? '';
  expect(await cancel(id)).toMatchObject({
    operation: { state: 'DONE' },
    payment: { id, state: 'CANCELLED' },
  });
  expect(await cancel(id)).toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'NOT_PENDING' }],
    payment: { id, state: 'CANCELLED' },
  });
  const { me } = await system.read<{ me: { account: { payment: Payment } } }>(
    `{ me { account { payment(id: "${id}") { id state } } } }`,
    ho,
  );
  expect(me.account.payment, 'an ended payment is still shown').toEqual({ id, state: 'CANCELLED' });
  const others = await system.read<{ me: { account: { payment: null } } }>(
    `{ me { account { payment(id: "${id}") { id } } } }`,
    lee,
  );
  expect(others.me.account.payment, 'but to nobody else').toBeNull();
  expect(
    (await system.change<Payload>('cancelPayment', selection, { patronId: 'P0000002', paymentId: id }, lee))
      .problems,
  ).toMatchObject([{ reason: 'NO_SUCH_PAYMENT' }]);
});

test('money that came late is among the payments', async () => {
  const charge = await raiseCharge(rpsUrl(), 'P0000016', 200);
  const { payment } = await start({ patronId: 'P0000016', charges: [charge] });
  const id = payment?.id ?? '';
  await cancel(id);
  const payments = async () =>
    (
      await system.read<{ patron: { account: { payments: Payment[] } } }>(
        '{ patron(id: "P0000016") { account { payments(first: 2) { id state } } } }',
        clerk,
      )
    ).patron.account.payments;
  expect(await payments()).not.toContainEqual({ id, state: 'CANCELLED' });
  await control({ pay: id });
  const [newest, next] = await payments();
  expect(newest).toEqual({ id, state: 'PAID_LATE' });
  expect(next?.state).toBe('PAID');
});

test('nobody pays for others without charges:write, and only a counter takes cash', async () => {
  const charges = ['G0000003'];
  const foreign = await system.mutate(
    'startPayment',
    selection,
    { reference: 'r', patronId: 'P0000002', charges, method: 'FPS' },
    ho,
  );
  expect(codesIn(foreign.body)).toEqual(['FORBIDDEN']);
  const cash = await system.mutate(
    'startPayment',
    selection,
    { reference: 'r', patronId: 'P0000002', charges, method: 'COUNTER', branch: 'HKCL' },
    lee,
  );
  expect(codesIn(cash.body)).toEqual(['BAD_USER_INPUT']);
  expect(await start({ patronId: 'P0000002', charges, method: 'CARD' }, lee)).toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'METHOD_NOT_OFFERED', field: ['method'] }],
  });
  expect(
    (await start({ patronId: 'P0000002', charges: ['G0000003', 'G0000001'] }, lee)).problems,
  ).toMatchObject([{ code: 'NO_SUCH_CHARGE', reason: 'NO_SUCH_CHARGE', charge: 'G0000001' }]);
  const made = await start({ patronId: 'P0000002', charges, method: 'COUNTER', branch: 'HKCL' }, cashier);
  expect(made).toMatchObject({
    operation: { state: 'DONE' },
    payment: { method: 'COUNTER', qrPayload: null, amount: { cents: 350 } },
  });
});

test.each([
  ['empty', ''],
  ['long', 'P'.repeat(3_000)],
  ['unprintable', 'P\u0000'],
])('%s numbers of patrons and codes of branches are bad input', async (_how, text) => {
  const patron = { reference: 'r', patronId: text };
  const reason = 'A test';
  const bad = [
    ['startPayment', { ...patron, charges: ['G0000003'], method: 'FPS' }],
    [
      'startPayment',
      { ...patron, patronId: 'P0000002', charges: ['G0000003'], method: 'COUNTER', branch: text },
    ],
    ['cancelPayment', { ...patron, paymentId: 'RO2026000002' }],
    ['waiveCharge', { ...patron, charge: 'G0000003', reason }],
    ['refundPayment', { ...patron, paymentId: 'RO2026000002', reason }],
  ] as const;
  for (const [field, input] of bad) {
    const { body } = await system.mutate(field, 'operation { state }', input, clerk);
    expect(codesIn(body), field).toEqual(['BAD_USER_INPUT']);
  }
});

test('staff waive a part and the rest, with a reason, and the access log has it', async () => {
  const waive = (input: object, by = clerk) =>
    system.change<Payload>(
      'waiveCharge',
      'operation { state } problems { reason } charge { id state waived { cents } outstanding { cents } }',
      { patronId: 'P0000013', charge: 'G0000008', reason: 'The pipe burst', ...input },
      by,
    );
  const input = { reference: 'waive-1', cents: 4000 };
  expect(await waive(input)).toMatchObject({
    operation: { state: 'DONE' },
    charge: { id: 'G0000008', state: 'PART_PAID', waived: { cents: 4000 }, outstanding: { cents: 20000 } },
  });
  expect(await waive(input), 'sent again').toMatchObject({ charge: { waived: { cents: 4000 } } });
  expect((await waive({ cents: 30000 })).problems).toEqual([{ reason: 'AMOUNT_TOO_LARGE' }]);
  expect(await waive({})).toMatchObject({ charge: { state: 'WAIVED', outstanding: { cents: 0 } } });
  const { patron } = await system.read<{ patron: { accessLog: { edges: { node: object }[] } } }>(
    '{ patron(id: "P0000013") { accessLog(first: 50) { edges { node { kind field role } } } } }',
    clerk,
  );
  const changes = patron.accessLog.edges.map(({ node }) => node);
  expect(changes.filter((node) => 'field' in node && node.field === 'chargeWaiver')).toEqual([
    { kind: 'CHANGED', field: 'chargeWaiver', role: 'STAFF' },
    { kind: 'CHANGED', field: 'chargeWaiver', role: 'STAFF' },
  ]);
  const { body } = await system.mutate(
    'waiveCharge',
    'operation { state }',
    { reference: 'w', patronId: 'P0000013', charge: 'G0000008', reason: 'x' },
    cashier,
  );
  expect(codesIn(body)).toEqual(['FORBIDDEN']);
});

test('staff give back what was paid, once, and it is owed again', async () => {
  const refund = (input: object) =>
    system.change<Payload>(
      'refundPayment',
      selection,
      { patronId: 'P0000003', paymentId: 'RO2026000002', reason: 'Paid twice', ...input },
      clerk,
    );
  const input = { reference: 'refund-1' };
  const done = await refund(input);
  expect(done).toMatchObject({
    operation: { state: 'DONE' },
    payment: { state: 'PAID', refunds: [{ reason: 'Paid twice' }] },
  });
  expect(await refund(input)).toEqual(done);
  expect((await refund({})).problems).toMatchObject([{ reason: 'REFUND_TOO_LARGE' }]);
  expect((await refund({ charges: ['G0000001'] })).problems).toMatchObject([
    { reason: 'CHARGE_NOT_IN_PAYMENT' },
  ]);
  expect(await account('P0000003')).toMatchObject({ outstanding: { cents: 4600 } });
});

test('at the end of the day a payment is refused until a time, and what became of another one is told', async () => {
  const charge = await raiseCharge(rpsUrl(), 'P0000016', 200);
  const { payment } = await start({ patronId: 'P0000016', charges: [charge] });
  await control(whileClosed());
  const { me } = await system.read<{ me: { account: { payment: Payment } } }>(
    `{ me { account { payment(id: "${payment?.id}") { state } } } }`,
    ho,
  );
  expect(me.account.payment.state).toBe('EXPIRED');
  const closed = await start({ patronId: 'P0000002', charges: ['G0000002'] }, lee);
  expect(closed).toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'CLOSED' }],
    closedUntil: expect.stringMatching(/^2026-11-24T12:3[45]:\d\d\+08:00$/),
  });
  await control({ clock: 'real' });
});
