import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Places } from '../../../adapters/journal/port.ts';
import { loanLimit } from '../../../subgraphs/circulation/rules/limits.ts';
import { countQuota } from '../../../subgraphs/circulation/rules/loan-quota.ts';
import type { Shown } from '../../../subgraphs/circulation/rules/quota.ts';
import type { Bounds, CheckOut, Reading, State } from './state.ts';

/** Loans that are out, less those of desks that a reading could not answer for. */
function loansOut({ checkOuts, desks }: State, { answersFor }: Reading, { loans }: Bounds): number {
  const ofDesks = desks.filter((_, number) => (answersFor & (1 << number)) !== 0);
  return loans + ofDesks.length + checkOuts.filter(({ isOut }) => isOut).length;
}

/** As one of ours is applied: more than ten loans, those that desks lent after its own reading not counted. */
export function overrun(state: State, reading: Reading, bounds: Bounds): string | null {
  const out = loansOut(state, reading, bounds);
  return out > loanLimit ? `${out} loans` : null;
}

/** As one is refused for the quota: there was no moment at which loans and pending ones were ten. */
export function untrueRefusal({ wasFull }: Reading, isFull: boolean): string | null {
  return wasFull || isFull ? null : 'the quota was never reached';
}

/** At the end: an operation that is not settled, or not as what has become of it. */
export function brokenAtEnd({ checkOuts }: State): string | null {
  for (const [index, { journal, request }] of checkOuts.entries()) {
    const isRight = request === 'applied' ? journal === 'done' : journal === 'refused';
    if (!isRight && journal !== 'none') {
      return `check-out ${index} is ${journal}, its request ${request}`;
    }
  }
  return null;
}

/** As the quota is told: a place that is counted twice or not at all, or more told to remain than there is. */
export function quotaBroken(
  state: State,
  reading: Reading,
  shown: readonly Shown[],
  places: Places,
  bounds: Bounds,
): string | null {
  const loans = shown.map(({ reference }) => loanUnder(reference));
  const { used, pending, remaining } = countQuota(new Map([['', loans]]), places, '');
  const told = `${used} used, ${pending} pending, ${remaining} remaining told`;
  const mayBecomeLoan = ({ journal, isOut, request }: CheckOut) =>
    !isOut && journal === 'held' && (request === 'unsent' || request === 'under way');
  const taken = loansOut(state, reading, bounds) + state.checkOuts.filter(mayBecomeLoan).length;
  if (used + pending < taken) {
    return `${told}, and ${taken} places are taken`;
  }
  if (remaining > Math.max(0, loanLimit - taken)) {
    return `${told}, and ${taken} places are taken`;
  }
  const { seenOurs, seenDesks } = reading;
  const isAny = ({ journal }: CheckOut, index: number) =>
    journal === 'held' || journal === 'done' || (seenOurs & (1 << index)) !== 0;
  const atDesks = state.desks.filter((_, number) => (seenDesks & (1 << number)) !== 0);
  const any = bounds.loans + atDesks.length + state.checkOuts.filter(isAny).length;
  return used + pending > any ? `${told}, and there are no more than ${any}` : null;
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
