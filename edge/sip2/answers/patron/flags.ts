import type { Card } from '../operations.ts';

/**
 * The positions of the flags that this server uses. Messages 24, 26 and 64 have fourteen flags (SIP2, "patron status").
 * `Y` means that what the flag's name says is true, and a blank that it is not.
 */
const indexes = {
  chargeDenied: 0,
  renewalDenied: 1,
  holdDenied: 3,
  reportedLost: 4,
  tooManyCharged: 5,
  finesExcessive: 10,
  feesExcessive: 11,
} as const;
const length = 14;

type Flag = keyof typeof indexes;

export function flags(set: readonly Flag[]): string {
  const all = new Array<string>(length).fill(' ');
  for (const flag of set) {
    all[indexes[flag]] = 'Y';
  }
  return all.join('');
}

/** The flags for an unknown card, and for a card whose state can't be read now. */
export const nothingAllowed = flags(['chargeDenied', 'renewalDenied', 'holdDenied']);

/**
 * The flags of a card. `lends`: the reader can borrow with the card as it was presented. `identifiesPatron`: the card
 * as it was presented, or the PIN, proves who the patron is.
 *
 * An unknown right is denied, because the reader may lack it. While the patron isn't identified, only the card's status
 * denies renewals and holds. Both need the PIN, and the graph then refuses a suspended patron (R15).
 */
export function flagsOf({ status, patron }: Card, lends: boolean, identifiesPatron: boolean): string {
  const codes = new Set(patron?.borrowing?.reasons.map(({ code }) => code));
  const isActive = !identifiesPatron || patron?.status === 'ACTIVE';
  const set: Flag[] = [];
  if (!lends || status !== 'ACTIVE' || patron?.borrowing?.allowed !== true) {
    set.push('chargeDenied');
  }
  if (status !== 'ACTIVE' || !isActive) {
    set.push('renewalDenied', 'holdDenied');
  }
  if (status === 'LOST') {
    set.push('reportedLost');
  }
  if (codes.has('QUOTA_REACHED')) {
    set.push('tooManyCharged');
  }
  // The graph doesn't say whether the debt consists of fines or of fees, so both flags are set.
  if (codes.has('CHARGES_LIMIT_REACHED')) {
    set.push('finesExcessive', 'feesExcessive');
  }
  return flags(set);
}
