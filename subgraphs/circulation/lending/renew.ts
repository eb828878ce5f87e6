import { setTimeout } from 'node:timers/promises';
import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import type { ReaderPresented } from '../../library/reader-presented.ts';
import { sortBy } from '../../library/sort-by.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { renewalKey } from '../../operations/locks.ts';
import { type Sendable, type SendChange, sendAgain, sendOnce } from '../../operations/send-once.ts';
import type { Subject } from '../../operations/subject.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { hasNothingToGain } from '../rules/renewals.ts';
import { identifyPatron, requirePatronAccess } from './identify-patron.ts';
import { readLoans } from './loan-snapshot.ts';
import { moveOwnHold } from './move-own-hold.ts';
import { allowSending } from './reserve.ts';
import { type LendingPayload, type LoanOrHold, runOperation, settle } from './run-operation.ts';
import type { LendingServices } from './services.ts';

export interface RenewLoanInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly loanId: string;
}

/** Renews one loan on any of the patron's cards (R23). It works even at the limit of loans (R14). */
export function renewLoan(
  services: LendingServices,
  caller: Caller,
  input: RenewLoanInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  requirePatronAccess(caller, input.reader);
  const { patronId: given = null } = input.reader;
  const requested = { kind: 'RENEW_LOAN', input, patronId: given, ...preparedFirst };
  return runOperation(services, caller, requested, async (operation, patron) => {
    const { loanId } = input;
    if (!isVendorNumber(loanId)) {
      throw refused('LOAN_NOT_FOUND');
    }
    const patronId = await identifyPatron(services, caller, input.reader, patron, signal);
    const renewal = { operation, loanId };
    const [locked] = await lockRenewals(services, patronId, [renewal]);
    if (locked === undefined) {
      throw refused('RENEWAL_PENDING', { patronId });
    }
    const { rows } = await readLoans(services, patronId, signal);
    patron.learn(patronId, subjectOfLoan(rows.find(({ id }) => id === loanId)));
    return await renewLocked(services, patronId, renewal, rows);
  });
}

const subjectOfLoan = (loan: Loan | undefined): Subject => ({
  itemNumber: loan?.itemNumber,
  libraryCardNumber: loan?.libraryCardNumber,
});

/** The maximum number of times that one operation waits for loans that others have locked. Each wait takes `waitMs`. */
const maxWaits = 20;
const waitMs = 100;

export interface LoanRenewal {
  readonly operation: Operation;
  readonly loanId: string;
}

/**
 * Locks the given loans of a patron against other renewals. Resolves to the renewals whose loan it could lock. If the
 * loans are read after that, they show the results of all earlier renewals. Without the lock, several requests at the
 * same time would all find a loan that may be renewed, and use up its five renewals in one day.
 *
 * The loans are locked in the order of their ids, so that two operations never wait for each other.
 */
export async function lockRenewals(
  { journal }: LendingServices,
  patronId: string,
  renewals: readonly LoanRenewal[],
): Promise<readonly LoanRenewal[]> {
  let waitsLeft = maxWaits;
  const locked: LoanRenewal[] = [];
  for (const renewal of sortBy(renewals, ({ loanId }) => loanId)) {
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

/**
 * Renews a loan that is locked for this renewal.
 * @throws OperationRefused LOAN_NOT_FOUND, NOTHING_TO_GAIN
 * @param loans the patron's loans, read after the loan was locked
 */
export async function renewLocked(
  services: LendingServices,
  patronId: string,
  { operation, loanId }: LoanRenewal,
  loans: readonly Loan[],
): Promise<LendingPayload> {
  const loan = loans.find(({ id }) => id === loanId);
  if (loan === undefined) {
    throw refused('LOAN_NOT_FOUND');
  }
  // The journal's clock gives the day, so that all processes use the same day.
  if (hasNothingToGain(loan, hongKongDay(operation.requestedAt))) {
    throw refused('NOTHING_TO_GAIN', { patronId });
  }
  // From here on, the lock on the loan survives a crash of the database. If another process has already settled the
  // renewal, it is not sent.
  const permission = await allowSending(services, operation, patronId, subjectOfLoan(loan));
  if (permission.kind === 'settled') {
    return { operation: permission.operation, done: null };
  }
  return await sendRenewal(services, permission, patronId, loan);
}

/**
 * Sends the renewal, and settles the operation. The patron's own hold of the title may be the reason for a refusal. If
 * that hold can be moved, the renewal is sent once more (R23).
 */
async function sendRenewal(
  services: LendingServices,
  sendable: Sendable,
  patronId: string,
  loan: Loan,
): Promise<LendingPayload> {
  const { operation } = sendable;
  const renew: SendChange<LoanOrHold> = (maySend, signal) =>
    services.circulation.renew(loan.id, operation.id, signal, maySend);
  const sent = await sendOnce(services, sendable, 'RENEWED', renew);
  if (sent.kind !== 'refused' || sent.refusal !== 'WANTED_BY_ANOTHER') {
    return await settle(services, operation, sent);
  }
  const ownHold = await moveOwnHold(services, operation, patronId, loan);
  switch (ownHold) {
    case 'moved':
      return await settle(services, operation, await sendAgain(services, sendable, 'RENEWED', renew));
    case 'in the way':
      return await settle(services, operation, sent, { problem: 'OWN_HOLD_IN_THE_WAY' });
    case 'none':
      return await settle(services, operation, sent);
    default:
      return ownHold satisfies never;
  }
}
