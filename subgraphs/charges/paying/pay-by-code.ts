import type { Payment } from '../../../adapters/charges/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { PreparedChange, Refused } from '../../operations/adopted/prepared-change.ts';
import { payableLines } from '../rules/paying.ts';
import { refused } from '../rules/refusals.ts';
import { withinLimit } from './payment-limit.ts';
import { unlessClosed } from './problems.ts';
import { type PayingServices, statementsOf } from './services.ts';
import { type AskedMethod, offeredMethod, type StartPaymentPlan, startPayment } from './start-payment.ts';

export interface PayByCode {
  /** The patron whose charges are paid. Null for a code that is not valid. */
  readonly patronId: string | null;
  readonly method: AskedMethod;
}

/**
 * Pays the charges of the patron whose page shows a code. The payment includes as many charges as one payment can
 * (`payableLines`). In all other respects, it works like `startPayment`.
 */
export const payByCode: PreparedChange<PayingServices, PayByCode, StartPaymentPlan> = {
  ...startPayment,
  kind: 'RPS_PAY_BY_CODE',
  patronOf: ({ patronId }) => patronId,
  prepare: (services, { patronId, method }, signal) =>
    unlessClosed(services, async () => {
      if (patronId === null) {
        return refused('CODE_NOT_VALID', ['code']);
      }
      const offered = offeredMethod(services.payments, method);
      if (offered === null) {
        return refused('METHOD_NOT_OFFERED', ['method']);
      }
      const question = { includeSettled: false, origin: services.origin };
      const payable = payableLines(await statementsOf(services, patronId, question, signal));
      return payable === null
        ? refused('ALREADY_SETTLED')
        : await withinLimit(services, patronId, { kind: 'planned', plan: { ...payable, ...offered } });
    }),
  async send(services, reference, planned, maySend, signal) {
    const outcome = await startPayment.send(services, reference, planned, maySend, signal);
    return outcome?.kind === 'refused'
      ? { ...outcome, shown: await shownToPayer(services, reference, outcome.shown ?? {}, signal) }
      : outcome;
  },
};

/**
 * The payment with this id. Null unless this payer has made it by a code.
 * @param payer the payer's key, as stored in `Operation.caller`
 */
export async function paymentOfPayer(
  { ledger, journal, origin }: Pick<PayingServices, 'ledger' | 'journal' | 'origin'>,
  payer: string,
  paymentId: string,
  signal: AbortSignal,
): Promise<Payment | null> {
  const [payment = null] = await ledger.paymentsById([paymentId], origin, signal);
  const operation = payment === null ? null : await journal.findById(payment.reference);
  return operation?.kind === payByCode.kind && operation.caller === payer ? payment : null;
}

type Shown = NonNullable<Refused['shown']>;

/**
 * The part of a refusal that the payer may see. A refusal may name a payment that already includes the charges. Only
 * the payer who made that payment may see it.
 */
async function shownToPayer(
  services: PayingServices,
  reference: string,
  shown: Shown,
  signal: AbortSignal,
): Promise<Shown> {
  const { paymentId, ...others } = shown;
  return paymentId !== undefined && (await isPayers(services, reference, paymentId, signal)) ? shown : others;
}

/** Whether the caller of the operation `reference` also made this payment. False if the payment can't be read. */
async function isPayers(
  services: PayingServices,
  reference: string,
  paymentId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const operation = await services.journal.findById(reference);
  try {
    return (
      operation !== null && (await paymentOfPayer(services, operation.caller, paymentId, signal)) !== null
    );
  } catch (error) {
    if (error instanceof UpstreamError) {
      return false;
    }
    throw error;
  }
}
