import type { Statement } from '../../../adapters/charges/port.ts';
import type { Refused } from '../../operations/adopted/prepared-change.ts';
import { type LinesOfRecord, maxCharges, outstandingLines } from './paying.ts';
import { refused, separateRecords } from './refusals.ts';

/** The outstanding charges of one record that one payment can contain, and their sum. */
interface OwedOnRecord {
  readonly chargeIds: readonly string[];
  readonly cents: number;
}

/**
 * The lines that pay everything outstanding on one record, for a station that knows only an amount. A payment takes
 * charges of one record. So the amount must be what is outstanding on one of the records.
 *
 * Example: 26.20 is outstanding on a patron's record, and 3.50 on a record that was merged into it. A station shows
 * 29.70. This amount is refused, and the message names both amounts. Then 26.20 and 3.50 are paid, in any order.
 */
export function linesAtTill(
  statements: readonly Statement[],
  cents: number,
): { readonly kind: 'found'; readonly of: LinesOfRecord } | Refused {
  const records = statements.map(owedOn).filter(({ cents: owed }) => owed > 0);
  if (records.length === 0) {
    return refused('ALREADY_SETTLED');
  }
  const ofAmount = records.filter(({ cents: owed }) => owed === cents);
  // If there is only one record, its charges are tried even if the amount differs. The refusal can then say that a
  // payment of these charges is under way.
  const tried = (records.length === 1 ? records : ofAmount).map(({ chargeIds }) =>
    outstandingLines(statements, chargeIds),
  );
  const found = tried.find(({ kind }) => kind === 'found') ?? tried[0];
  if (found !== undefined && (found.kind === 'refused' || ofAmount.length > 0)) {
    return found;
  }
  const all = records.reduce((sum, { cents: owed }) => sum + owed, 0);
  return records.length > 1 && all === cents
    ? separateRecords(records.map(({ cents: owed }) => owed))
    : refused('AMOUNT_DIFFERS', ['cents']);
}

function owedOn({ charges }: Statement): OwedOnRecord {
  const outstanding = charges.filter(({ outstandingCents }) => outstandingCents > 0).slice(0, maxCharges);
  return {
    chargeIds: outstanding.map(({ id }) => id),
    cents: outstanding.reduce((sum, { outstandingCents }) => sum + outstandingCents, 0),
  };
}
