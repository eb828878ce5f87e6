import { z } from 'zod';
import type { PaymentAccount, PaymentCancellation, PaymentEffect } from '../../../store/journal/port.ts';
import type { NewFinding } from '../../operations/books/discrepancies.ts';

/** The maximum age of a payment that is compared, in ms. It is several days, because some nights may have been missed. */
const comparedMs = 7 * 86_400_000;

/** A payment that one of our operations made, and the event of its cancellation. */
interface MadePayment {
  readonly operationId: string;
  readonly cancelled: PaymentEffect | null;
}

const stored = z.object({ paymentId: z.string() });

/**
 * Compares the cancellations in the payment system with our operations, for one nightly comparison. A cancellation has
 * no reference of its own, so it is matched by the payment's number. The caller first adds every payment that we made,
 * then every operation that cancels a payment. Payments that others made are left out.
 *
 * | the payment system | our operations | finding |
 * |---|---|---|
 * | has cancelled the payment | none has cancelled it | `PAYMENT_DIFFERS` of the operation that made the payment |
 * | has not cancelled it | one is `DONE` | `PAYMENT_NOT_DONE` of the cancelling operation |
 */
export class ComparedCancellations {
  readonly #fromMs: number;
  readonly #payments = new Map<string, MadePayment>();
  #isAnyUnsettled = false;

  /** @param nightAt a moment of the current night */
  constructor(nightAt: Date) {
    this.#fromMs = nightAt.getTime() - comparedMs;
  }

  /** Adds the payment that the operation made, if it made one. */
  addPayment({ operationId, operation, effects }: PaymentAccount): void {
    const made = effects.find(({ kind }) => kind === 'PAYMENT_CREATED');
    if (operation?.state === 'DONE' && made !== undefined && made.at.getTime() > this.#fromMs) {
      const isOfPayment = ({ kind, subject }: PaymentEffect) =>
        kind === 'PAYMENT_CANCELLED' && subject === made.subject;
      this.#payments.set(made.subject, { operationId, cancelled: effects.find(isOfPayment) ?? null });
    }
  }

  /** Adds an operation that cancelled a payment, or may still do so. Returns a finding if the payment isn't cancelled. */
  addCancellation({ operationId, result, settled }: PaymentCancellation): NewFinding | null {
    if (settled === null) {
      this.#isAnyUnsettled = true;
      return null;
    }
    const paymentId = stored.safeParse(result).data?.paymentId ?? '';
    const payment = this.#payments.get(paymentId);
    if (payment === undefined || payment.cancelled !== null) {
      this.#payments.delete(paymentId);
      return null;
    }
    // An operation that settled only shortly before the comparison gives no finding: the payments may have been read
    // before its cancellation.
    return settled.isBefore
      ? { operationId, discrepancy: 'PAYMENT_NOT_DONE', sequence: null, at: settled.at }
      : null;
  }

  /**
   * Findings for the cancellations that no operation of ours made. Must be called after all operations were added. The
   * result is empty while a cancelling operation is unsettled, because the payment that it cancels is not known yet. A
   * later night's comparison finds such cancellations.
   */
  notAskedFor(): readonly NewFinding[] {
    return this.#isAnyUnsettled
      ? []
      : [...this.#payments.values()].flatMap(({ operationId, cancelled }) =>
          cancelled === null
            ? []
            : [
                {
                  ...{ operationId, discrepancy: 'PAYMENT_DIFFERS' },
                  ...{ sequence: cancelled.sequence, at: cancelled.at },
                } as const,
              ],
        );
  }
}
