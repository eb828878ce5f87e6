/** What staff learn by payments, waivers and refunds, and who is recorded. A library that asks staff for reasons. */
import { expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { asksForReasons: true });
const lee = callerForTests(system, { patronId: 'P0000002' });
const cashier = callerForTests(system, { subject: 'cashier', scope: 'charges:write' });
const waiver = callerForTests(system, { subject: 'waiver', scope: 'charges:waive' });
const clerk = callerForTests(system, { subject: 'clerk', scope: 'charges:read charges:write charges:waive' });
const withReason = () => ({ ...clerk, accessReason: 'READER_PRESENT' });

interface Payload {
  readonly payment: object | null;
  readonly problems: readonly object[];
}
const details = 'cardDigits lines { chargeId } refunds { reason } receipt { id }';
const nothing = { cardDigits: null, lines: null, refunds: null, receipt: null };

/** Lee has paid this one. */
const paid = { patronId: 'P0000002', paymentId: 'RO2026000001' };

async function attempt(field: string, selection: string, input: object, by: object = cashier) {
  const { body } = await system.mutate(
    field,
    `problems { reason } payment { ${selection} }`,
    { reference: crypto.randomUUID(), ...input },
    by,
  );
  const data = body.data as Readonly<Record<string, Payload>>;
  return { codes: codesIn(body), ...data[field] };
}

const readings = async () => {
  const { me } = await system.read<{ me: { accessLog: { edges: { node: { kind: string } }[] } } }>(
    '{ me { accessLog(first: 50) { edges { node { kind } } } } }',
    lee,
  );
  return me.accessLog.edges.map(({ node }) => node.kind);
};

test('a refusal shows a payment only to staff who may read it, with a reason', async () => {
  const ended = { problems: [{ reason: 'NOT_PENDING' }] };
  expect(await attempt('cancelPayment', 'id state', paid)).toEqual({
    ...ended,
    codes: ['FORBIDDEN'],
    payment: null,
  });
  const asked = { ...paid, charges: ['G9999999'], reason: 'A test.' };
  expect(await attempt('refundPayment', 'id state', asked, waiver)).toEqual({
    codes: ['FORBIDDEN'],
    problems: [{ reason: 'CHARGE_NOT_IN_PAYMENT' }],
    payment: null,
  });
  expect(await attempt('cancelPayment', 'id state', paid, clerk)).toMatchObject({
    codes: ['ACCESS_REASON_NEEDED'],
    payment: null,
  });
  expect(await readings()).toEqual([]);
  expect(await attempt('cancelPayment', `id ${details}`, paid, withReason())).toMatchObject({
    ...ended,
    codes: [],
    payment: { id: 'RO2026000001', lines: [{ chargeId: 'G0000002' }], receipt: { id: 'RC2026000001' } },
  });
  expect(await readings()).toEqual(['LOANS_READ']);
});

test('a payment that staff make or cancel shows how it stands, and the rest to staff who may read it', async () => {
  const charges = { patronId: 'P0000002', charges: ['G0000003'], method: 'COUNTER', branch: 'TKL' };
  const made = await attempt('startPayment', `id state amount { cents } ${details}`, charges);
  expect(made).toMatchObject({
    codes: ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
    payment: { state: 'PENDING', amount: { cents: 350 }, ...nothing },
  });
  const own = { ...charges, method: 'FPS' };
  expect(await attempt('startPayment', `id ${details}`, own, lee), "the patron's own").toMatchObject({
    codes: [],
    problems: [{ reason: 'CHARGE_IN_PAYMENT' }],
    payment: { lines: [{ chargeId: 'G0000003' }], refunds: [] },
  });
  expect(await readings()).toEqual(['LOANS_READ']);
});
