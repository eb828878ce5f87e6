import { formatDay, formatMoney, type Language } from '@patron-graph/ui';
import type { DeskCardFragment, DeskChargeFragment } from '../operations.generated.ts';

export interface Debts {
  /** The total in hundredths of a dollar. */
  readonly cents: number;
  /** The charges that circulation reports. They may already be paid. */
  readonly charges: readonly DeskChargeFragment[];
}

const sumOf = (charges: readonly DeskChargeFragment[]): number =>
  charges.reduce((sum, { amount }) => sum + amount.cents, 0);

/**
 * The debts of the patron, from the answer that was read for the card. Null if circulation's charges could not be read.
 */
export function debtsOf(
  patron: Pick<NonNullable<DeskCardFragment['patron']>, 'owes' | 'charges'> | null,
): Debts | null {
  const charges = patron?.charges ?? null;
  return charges === null ? null : { cents: patron?.owes?.cents ?? sumOf(charges), charges };
}

/** Adds the charges of a return to the debts. Charges that are already known are not counted again. */
export function withCharges(debts: Debts, charges: readonly DeskChargeFragment[]): Debts {
  const added = charges.filter(({ id }) => !debts.charges.some((known) => known.id === id));
  return { cents: debts.cents + sumOf(added), charges: [...debts.charges, ...added] };
}

/**
 * The total as text, and the day of the oldest charge. Both are null if nothing is owed. The day is also null if
 * circulation reports no charge.
 */
export function debtWords(
  { cents, charges }: Debts,
  language: Language,
): { readonly sum: string | null; readonly since: string | null } {
  const [first] = charges.map(({ raisedOn }) => raisedOn).sort();
  return cents === 0
    ? { sum: null, since: null }
    : {
        sum: formatMoney({ cents }, language),
        since: first === undefined ? null : formatDay(first, language),
      };
}
