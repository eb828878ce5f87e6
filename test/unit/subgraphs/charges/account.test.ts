import { expect, test } from 'vitest';
import type { Charge, Statement } from '../../../../adapters/charges/port.ts';
import type { Charge as ToldCharge } from '../../../../adapters/circulation/port.ts';
import { accountOf, paymentIdsOf } from '../../../../subgraphs/charges/rules/account.ts';

const charge = (id: string, change: Partial<Charge> = {}): Charge => ({
  id,
  state: 'OPEN',
  kind: 'OVERDUE',
  cents: 2100,
  paidCents: 0,
  waivedCents: 0,
  outstandingCents: 2100,
  raisedAt: '2026-11-11T18:05:12.487Z',
  description: '14 days overdue',
  libraryCardNumber: '21852000000223',
  loanId: 'L00000044',
  dueOn: null,
  pendingPaymentId: null,
  adjustments: [],
  ...change,
});

const statement = (
  patronId: string,
  charges: readonly Charge[],
  asOf = '2026-11-30T01:00:00.000Z',
): Statement => ({
  patronId,
  asOf,
  paidCents: 0,
  waivedCents: 0,
  outstandingCents: 0,
  charges,
  credits: [],
  notices: [],
});

const told = (id: string): ToldCharge => ({
  id,
  libraryCardNumber: '21852000000223',
  loanId: 'L00000044',
  kind: 'OVERDUE',
  cents: 2100,
  raisedOn: '2026-11-12',
});

const now = new Date('2026-11-30T02:00:00Z');
const settled = { state: 'SETTLED', paidCents: 2100, outstandingCents: 0 } as const;
const payment = (paymentId: string | null) =>
  ({ kind: 'PAYMENT', paymentId, cents: 2100, at: '', reference: null, clerkId: null, refunds: [] }) as const;

test('a charge that circulation still tells after it was paid is not owed', () => {
  const account = accountOf(
    'P0000016',
    [statement('P0000016', [charge('F0000001', settled)])],
    [told('F0000001')],
    now,
  );
  expect(account).toMatchObject({ outstandingCents: 0, paidCents: 2100 });
  expect(account.charges.map(({ id, state }) => [id, state])).toEqual([['F0000001', 'SETTLED']]);
});

test('a charge that only circulation tells is outstanding as a whole, and can not be paid yet', () => {
  const account = accountOf('P0000016', [null], [told('F0000002')], now);
  expect(account).toMatchObject({ asOf: '2026-11-30T02:00:00.000Z', outstandingCents: 2100 });
  expect(account.charges).toMatchObject([
    { id: 'F0000002', patronId: 'P0000016', state: 'NOT_PAYABLE_YET', raisedOn: '2026-11-12' },
  ]);
});

test('a charge has the day of Hong Kong, as in circulation', () => {
  const { charges } = accountOf('P0000016', [statement('P0000016', [charge('F0000001')])], [], now);
  expect(charges[0]?.raisedOn).toBe(told('F0000001').raisedOn);
});

test('what was merged into the record counts, and the oldest reading is the time', () => {
  const account = accountOf(
    'P0000016',
    [
      statement('P0000016', [charge('G0000002')]),
      statement('P0000003', [charge('G0000001')], '2026-11-30T00:59:00.000Z'),
    ],
    [],
    now,
  );
  expect(account).toMatchObject({ outstandingCents: 4200, asOf: '2026-11-30T00:59:00.000Z' });
  expect(account.charges.map(({ id, patronId }) => [id, patronId])).toEqual([
    ['G0000001', 'P0000016'],
    ['G0000002', 'P0000016'],
  ]);
});

test('payments are those that were made and the one under way, each once, the newest first', () => {
  const { charges } = accountOf(
    'P0000016',
    [
      statement('P0000016', [
        charge('G0000001', { adjustments: [payment('RO2026000001'), payment(null)] }),
        charge('G0000002', { pendingPaymentId: 'RO2026000003', adjustments: [payment('RO2026000001')] }),
      ]),
    ],
    [],
    now,
  );
  expect(paymentIdsOf(charges)).toEqual(['RO2026000003', 'RO2026000001']);
});
