import type { Finding } from '../../../store/journal/port.ts';
import type { AskedPayment } from './payment-client.ts';
import type { PaymentOperation } from './payment-journal.ts';
import type { RevenueBooks } from './revenue-system.ts';

/** Changes that somebody else made in the payment system, with our user. Null for one that was not made. */
export interface ForeignChanges {
  /** The reference of an order, in the form of an operation's id. */
  readonly reference: string | null;
  /** The number of an order that we made, and somebody else cancelled. */
  readonly cancelledOrder: string | null;
}

/** The record of a run with payments, read at its end. The checker uses nothing else. */
export interface PaymentHistory {
  /** The journal, which was read before the ledger. */
  readonly operations: readonly PaymentOperation[];
  readonly books: RevenueBooks;
  readonly asked: readonly AskedPayment[];
  /** The payments for which money was sent, once each. */
  readonly money: readonly string[];
  /** The ids of operations of which a replica said that they were done after all, or that money came late. */
  readonly alarms: readonly string[];
  /** The texts of other alarms. */
  readonly otherAlarms: readonly string[];
  /** The changes that somebody else made at the end of the workload. */
  readonly foreign: ForeignChanges;
  /** The findings of the books at the end. Null if the books were not compared then. */
  readonly findings: readonly Pick<Finding, 'operationId' | 'discrepancy'>[] | null;
  /** Whether the run waited until every outcome was certain, and until late money was noticed. */
  readonly hasWaited: boolean;
}

/** The properties that hold for every run. */
export const paymentProperties = [
  'at most one effect',
  'no effect without operation',
  'effect as asked',
  'states agree',
  'cancellations agree',
  'settled',
  'answers agree',
  'every cent',
  'alarms',
  'books',
] as const;
export type PaymentProperty = (typeof paymentProperties)[number];

export interface PaymentViolation {
  readonly property: PaymentProperty;
  readonly what: string;
}

export const violation = (property: PaymentProperty, what: string): PaymentViolation => ({ property, what });

/** Whether it is the seed's, from before the run. */
export const seedReference = /^(counter|web)-/;

export const sum = (cents: readonly number[]): number => cents.reduce((all, one) => all + one, 0);
