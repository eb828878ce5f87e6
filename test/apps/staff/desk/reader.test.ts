/** What the desk knows of a reader between two readings: loans and debts. */
import { expect, test } from 'vitest';
import { debtsOf, withCharges } from '../../../../apps/staff/src/debts/debts.ts';
import { loansNow } from '../../../../apps/staff/src/desk/reader/loans-now.ts';
import type { Row } from '../../../../apps/staff/src/desk/row.ts';
import { readWanted } from '../../../../apps/staff/src/find/search-text.ts';

const loan = (id: string, dueOn: string) => ({
  id,
  item: { itemNumber: `item of ${id}`, title: 'Walden' },
  dueOn,
  overdue: false,
});

const row = (changes: Partial<Row>): Row => ({
  reference: crypto.randomUUID(),
  act: { kind: 'checkOut', session: 1, card: { libraryCardNumber: '21852000000066' } },
  itemNumber: '31852000000080',
  state: 'done',
  isSentAgain: false,
  code: null,
  title: null,
  loan: null,
  endedLoan: null,
  returnedTo: null,
  problems: [],
  heldFor: null,
  ...changes,
});

const charge = (id: string, cents: number, raisedOn = '2026-11-20') => ({
  id,
  amount: { cents, currency: 'HKD' },
  raisedOn,
});

const ended = (loanId: string) => ({ loanId, daysLate: 0, patron: null, charges: [] });
const isReturn = { kind: 'checkIn', atBranch: null } as const;

test('the loans are those that were read, with what was lent since and without what came back', () => {
  const read = [loan('L1', '2026-12-03'), loan('L2', '2026-12-09')];
  const rows = [
    row({ act: isReturn, endedLoan: ended('L1') }),
    row({ loan: loan('L3', '2026-12-05') }),
    row({ loan: loan('L2', '2026-12-09') }),
  ];
  expect(loansNow(read, rows, 1).map(({ id }) => id)).toEqual(['L3', 'L2']);
});

test('a copy that was lent and came back at once is no loan, and a copy of another reader is none of this one', () => {
  const rows = [
    row({ act: isReturn, endedLoan: ended('L3') }),
    row({ loan: loan('L3', '2026-12-05') }),
    row({
      act: { kind: 'checkOut', session: 2, card: { libraryCardNumber: '21852000000256' } },
      loan: loan('L4', '2026-12-05'),
    }),
  ];
  expect(loansNow([], rows, 1)).toEqual([]);
});

test('what was paid counts at once, and a charge that a return tells of again counts once', () => {
  const read = { owes: { cents: 500 }, charges: [charge('F1', 1250)] };
  const debts = debtsOf(read);
  expect(debts?.cents).toBe(500);
  const later = withCharges(debts ?? expect.fail('no debts'), [charge('F1', 1250), charge('F2', 300)]);
  expect(later.cents).toBe(800);
  expect(later.charges.map(({ id }) => id)).toEqual(['F1', 'F2']);
});

test('without the payment system the sum is that of the charges, and without circulation it is not known', () => {
  const read = { owes: null, charges: [charge('F1', 1250), charge('F2', 300)] };
  expect(debtsOf(read)?.cents).toBe(1550);
  expect(debtsOf({ ...read, charges: null })).toBeNull();
  expect(debtsOf(null)).toBeNull();
});

test('the find box tells numbers of cards, copies, telephones, patrons and operations apart', () => {
  expect(readWanted('2185 2000 0000 58')).toMatchObject({ kind: 'card' });
  expect(readWanted('3 1852 0000 0008 0')).toEqual({ kind: 'copy', itemNumber: '31852000000080' });
  expect(readWanted('2000 0003')).toEqual({ kind: 'telephone', telephone: '20000003' });
  expect(readWanted('p0000003')).toEqual({ kind: 'patron', id: 'P0000003' });
  expect(readWanted('7k2m-9qxr')).toEqual({ kind: 'operation', code: '7K2M9QXR' });
  expect(readWanted('CHANTAIM')).toEqual({ kind: 'name', name: 'CHANTAIM', code: null });
  expect(readWanted('31852')).toBeNull();
});
