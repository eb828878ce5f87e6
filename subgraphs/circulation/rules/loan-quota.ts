import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Place, Places } from '../../../store/journal/port.ts';
import { loanKeys, unshown } from './free-places.ts';
import { loanLimit } from './limits.ts';

/** `LoanQuota` of the schema: the quota for all of a patron's cards together (R9). */
export interface LoanQuota {
  readonly limit: number;
  readonly used: number;
  readonly pending: number;
  readonly remaining: number;
  readonly byCredential: readonly {
    readonly credential: { readonly libraryCardNumber: string };
    readonly used: number;
  }[];
  readonly asOf: string;
}

/** A quota with its patron. Callers who may not read the patron's cards don't get the figures of each card. */
export interface PatronQuota extends LoanQuota {
  readonly patronId: string;
}

/**
 * Counts the loans on each card, including closed cards (R16). Also counts `places`, if circulation doesn't show their
 * loans. A check-out that was done since circulation was read is counted as used. An unsettled check-out is counted as
 * pending, and so is a refused one whose request may be delivered again. If desks have lent more than the limit, 0
 * remain.
 *
 * Example: six loans on one card, three on the other, and one unanswered check-out give 9 used, 1 pending and 0
 * remaining.
 */
export function countQuota(
  loansByCard: ReadonlyMap<string, readonly Loan[]>,
  places: Places,
  asOf: string,
  limit = loanLimit,
): LoanQuota {
  const { done, pending } = unshown([...loansByCard.values()].flat(), places, loanKeys);
  const isOn = (number: string) => (place: Place) => place.libraryCardNumber === number;
  const cards = new Set([...loansByCard.keys(), ...done.map(({ libraryCardNumber }) => libraryCardNumber)]);
  const byCredential = [...cards].map((libraryCardNumber) => ({
    credential: { libraryCardNumber },
    used: (loansByCard.get(libraryCardNumber)?.length ?? 0) + done.filter(isOn(libraryCardNumber)).length,
  }));
  const used = byCredential.reduce((total, card) => total + card.used, 0);
  return {
    limit,
    used,
    pending: pending.length,
    remaining: Math.max(0, limit - used - pending.length),
    byCredential,
    asOf,
  };
}
