import { expect, test } from 'vitest';
import type { Charge, Statement } from '../../../../adapters/charges/port.ts';
import { linesAtTill } from '../../../../subgraphs/charges/rules/at-till.ts';

/** A station names the amount alone. The payment system has the charges of a merged record under that record's number. */

const charge = (id: string, outstandingCents: number, pendingPaymentId: string | null = null): Charge => ({
  id,
  state: 'OPEN',
  kind: 'OVERDUE',
  cents: outstandingCents,
  paidCents: 0,
  waivedCents: 0,
  outstandingCents,
  raisedAt: '2026-11-11T18:05:12.487Z',
  description: null,
  libraryCardNumber: null,
  loanId: null,
  dueOn: null,
  pendingPaymentId,
  adjustments: [],
});

const record = (patronId: string, ...charges: readonly Charge[]): Statement => ({
  patronId,
  asOf: '2026-11-30T01:00:00.000Z',
  paidCents: 0,
  waivedCents: 0,
  outstandingCents: 0,
  charges,
  credits: [],
  notices: [],
});

const staying = record('P0000016', charge('G0000010', 520), charge('F0000001', 2100));
const leaving = record('P0000017', charge('G0000020', 350));
const merged = [staying, leaving];
const outcomeOf = (outcome: ReturnType<typeof linesAtTill>) =>
  outcome.kind === 'refused' ? outcome.problems.map(({ code }) => code).join() : outcome.of.patronId;

test('the amount of one record pays everything of this record', () => {
  expect(linesAtTill(merged, 2620)).toMatchObject({ of: { patronId: 'P0000016', lines: { length: 2 } } });
  expect(linesAtTill(merged, 350)).toEqual({
    kind: 'found',
    of: { patronId: 'P0000017', lines: [{ chargeId: 'G0000020', cents: 350 }] },
  });
});

test('the amount of both records is refused, and the reader is told which amounts can be paid', () => {
  expect(linesAtTill(merged, 2970)).toMatchObject({
    problems: [
      {
        code: 'SEPARATE_RECORDS',
        message: {
          en: expect.stringMatching(/: pay HK\$26\.20 and HK\$3\.50 one after the other\.$/),
          'zh-Hant': expect.stringContaining('HK$26.20、HK$3.50'),
        },
        field: ['cents'],
      },
    ],
  });
  expect(outcomeOf(linesAtTill(merged, 2971))).toBe('AMOUNT_DIFFERS');
});

test('of two records with the same amount, the one that is in no payment is paid', () => {
  const pending = record('P0000016', charge('G0000010', 350, 'RO2026000001'));
  expect(outcomeOf(linesAtTill([record('P0000016', charge('G0000010', 350)), leaving], 350))).toBe(
    'P0000016',
  );
  expect(outcomeOf(linesAtTill([pending, leaving], 350))).toBe('P0000017');
  expect(linesAtTill([pending, record('P0000017')], 350)).toMatchObject({
    problems: [{ code: 'CHARGE_IN_PAYMENT' }],
    shown: { paymentId: 'RO2026000001' },
  });
});

test('of one record, a charge in a payment says so, whatever amount the station names', () => {
  const mixed = record('P0000016', charge('G0000010', 350, 'RO2026000001'), charge('G0000011', 100));
  expect(outcomeOf(linesAtTill([mixed], 100))).toBe('CHARGE_IN_PAYMENT');
  expect(outcomeOf(linesAtTill([staying], 100))).toBe('AMOUNT_DIFFERS');
  expect(outcomeOf(linesAtTill([record('P0000016', charge('G0000010', 0))], 100))).toBe('ALREADY_SETTLED');
});
