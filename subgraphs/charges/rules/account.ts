/**
 * Combines the charges of a patron that the payment system and circulation return.
 *
 * | the charge comes from | the graph shows |
 * |---|---|
 * | the payment system, or both | what the payment system says |
 * | only circulation | its whole amount as outstanding, `NOT_PAYABLE_YET` |
 *
 * Circulation removes a paid charge only in the following night. So settled charges must be read from the payment
 * system, too. Without them, a paid charge would look like a charge that has not arrived in the payment system yet.
 */
import type {
  Adjustment,
  Balance,
  Charge,
  ChargeKind,
  ChargeState,
  Credit,
  Statement,
} from '../../../adapters/charges/port.ts';
import type { Charge as ToldCharge } from '../../../adapters/circulation/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { sortBy } from '../../library/sort-by.ts';

/** A charge of a patron, as the graph shows it. */
export interface AccountCharge extends Balance {
  readonly id: string;
  readonly patronId: string;
  readonly state: ChargeState | 'NOT_PAYABLE_YET';
  readonly kind: ChargeKind;
  readonly cents: number;
  readonly raisedOn: string;
  readonly description: string | null;
  readonly libraryCardNumber: string | null;
  readonly loanId: string | null;
  readonly dueOn: string | null;
  readonly pendingPaymentId: string | null;
  readonly adjustments: readonly Adjustment[];
}

export interface Account extends Balance {
  readonly patronId: string;
  /**
   * When the payment system returned the data. If several records of one person were read, the earliest of their times.
   */
  readonly asOf: string;
  /** The oldest first. */
  readonly charges: readonly AccountCharge[];
  readonly credits: readonly Credit[];
  readonly notices: readonly string[];
}

/**
 * The account of a patron.
 * @param statements of the patron's record and of the records that were merged into it, with settled charges. Null for
 *   a record that the payment system doesn't know.
 * @param told circulation's charges on all cards of these records
 * @param now the account's `asOf` if the payment system knows none of the records
 */
export function accountOf(
  patronId: string,
  statements: readonly (Statement | null)[],
  told: readonly ToldCharge[],
  now: Date,
): Account {
  const known = statements.filter((statement) => statement !== null);
  const chargesKnown = known.flatMap(({ charges }) => charges.map((charge) => shownCharge(patronId, charge)));
  const ids = new Set(chargesKnown.map(({ id }) => id));
  const notKnownYet = told.filter(({ id }) => !ids.has(id)).map((charge) => notPayableYet(patronId, charge));
  const charges = sortBy([...chargesKnown, ...notKnownYet], ({ raisedOn, id }) => `${raisedOn} ${id}`);
  const sum = (part: keyof Balance) => charges.reduce((cents, charge) => cents + charge[part], 0);
  return {
    patronId,
    asOf: known.map(({ asOf }) => asOf).sort()[0] ?? now.toISOString(),
    paidCents: sum('paidCents'),
    waivedCents: sum('waivedCents'),
    outstandingCents: sum('outstandingCents'),
    charges,
    credits: known.flatMap(({ credits }) => credits),
    notices: known.flatMap(({ notices }) => notices),
  };
}

export const shownCharge = (patronId: string, { raisedAt, ...charge }: Charge): AccountCharge => ({
  ...charge,
  patronId,
  raisedOn: hongKongDay(new Date(raisedAt)),
});

const notPayableYet = (
  patronId: string,
  { id, kind, cents, raisedOn, libraryCardNumber, loanId }: ToldCharge,
): AccountCharge => ({
  id,
  patronId,
  state: 'NOT_PAYABLE_YET',
  kind,
  cents,
  paidCents: 0,
  waivedCents: 0,
  outstandingCents: cents,
  raisedOn,
  description: null,
  libraryCardNumber,
  loanId,
  dueOn: null,
  pendingPaymentId: null,
  adjustments: [],
});

/**
 * The ids of these charges' payments, completed or under way. The newest come first, because their ids are the highest.
 */
export function paymentIdsOf(charges: readonly AccountCharge[]): readonly string[] {
  const ids = charges.flatMap(({ pendingPaymentId, adjustments }) => [
    pendingPaymentId,
    ...adjustments.map((adjustment) => (adjustment.kind === 'PAYMENT' ? adjustment.paymentId : null)),
  ]);
  return sortBy([...new Set(ids.filter((id) => id !== null))], (id) => id).reverse();
}
