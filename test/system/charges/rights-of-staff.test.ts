/** What staff learn by payments, waivers and refunds, and who is recorded. A library that asks staff for reasons. */
import { expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';
import { ledgerAt } from './owing/ledger.ts';

const system = systemForTests(undefined, {}, { asksForReasons: true });
const lee = callerForTests(system, { patronId: 'P0000002' });
const cashier = callerForTests(system, { subject: 'cashier', scope: 'charges:write' });
const waiver = callerForTests(system, { subject: 'waiver', scope: 'charges:waive' });
const clerk = callerForTests(system, { subject: 'clerk', scope: 'charges:read charges:write charges:waive' });
/** A clerk who is a reader, too. One token has both. */
const ho = callerForTests(system, {
  subject: 'ho',
  patronId: 'P0000016',
  scope: 'charges:read charges:write charges:waive',
});
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

interface Logged {
  readonly kind: string;
  readonly field: string | null;
  readonly role: string;
}
const accessLogOf = async (by: object): Promise<readonly Logged[]> => {
  const { me } = await system.read<{ me: { accessLog: { edges: { node: Logged }[] } } }>(
    '{ me { accessLog(first: 50) { edges { node { kind field role } } } } }',
    by,
  );
  return me.accessLog.edges.map(({ node }) => node);
};
const readings = async () => (await accessLogOf(lee)).map(({ kind }) => kind);

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
  const charges = { patronId: 'P0000002', charges: ['G0000003'], method: 'COUNTER', branch: 'HKCL' };
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

test('what staff change on their own account has their alias, and is recorded as done by staff', async () => {
  const url = system.legacy.all.get('rps')?.url ?? expect.fail();
  const waived = { patronId: 'P0000016', charge: 'G0000010', reason: 'A test.' };
  expect(await system.change('waiveCharge', 'operation { state }', waived, ho)).toMatchObject({
    operation: { state: 'DONE' },
  });
  const charges = { patronId: 'P0000016', charges: ['F0000001'], method: 'COUNTER', branch: 'HKCL' };
  const { payment } = await system.change<{ payment: { id: string } }>(
    'startPayment',
    'payment { id }',
    charges,
    ho,
  );
  await controlPayments(url, { pay: payment.id });
  const refund = { patronId: 'P0000016', paymentId: payment.id, reason: 'A test.' };
  expect(await system.change('refundPayment', 'operation { state }', refund, ho)).toMatchObject({
    operation: { state: 'DONE' },
  });

  await using ledger = ledgerAt(url);
  const origin = { channel: 'BATCH', clerkId: null } as const;
  const { events } = await ledger.eventsAfter(0n, 500, origin, AbortSignal.timeout(10_000));
  const kinds = ['CHARGE_WAIVED', 'PAYMENT_CREATED', 'PAYMENT_REFUNDED'];
  const own = events.filter(
    ({ kind, patronId, reference }) =>
      kinds.includes(kind) && patronId === 'P0000016' && reference?.length === 22,
  );
  expect(own.map(({ kind }) => kind)).toEqual(kinds);
  const [alias, ...others] = new Set(own.map(({ clerkId }) => clerkId));
  expect(alias).toMatch(/^c-[\w-]{20}$/);
  expect(others).toEqual([]);
  const changes = (await accessLogOf(ho)).filter(({ kind }) => kind === 'CHANGED');
  expect(changes).toEqual([
    { kind: 'CHANGED', field: 'paymentRefund', role: 'STAFF' },
    { kind: 'CHANGED', field: 'chargeWaiver', role: 'STAFF' },
  ]);
});
