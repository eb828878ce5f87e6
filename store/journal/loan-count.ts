import type { LoanChange } from './port.ts';

/** A loan that is out, and whose it is: digests. */
interface LoanOut {
  readonly loan: string;
  readonly patronKey: string;
}

/** The loans of some patrons. */
interface LoansOut {
  /** By operation: its patron. An operation without a loan's place is left out. */
  readonly patronOf: ReadonlyMap<string, string>;
  readonly out: readonly LoanOut[];
}

/** What a page of changes does to the loans that are out. */
interface CountedLoans {
  readonly begun: readonly LoanOut[];
  /** Digests of loans. */
  readonly ended: readonly string[];
}

/** A change with the digest of its loan. */
export interface DigestedChange {
  readonly change: LoanChange;
  readonly loan: string;
}

/**
 * Counts loans by patron over the changes, in their order. Only loans that operations began count: a loan of a desk is nobody's
 * here, so the count is never too high. Resolves to what is to be kept, and the changes with which a patron had more than `limit`.
 *
 * With a limit of ten, and ten loans of a patron out: `a` begins an eleventh and is over the limit; one of the eleven ends; `b`
 * begins another and is over it, too; two end, and `c` is not.
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
