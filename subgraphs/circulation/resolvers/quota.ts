import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { CirculationContext } from '../context.ts';
import {
  isOfOneMoment,
  type LoanSnapshot,
  readLoans,
  readSettledSnapshot,
} from '../lending/loan-snapshot.ts';
import { loanKeys, unshown } from '../rules/free-places.ts';
import { countQuota, type PatronQuota } from '../rules/loan-quota.ts';

/**
 * The patron's current quota, read in the same order as for a check-out. If the record was merged into another, the
 * quota of the record that stays is returned (R9).
 */
export async function quotaOf(
  patronId: string,
  { services, signal, clock }: CirculationContext,
): Promise<PatronQuota> {
  const read = (id: string) => readSettledSnapshot(services, id, () => readLoans(services, id, signal));
  const own = await read(patronId);
  const { byCard, places } = own.mergedInto === null ? own : await read(own.mergedInto);
  return { ...countQuota(byCard, places, hongKongInstant(clock())), patronId };
}

/**
 * The patron's quota after an operation, for its payload.
 * @param loan the loan that this request itself has made in the operation; null if it has made none
 */
export function quotaAfter(
  { id }: Pick<Operation, 'id'>,
  loan: Loan | null,
  patronId: string,
  context: CirculationContext,
): Promise<PatronQuota> {
  const before = context.loansBefore.get(id);
  return loan === null || before === undefined
    ? quotaOf(patronId, context)
    : quotaAfterLoan(patronId, loan, before, context);
}

/**
 * The patron's quota after a check-out that this request has made. It counts the loans that the check-out read before,
 * and the new loan, so no system is called. If the journal has other operations that may have added a loan since then,
 * or if records were merged, everything is read again.
 *
 * Example: the check-out read eight loans, reserved the ninth and is done. No other operation reserved or added a loan
 * since then, so nine are used. If another station lent an item meanwhile, the loans are read again.
 */
export async function quotaAfterLoan(
  patronId: string,
  loan: Loan,
  before: LoanSnapshot<Loan>,
  context: CirculationContext,
): Promise<PatronQuota> {
  const { services, clock, merges } = context;
  const [places, { into, from }] = await Promise.all([
    services.journal.placesSince(patronId, 'LOAN', before.epoch),
    merges.load(patronId),
  ]);
  const byCard = new Map(before.byCard);
  byCard.set(loan.libraryCardNumber, [...(byCard.get(loan.libraryCardNumber) ?? []), loan]);
  const rows = [...before.rows, loan];
  const { done, pending } = unshown(rows, places, loanKeys);
  const isMerged = into !== null || from.some((record) => !before.mergedFrom.includes(record));
  const isShown = done.length === 0 && pending.length === 0 && isOfOneMoment({ ...before, rows }, places);
  if (isMerged || !isShown) {
    return await quotaOf(patronId, context);
  }
  return { ...countQuota(byCard, places, hongKongInstant(clock())), patronId };
}

export const quotaResolvers = {
  // A station may see the figures of the quota, but not which other cards the patron has (R29).
  byCredential({ byCredential, patronId }: PatronQuota, _args: unknown, context: CirculationContext) {
    requireRead(context.caller, patronId, ['circulation:read']);
    return byCredential;
  },
};
