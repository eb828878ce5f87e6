import type { Card } from '../operations.ts';

/** Which of the fourteen flags of 24, 26 and 64 are set here (SIP2, "patron status"). `Y` denies, a blank allows. */
const indexes = {
  chargeDenied: 0,
  renewalDenied: 1,
  holdDenied: 3,
  reportedLost: 4,
  tooManyCharged: 5,
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

/** For a card that is unknown, or of which nothing is known now. */
export const nothingAllowed = flags(['chargeDenied', 'renewalDenied', 'holdDenied']);

/**
 * What the card's holder may not do. What is unknown is denied: a terminal must not promise it. `lends`: whether a card that is
 * presented in this way can lend.
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
