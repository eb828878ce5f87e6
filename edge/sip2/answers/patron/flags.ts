import type { Card } from '../operations.ts';

/**
 * The positions of the fourteen flags of 24, 26 and 64 that are set here. A `Y` is a denial, a blank none.
 * (SIP2, "patron status".)
 */
const positions = {
  chargeDenied: 0,
  renewalDenied: 1,
  holdDenied: 3,
  reportedLost: 4,
  tooManyCharged: 5,
} as const;
const length = 14;

type Flag = keyof typeof positions;

export function flags(set: readonly Flag[]): string {
  const all = new Array<string>(length).fill(' ');
  for (const flag of set) {
    all[positions[flag]] = 'Y';
  }
  return all.join('');
}

/** For a card that isn't known, or of which nothing is known now: nothing may be done with it. */
export const nothingAllowed = flags(['chargeDenied', 'renewalDenied', 'holdDenied']);

/**
 * What a card's holder may not do. What isn't known is denied: a terminal would otherwise promise it. `lends`: whether a card
 * that was shown so lends at all.
 */
export function flagsOf({ status, patron }: Card, lends: boolean): string {
  const codes = new Set(patron?.borrowing?.reasons.map(({ code }) => code));
  const isActive = patron?.status === 'ACTIVE';
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
  return flags(set);
}
