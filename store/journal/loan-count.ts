import type { LoanChange } from './port.ts';

/** A loan that is out, and its patron. Both are digests. */
interface LoanOut {
  readonly loan: string;
  readonly patronKey: string;
}

interface LoansOut {
  /** The patron of each operation that may have begun a loan (one that reserved a place for a loan). */
  readonly patronOf: ReadonlyMap<string, string>;
  readonly out: readonly LoanOut[];
}

/** What a page of changes adds to the stored loans, and removes from them. */
interface CountedLoans {
  readonly begun: readonly LoanOut[];
  /** Digests of loans. */
  readonly ended: readonly string[];
}

export interface DigestedChange {
  readonly change: LoanChange;
  readonly loan: string;
}

/**
 * Counts the loans of each patron, change by change. Only loans that operations began are counted. Loans that desks made
 * are ignored, so the count is never too high. Returns the loans to store, and the changes with which a patron exceeded
 * `limit`.
 *
 * @example
 * // The limit is ten, and ten loans of a patron are out.
 * // Operation `a` begins an eleventh loan: exceeded. One loan ends. `b` begins another one: exceeded, too.
 * // Two loans end. `c` begins another one: not exceeded.
 */
export function countLoans(
  changes: readonly DigestedChange[],
  { patronOf, out }: LoansOut,
  limit: number,
): CountedLoans & { readonly over: readonly LoanChange[] } {
  const patronOfLoan = new Map(out.map(({ loan, patronKey }) => [loan, patronKey]));
  const known = new Set(patronOfLoan.keys());
  const counts = new Map(
    [...Map.groupBy(out, ({ patronKey }) => patronKey)].map(([key, all]) => [key, all.length]),
  );
  const add = (patronKey: string, by: 1 | -1): number => {
    const count = (counts.get(patronKey) ?? 0) + by;
    counts.set(patronKey, count);
    return count;
  };
  const ended: string[] = [];
  const over: LoanChange[] = [];
  for (const { change, loan } of changes) {
    const counted = patronOfLoan.get(loan);
    const patronKey = change.begunBy === null ? undefined : patronOf.get(change.begunBy);
    if (change.begunBy === null) {
      ended.push(loan);
      patronOfLoan.delete(loan);
      if (counted !== undefined) {
        add(counted, -1);
      }
    } else if (patronKey !== undefined && counted === undefined) {
      patronOfLoan.set(loan, patronKey);
      if (add(patronKey, 1) > limit) {
        over.push(change);
      }
    }
  }
  const begun = [...patronOfLoan]
    .filter(([loan]) => !known.has(loan))
    .map(([loan, patronKey]) => ({ loan, patronKey }));
  return { begun, ended, over };
}
