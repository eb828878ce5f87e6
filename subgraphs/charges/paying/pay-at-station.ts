import type { PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { linesAtTill } from '../rules/at-till.ts';
import { outstandingLines, sumOf } from '../rules/paying.ts';
import { refused } from '../rules/refusals.ts';
import { unlessClosed } from './problems.ts';
import { type PayingServices, statementsOf } from './services.ts';
import { type StartPaymentPlan, startPayment } from './start-payment.ts';

export interface PayAtStation {
  readonly patronId: string;
  /** The charge to pay. Null to pay all that is outstanding on one record of the person. */
  readonly chargeId: string | null;
  /** The amount that the reader has seen and wants to pay. */
  readonly cents: number;
  /** The branch of the till. Null if the station has no branch, and therefore no till. */
  readonly branch: string | null;
}

/**
 * Makes a payment for the till beside a station. The station shows the reader only a sum. If that sum is no longer what
 * is outstanding, the payment is refused, so readers pay only what they have seen. In all other respects, it works like
 * `startPayment`.
 */
export const payAtStation: PreparedChange<PayingServices, PayAtStation, StartPaymentPlan> = {
  ...startPayment,
  kind: 'RPS_PAY_AT_STATION',
  patronOf: ({ patronId }) => patronId,
  prepare: (services, { patronId, chargeId, cents, branch }, signal) =>
    unlessClosed(services, async () => {
      if (branch === null) {
        return refused('NO_BRANCH');
      }
      const question = { includeSettled: chargeId !== null, origin: services.origin };
      const statements = await statementsOf(services, patronId, question, signal);
      const found =
        chargeId === null ? linesAtTill(statements, cents) : outstandingLines(statements, [chargeId]);
      if (found.kind === 'refused') {
        return found;
      }
      return sumOf(found.of.lines) === cents
        ? {
            kind: 'planned',
            plan: { ...found.of, method: { kind: 'COUNTER', branch, tender: null }, returnUrl: null },
          }
        : refused('AMOUNT_DIFFERS', ['cents']);
    }),
};
