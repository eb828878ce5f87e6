import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Places } from '../../../store/journal/port.ts';
import type { Shown } from '../../../subgraphs/circulation/rules/free-places.ts';
import { loanLimit } from '../../../subgraphs/circulation/rules/limits.ts';
import { countQuota } from '../../../subgraphs/circulation/rules/loan-quota.ts';
import type { Bounds, CheckOut, Reading, State } from './state.ts';

/** The number of the patron's loans. Loans that desks made too late for the reading are left out. */
function loansOut({ checkOuts, desks }: State, { answersFor }: Reading, { loans }: Bounds): number {
  const ofDesks = desks.filter((_, number) => (answersFor & (1 << number)) !== 0);
  return loans + ofDesks.length + checkOuts.filter(({ isOut }) => isOut).length;
}

/**
 * Checked when circulation lends. The patron has at most ten loans, apart from loans of desks that the check-out's
 * reading could not see.
 */
export function overrun(state: State, reading: Reading, bounds: Bounds): string | null {
  const out = loansOut(state, reading, bounds);
  return out > loanLimit ? `${out} loans` : null;
}

/**
 * Checked when a check-out is refused because of the quota. Loans and pending places must have been at the limit at
 * some moment.
 */
export function untrueRefusal({ wasFull }: Reading, isFull: boolean): string | null {
  return wasFull || isFull ? null : 'the quota was never reached';
}

/**
 * Checked when no step is left. Every operation must be settled: as done if circulation made its change, otherwise as
 * refused.
 */
export function brokenAtEnd({ checkOuts }: State): string | null {
  for (const [index, { journal, request }] of checkOuts.entries()) {
    const isRight = request === 'applied' ? journal === 'done' : journal === 'refused';
    if (!isRight && journal !== 'none') {
      return `check-out ${index} is ${journal}, its request ${request}`;
    }
  }
  return null;
}

/**
 * Checked when the quota is reported. Every taken place must be counted once, and the reported remainder must not
 * exceed the free places.
 */
export function quotaBroken(
  state: State,
  reading: Reading,
  shown: readonly Shown[],
  places: Places,
  bounds: Bounds,
): string | null {
  const loans = shown.map(({ reference }) => loanUnder(reference));
  const { used, pending, remaining } = countQuota(new Map([['', loans]]), places, '');
  const reported = `reported ${used} used, ${pending} pending, ${remaining} remaining`;
  const mayBecomeLoan = ({ journal, isOut, request }: CheckOut) =>
    !isOut && journal === 'held' && (request === 'unsent' || request === 'under way');
  const taken = loansOut(state, reading, bounds) + state.checkOuts.filter(mayBecomeLoan).length;
  if (used + pending < taken) {
    return `${reported}, and ${taken} places are taken`;
  }
  if (remaining > Math.max(0, loanLimit - taken)) {
    return `${reported}, and ${taken} places are taken`;
  }
  const { seenOurs, seenDesks } = reading;
  const isAny = ({ journal }: CheckOut, index: number) =>
    journal === 'held' || journal === 'done' || (seenOurs & (1 << index)) !== 0;
  const atDesks = state.desks.filter((_, number) => (seenDesks & (1 << number)) !== 0);
  const any = bounds.loans + atDesks.length + state.checkOuts.filter(isAny).length;
  return used + pending > any ? `${reported}, and there are at most ${any}` : null;
}

const loanUnder = (reference: string | null): Loan => ({
  id: '',
  libraryCardNumber: '',
  itemNumber: '',
  titleNumber: '',
  title: '',
  branch: '',
  checkedOutAt: '',
  dueOn: '',
  renewals: 0,
  reference,
});
