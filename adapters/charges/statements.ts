import type * as rps from './contract.generated.ts';
import type {
  Adjustment,
  AdjustmentFields,
  Balance,
  Charge,
  ChargeKind,
  ChargeState,
  Credit,
  Statement,
} from './port.ts';
import { centsOf, dayOrNull, instantOf, invalid, rowsOf } from './values.ts';

/** Translates RPS's statements and their lines into the port's. */

const kinds = {
  Overdue: 'OVERDUE',
  LostItem: 'LOST_ITEM',
  Damage: 'DAMAGE',
  Printing: 'PRINTING',
  RoomHire: 'ROOM_HIRE',
  CardReplacement: 'CARD_REPLACEMENT',
  Other: 'OTHER',
} as const satisfies Record<rps.Purpose, ChargeKind>;

const states = {
  Open: 'OPEN',
  PartPaid: 'PART_PAID',
  Settled: 'SETTLED',
  Waived: 'WAIVED',
} as const satisfies Record<rps.ChargeState, ChargeState>;

/** @throws UpstreamError if a sum of the statement is not the sum of its charges: the debt would be unclear. */
export function statementOf(statement: rps.Statement): Statement {
  const charges = rowsOf(statement.Lines?.StatementLine).map(chargeOf);
  const balance = balanceOf(statement);
  const sum = (part: keyof Balance) => charges.reduce((cents, charge) => cents + charge[part], 0);
  if (
    balance.paidCents !== sum('paidCents') ||
    balance.waivedCents !== sum('waivedCents') ||
    balance.outstandingCents !== sum('outstandingCents')
  ) {
    throw invalid('a statement with other sums than its lines');
  }
  return {
    patronId: statement.PatronNo,
    asOf: instantOf(statement.AsOf),
    ...balance,
    charges,
    credits: rowsOf(statement.Credits?.Credit).map(creditOf),
    notices: statement.Notice,
  };
}

export function chargeOf(line: rps.StatementLine): Charge {
  const { LineType, State, Outstanding } = line;
  if (LineType !== 'Charge' || State === undefined || Outstanding === undefined) {
    throw invalid('a line that is no charge');
  }
  const cents = centsOf(line.Amount);
  const balance = balanceOf(line);
  if (balance.outstandingCents !== cents - balance.paidCents - balance.waivedCents) {
    throw invalid('a charge whose amounts do not add up');
  }
  return {
    id: line.ChargeNo,
    state: states[State],
    // The contract allows a charge without a purpose.
    kind: line.Purpose === undefined ? 'OTHER' : kinds[line.Purpose],
    cents,
    ...balance,
    raisedAt: instantOf(line.At),
    description: line.Description ?? null,
    libraryCardNumber: line.CardNo ?? null,
    loanId: line.LoanNo ?? null,
    dueOn: dayOrNull(line.DueOn),
    pendingPaymentId: line.OrderNo ?? null,
    adjustments: rowsOf(line.Adjustments?.StatementLine).map(adjustmentOf),
  };
}

const balanceOf = (of: Pick<rps.Statement, 'Paid' | 'Waived' | 'Outstanding'>): Balance => ({
  paidCents: centsOf(of.Paid),
  waivedCents: centsOf(of.Waived),
  outstandingCents: centsOf(of.Outstanding),
});

function adjustmentOf(line: rps.StatementLine): Adjustment {
  switch (line.LineType) {
    case 'Payment':
      return {
        kind: 'PAYMENT',
        paymentId: line.OrderNo ?? null,
        ...adjustmentFieldsOf(line),
        refunds: rowsOf(line.Adjustments?.StatementLine).map(refundOf),
      };
    case 'Waiver':
      return { kind: 'WAIVER', ...adjustmentFieldsOf(line) };
    default:
      throw invalid('a charge with another adjustment than payments and waivers');
  }
}

function refundOf(line: rps.StatementLine): AdjustmentFields {
  if (line.LineType !== 'Refund') {
    throw invalid('a payment with another adjustment than refunds');
  }
  return adjustmentFieldsOf(line);
}

const adjustmentFieldsOf = (line: rps.StatementLine): AdjustmentFields => ({
  cents: centsOf(line.Amount),
  at: instantOf(line.At),
  reference: line.MerchantRef ?? null,
  clerkId: line.ClerkId ?? null,
});

const creditOf = (credit: rps.Credit): Credit => ({
  id: credit.CreditNo,
  cents: centsOf(credit.Amount),
  remainingCents: centsOf(credit.Remaining),
  reason: credit.Reason ?? null,
  raisedAt: instantOf(credit.RaisedAt),
  expiresOn: dayOrNull(credit.ExpiresOn),
});
