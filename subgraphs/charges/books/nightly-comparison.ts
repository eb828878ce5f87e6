import type { AdoptedPosition, BooksState, PaymentBooks } from '../../../store/journal/port.ts';
import { type ComparingServices, recordFindings } from '../../operations/books/compare.ts';
import { effectOfKind, paymentDiscrepancyOf } from './payment-discrepancies.ts';

/** The maximum number of operations that are compared in one poll. */
const operationsAtOnce = 500;
/**
 * An operation is compared only if it was settled this long before the pass began, in ms. A proxy may return an old
 * page of changes.
 */
const oldPageMs = 60_000;

export interface ComparisonServices extends ComparingServices {
  readonly paymentBooks: PaymentBooks;
  /** Milliseconds since any fixed moment. The value never decreases. */
  readonly monotonic: () => number;
}

/** The comparison of one night: first each effect with its operation, then the operations that have no effect. */
type Pass = { readonly beganAtMs: number } & (
  | { readonly of: 'EFFECTS'; readonly after: string }
  | { readonly of: 'OPERATIONS'; readonly after: AdoptedPosition | null }
);

/** Compares operations with the effects in the payment system, once a night. It makes no call to the payment system. */
export class NightlyComparison {
  readonly #services: ComparisonServices;
  readonly #follower: string;
  #pass: Pass | null = null;

  constructor(services: ComparisonServices, follower: string) {
    this.#services = services;
    this.#follower = follower;
  }

  /**
   * Drops the pass under way. Must be called when another process follows the list, or when the whole list is read
   * again.
   */
  forget(): void {
    this.#pass = null;
  }

  /**
   * Continues the pass, if the books must be compared in this night.
   * @param beganAtMs a moment after which the end of the list of changes was reached
   * @returns whether there is more to compare now
   */
  async compareNext({ since, night, comparedNight }: BooksState, beganAtMs: number): Promise<boolean> {
    if (night === comparedNight) {
      this.#pass = null;
      return false;
    }
    const pass: Pass = this.#pass ?? { beganAtMs, of: 'EFFECTS', after: '' };
    this.#pass =
      pass.of === 'EFFECTS' ? await this.#compareEffects(pass, since) : await this.#compareOperations(pass);
    if (this.#pass === null) {
      await this.#services.paymentBooks.paymentsCompared(this.#follower, night);
    }
    return this.#pass !== null;
  }

  async #compareEffects({ beganAtMs, after }: Pass & { of: 'EFFECTS' }, since: Date): Promise<Pass> {
    const accounts = await this.#services.paymentBooks.paymentAccountsAfter(after, operationsAtOnce);
    const found = accounts.map((account) => paymentDiscrepancyOf(account, since));
    await recordFindings(
      this.#services,
      found.filter((finding) => finding !== null),
    );
    const last = accounts.at(-1);
    return last === undefined
      ? { beganAtMs, of: 'OPERATIONS', after: null }
      : { beganAtMs, of: 'EFFECTS', after: last.operationId };
  }

  async #compareOperations({ beganAtMs, after }: Pass & { of: 'OPERATIONS' }): Promise<Pass | null> {
    const { paymentBooks, monotonic } = this.#services;
    const agoMs = Math.ceil(monotonic() - beganAtMs) + oldPageMs;
    const kinds = Object.keys(effectOfKind);
    const { last, operations } = await paymentBooks.paymentsWithoutEffect(
      kinds,
      agoMs,
      after,
      operationsAtOnce,
    );
    await recordFindings(
      this.#services,
      operations.map(({ operationId, settledAt: at }) => ({
        operationId,
        discrepancy: 'PAYMENT_NOT_DONE',
        sequence: null,
        at,
      })),
    );
    return last === null ? null : { beganAtMs, of: 'OPERATIONS', after: last };
  }
}
