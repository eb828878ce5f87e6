/**
 * Rules for what may be paid, waived and refunded. The payment system decides in the end. These rules refuse a change
 * before it is sent.
 */
import type { Payment, PaymentLine, Statement } from '../../../adapters/charges/port.ts';
import type { Refused } from '../../operations/adopted/prepared-change.ts';
import { refused } from './refusals.ts';

/** The lines of a payment, which are charges with an amount for each. All are charges of one record. */
export interface LinesOfRecord {
  readonly patronId: string;
  readonly lines: readonly PaymentLine[];
}

/** The lines for all that is outstanding on these charges. They must be of one record, and in no payment under way. */
export function outstandingLines(
  statements: readonly Statement[],
  chargeIds: readonly string[],
): { readonly kind: 'found'; readonly of: LinesOfRecord } | Refused {
  const lines: PaymentLine[] = [];
  const patronIds = new Set<string>();
  for (const chargeId of chargeIds) {
    const statement = statements.find(({ charges }) => charges.some(({ id }) => id === chargeId));
    const charge = statement?.charges.find(({ id }) => id === chargeId);
    if (statement === undefined || charge === undefined) {
      return refused('NO_SUCH_CHARGE', null, { refusedCharge: chargeId });
    }
    if (charge.pendingPaymentId !== null) {
      return refused('CHARGE_IN_PAYMENT', null, {
        paymentId: charge.pendingPaymentId,
        refusedCharge: chargeId,
      });
    }
    if (charge.outstandingCents === 0) {
      return refused('ALREADY_SETTLED', null, { refusedCharge: chargeId });
    }
    patronIds.add(statement.patronId);
    lines.push({ chargeId, cents: charge.outstandingCents });
  }
  const [patronId = '', ...others] = patronIds;
  return others.length > 0 ? refused('SEPARATE_RECORDS') : { kind: 'found', of: { patronId, lines } };
}

/** The largest number of charges in one payment (contract, `CreateOrder`). */
export const maxCharges = 50;

/**
 * The charges that can be paid in one payment: the payable charges of the first record that has any, 50 at most.
 * Charges in a payment under way are left out. Null if there are none.
 */
export function payableLines(statements: readonly Statement[]): LinesOfRecord | null {
  for (const { patronId, charges } of statements) {
    const lines = charges
      .filter(({ outstandingCents, pendingPaymentId }) => outstandingCents > 0 && pendingPaymentId === null)
      .slice(0, maxCharges)
      .map(({ id, outstandingCents }) => ({ chargeId: id, cents: outstandingCents }));
    if (lines.length > 0) {
      return { patronId, lines };
    }
  }
  return null;
}

/**
 * The amounts that were paid and not refunded for these charges, or for all charges of the payment if `chargeIds` is
 * null.
 */
export function refundLines(
  { id, state, lines }: Payment,
  chargeIds: readonly string[] | null,
): { readonly kind: 'found'; readonly lines: readonly PaymentLine[] } | Refused {
  if (state !== 'PAID') {
    return refused('NOT_PAID', ['paymentId'], { paymentId: id });
  }
  const other = chargeIds?.find((chargeId) => !lines.some((line) => line.chargeId === chargeId));
  if (other !== undefined) {
    return refused('CHARGE_NOT_IN_PAYMENT', ['charges'], { paymentId: id, refusedCharge: other });
  }
  const left = lines
    .filter(({ chargeId }) => chargeIds === null || chargeIds.includes(chargeId))
    .map(({ chargeId, cents, refundedCents }) => ({ chargeId, cents: cents - refundedCents }))
    .filter(({ cents }) => cents > 0);
  return left.length === 0
    ? refused('REFUND_TOO_LARGE', null, { paymentId: id })
    : { kind: 'found', lines: left };
}

/** Whether both lists have the same amounts of the same charges, in any order. */
export const sameLines = (lines: readonly PaymentLine[], others: readonly PaymentLine[]): boolean =>
  lines.length === others.length &&
  others.every(({ chargeId, cents }) =>
    lines.some((line) => line.chargeId === chargeId && line.cents === cents),
  );

export const sumOf = (lines: readonly PaymentLine[]): number =>
  lines.reduce((sum, { cents }) => sum + cents, 0);
