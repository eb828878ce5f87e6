import { setTimeout } from 'node:timers/promises';
import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import type { ReaderPresented } from '../../library/reader-presented.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { renewalKey } from '../../operations/locks.ts';
import { hasEvent, type SendChange } from '../../operations/send-once.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { hasNothingToGain } from '../rules/renewals.ts';
import { identifyPatron, requirePatronAccess } from './identify-patron.ts';
import { readLoans } from './loan-snapshot.ts';
import { moveOwnHold } from './move-own-hold.ts';
import { allowSending, type LendingPayload, type LoanOrHold, runOperation } from './run-operation.ts';
import { sendAndSettle } from './send-and-settle.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

export interface RenewLoanInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly loanId: string;
}

/** Renews one loan of the reader, on whichever card it is (R23); also at the limit of loans (R14). */
export function renewLoan(
  lending: LendingServices,
  caller: Caller,
  input: RenewLoanInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  requirePatronAccess(caller, input.reader);
  const { patronId: given } = input.reader;
  const requested = { kind: 'RENEW_LOAN', input, patronId: given, ...preparedFirst };
  return runOperation(lending, caller, requested, async (operation, about) => {
    const { loanId } = input;
    if (!isVendorNumber(loanId)) {
      throw refused('LOAN_NOT_FOUND');
    }
    const patronId = await identifyPatron(lending, caller, input.reader, about, signal);
    const renewal = { operation, loanId };
    const [locked] = await lockRenewals(lending, patronId, [renewal]);
    if (locked === undefined) {
      throw refused('RENEWAL_PENDING', { patronId });
    }
    const { rows } = await readLoans(lending, patronId, signal);
    return await renewLocked(lending, patronId, renewal, rows);
  });
}

/** How often a renewal that another operation has locked is waited for, and for how many ms each time. */
const maxWaits = 20;
const waitMs = 100;

/** The renewal of one loan, and its operation. */
export interface LoanRenewal {
  readonly operation: Operation;
  readonly loanId: string;
}

/**
 * Locks the renewals of one patron's loans; resolves to those that it got. While a renewal is locked, no process sends another
 * one of that loan, and a reading of the loan shows what earlier renewals have done. Without the lock, six concurrent renewals
 * would each find a loan that gains by one, and use up all five in one day.
 *
 * Several are locked in the order of their loan ids, so that no two operations wait for each other.
 */
export async function lockRenewals(
  { journal }: LendingServices,
  patronId: string,
  renewals: readonly LoanRenewal[],
): Promise<readonly LoanRenewal[]> {
  let waitsLeft = maxWaits;
  const locked: LoanRenewal[] = [];
  for (const renewal of renewals.toSorted((a, b) => (a.loanId < b.loanId ? -1 : 1))) {
    const lock = async () =>
      (await journal.lock(renewal.operation.id, [renewalKey(patronId, renewal.loanId)])) === null;
    let isLocked = await lock();
    for (; !isLocked && waitsLeft > 0; waitsLeft -= 1) {
      await setTimeout(waitMs);
      isLocked = await lock();
    }
    if (isLocked) {
      locked.push(renewal);
    }
  }
  return locked;
}

/** Renews a loan whose renewal is locked. `loans`: the patron's loans, read after it was locked. */
export async function renewLocked(
  lending: LendingServices,
  patronId: string,
  { operation, loanId }: LoanRenewal,
  loans: readonly Loan[],
): Promise<LendingPayload> {
  const loan = loans.find(({ id }) => id === loanId);
  if (loan === undefined) {
    throw refused('LOAN_NOT_FOUND');
  }
  // By the journal's clock, so that all processes judge by one day.
  if (hasNothingToGain(loan, hongKongDay(operation.requestedAt))) {
    throw refused('NOTHING_TO_GAIN', { patronId });
  }
  // From here on the lock outlives a crash of the database, too; and nobody renews for one that was given up meanwhile.
  const allowed = await allowSending(lending, operation, patronId);
  if ('settled' in allowed) {
    return { operation: allowed.settled ?? operation };
  }
  return await sendRenewal(lending, operation, allowed.sendBy, patronId, loan);
}

/** Sends the renewal, and once more after the patron's own hold, which was in the way, has moved (R23). */
function sendRenewal(
  lending: LendingServices,
  operation: Operation,
  sendBy: number,
  patronId: string,
  loan: Loan,
): Promise<LendingPayload> {
  let explanation: LendingResult = {};
  const ask: SendChange<LoanOrHold> = async (maySend, signal) => {
    const renew = () => lending.circulation.renew(loan.id, operation.id, signal, maySend);
    const change = await renew();
    const isWanted = 'refused' in change && change.refused === 'WANTED_BY_ANOTHER';
    // A second request under a reference that has led to a renewal would renew twice.
    if (!isWanted || (await hasEvent(lending, operation.id, 'RENEWED', signal))) {
      return change;
    }
    const own = await moveOwnHold(lending, operation, patronId, loan, signal);
    if (own === 'moved') {
      return await renew();
    }
    if (own === 'in the way') {
      explanation = { problem: 'OWN_HOLD_IN_THE_WAY' };
    }
    return change;
  };
  return sendAndSettle(lending, operation, sendBy, 'RENEWED', ask, () => explanation);
}
