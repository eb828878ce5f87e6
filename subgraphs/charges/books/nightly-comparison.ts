import type { AdoptedPosition, BooksState, PaymentBooks } from '../../../store/journal/port.ts';
import { type ComparingServices, recordFindings } from '../../operations/books/compare.ts';
import type { NewFinding } from '../../operations/books/discrepancies.ts';
import { ComparedCancellations } from './compared-cancellations.ts';
import { cancellingKinds, effectOfKind, paymentDiscrepancyOf } from './payment-discrepancies.ts';

/** The maximum number of operations that are compared in one poll. */
const operationsAtOnce = 500;
/**
 * An operation is compared only if it settled at least this long before the comparison began, in ms. If it settled
 * later, a proxy may have returned an old page of the list of changes, which lacks the operation's change.
 */
const oldPageMs = 60_000;

export interface ComparisonServices extends ComparingServices {
  readonly paymentBooks: PaymentBooks;
  /** A monotonic clock, in ms. */
  readonly monotonic: () => number;
}

/**
 * The position of a nightly comparison under way. The comparison has three steps. `EFFECTS` compares each change in the
 * payment system with the operation that made it. `OPERATIONS` looks for operations without a change in the payment
 * system. `CANCELLATIONS` compares the operations that cancelled a payment. `after` is the position within the step.
 */
type Pass = { readonly beganAtMs: number; readonly cancellations: ComparedCancellations } & (
  | { readonly of: 'EFFECTS'; readonly after: string }
  | { readonly of: 'OPERATIONS'; readonly after: AdoptedPosition | null }
  | { readonly of: 'CANCELLATIONS'; readonly after: AdoptedPosition | null }
);
type PassOf<Of extends Pass['of']> = Extract<Pass, { readonly of: Of }>;

/** Converts a night's number to a time on that day. Nights are numbered by days since 1970. */
const nightAt = (night: number): Date => new Date(night * 86_400_000);

/**
 * Compares operations with the changes that they made in the payment system, once a night. The changes are read from
 * the journal.
 */
export class NightlyComparison {
  readonly #services: ComparisonServices;
  readonly #follower: string;
  #pass: Pass | null = null;

  constructor(services: ComparisonServices, follower: string) {
    this.#services = services;
    this.#follower = follower;
  }

  /**
   * Drops the comparison under way. Must be called when another process follows the list of changes, or when the whole
   * list is read again.
   */
  forget(): void {
    this.#pass = null;
  }

  /**
   * Continues the comparison of this night, unless it is complete.
   * @param beganAtMs a time by `monotonic`, after which the list of changes was read to its end
   * @returns whether there is more to compare now
   */
  async compareNext({ since, night, comparedNight }: BooksState, beganAtMs: number): Promise<boolean> {
    if (night === comparedNight) {
      this.#pass = null;
      return false;
    }
    const cancellations = new ComparedCancellations(nightAt(night));
    const pass: Pass = this.#pass ?? { beganAtMs, cancellations, of: 'EFFECTS', after: '' };
    this.#pass = await this.#continue(pass, since);
    if (this.#pass === null) {
      await this.#services.paymentBooks.paymentsCompared(this.#follower, night);
    }
    return this.#pass !== null;
  }

  /** Compares the next page. Resolves to the state after this page, or to null if the comparison is complete. */
  async #continue(pass: Pass, since: Date): Promise<Pass | null> {
    switch (pass.of) {
      case 'EFFECTS':
        return await this.#compareEffects(pass, since);
      case 'OPERATIONS':
        return await this.#compareOperations(pass);
      case 'CANCELLATIONS':
        return await this.#compareCancellations(pass);
    }
  }

  async #compareEffects({ after, ...pass }: PassOf<'EFFECTS'>, since: Date): Promise<Pass> {
    const accounts = await this.#services.paymentBooks.paymentAccountsAfter(after, operationsAtOnce);
    await this.#record(accounts.map((account) => paymentDiscrepancyOf(account, since)));
    for (const account of accounts) {
      pass.cancellations.addPayment(account);
    }
    const last = accounts.at(-1);
    return last === undefined
      ? { ...pass, of: 'OPERATIONS', after: null }
      : { ...pass, of: 'EFFECTS', after: last.operationId };
  }

  async #compareOperations({ after, ...pass }: PassOf<'OPERATIONS'>): Promise<Pass> {
    const kinds = Object.keys(effectOfKind);
    const { last, operations } = await this.#services.paymentBooks.paymentsWithoutEffect(
      kinds,
      this.#settledAgoMs(pass),
      after,
      operationsAtOnce,
    );
    await this.#record(
      operations.map(({ operationId, settledAt: at }) => ({
        operationId,
        discrepancy: 'PAYMENT_NOT_DONE',
        sequence: null,
        at,
      })),
    );
    return { ...pass, of: last === null ? 'CANCELLATIONS' : 'OPERATIONS', after: last };
  }

  async #compareCancellations({ after, ...pass }: PassOf<'CANCELLATIONS'>): Promise<Pass | null> {
    const { last, cancellations } = await this.#services.paymentBooks.paymentCancellations(
      cancellingKinds,
      this.#settledAgoMs(pass),
      after,
      operationsAtOnce,
    );
    await this.#record(cancellations.map((one) => pass.cancellations.addCancellation(one)));
    if (last !== null) {
      return { ...pass, of: 'CANCELLATIONS', after: last };
    }
    await this.#record(pass.cancellations.notAskedFor());
    return null;
  }

  /**
   * An operation is compared only if it settled at least this long ago, in ms. Its change was already in the list of
   * changes when the comparison began.
   */
  #settledAgoMs({ beganAtMs }: Pick<Pass, 'beganAtMs'>): number {
    return Math.ceil(this.#services.monotonic() - beganAtMs) + oldPageMs;
  }

  async #record(found: readonly (NewFinding | null)[]): Promise<void> {
    await recordFindings(
      this.#services,
      found.filter((finding) => finding !== null),
    );
  }
}
