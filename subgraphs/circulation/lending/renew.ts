import { setTimeout } from 'node:timers/promises';
import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { isVendorNumber } from '../../library/numbers.ts';
import { arriveWithinMs, prepareAndSendMs, prepareWithinMs } from '../../operations/change-times.ts';
import { renewalKey } from '../../operations/locks.ts';
import { hasEvent, type SendChange } from '../../operations/send-once.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { hasNothingToGain } from '../rules/renewals.ts';
import { readLoans } from './loan-snapshot.ts';
import { identifyReader, type ReaderPresented, requireReaderAccess } from './reader.ts';
import { type LendingPayload, type LoanOrHold, runOperation } from './run-operation.ts';
import { sendAndSettle } from './send-and-settle.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';
import { transferOwnHold } from './transfer-own-hold.ts';

export interface RenewLoanInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly loanId: string;
}

/** Renews one loan of the reader's, on whichever card it is (R23): at the limit, too (R14). */
export function renewLoan(
  lending: LendingServices,
  caller: Caller,
  input: RenewLoanInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  requireReaderAccess(caller, input.reader);
  const requested = { kind: 'RENEW_LOAN', input, sendWithinMs: null, reconcileAfterMs: prepareWithinMs };
  return runOperation(lending, caller, requested, async (operation) => {
    const { loanId } = input;
    if (!isVendorNumber(loanId)) {
      throw refused('LOAN_NOT_FOUND');
    }
    const patronId = await identifyReader(lending, caller, input.reader, signal);
    const renewal = { operation, loanId };
    const [claimed] = await lockRenewals(lending, patronId, [renewal]);
    if (claimed === undefined) {
      throw refused('RENEWAL_PENDING', { patronId });
    }
    const { rows } = await readLoans(lending, patronId, signal);
    return await renewLocked(lending, patronId, renewal, rows);
  });
}

/** How often renewals that others have claimed are waited for, and how many milliseconds each time. */
const waits = 20;
const waitMs = 100;

/** The renewal of one loan: an operation of its own. */
export interface LoanRenewal {
  readonly operation: Operation;
  readonly loanId: string;
}

/**
 * Claims renewals of one patron's loans; tells those that it got. While one is claimed no other of that loan is sent, in
 * whichever process; and what is read of the loan from then on shows what those before have done. Without it, six at once
 * would each find a loan that gains by a renewal, and use up all five of them in one day.
 *
 * In one order for all who claim several, so that no two wait for each other.
 */
export async function lockRenewals(
  { journal }: LendingServices,
  patronId: string,
  renewals: readonly LoanRenewal[],
): Promise<readonly LoanRenewal[]> {
  let waitsLeft = waits;
  const claimed: LoanRenewal[] = [];
  for (const renewal of renewals.toSorted((a, b) => (a.loanId < b.loanId ? -1 : 1))) {
    const lock = async () =>
      (await journal.lock(renewal.operation.id, [renewalKey(patronId, renewal.loanId)])) === null;
    let isLocked = await lock();
    for (; !isLocked && waitsLeft > 0; waitsLeft -= 1) {
      await setTimeout(waitMs);
      isLocked = await lock();
    }
    if (isLocked) {
      claimed.push(renewal);
    }
  }
  return claimed;
}

/** Renews a loan whose renewal is claimed. `loans`: what the patron has, read since. */
export async function renewLocked(
  lending: LendingServices,
  patronId: string,
  { operation, loanId }: LoanRenewal,
  loans: readonly Loan[],
): Promise<LendingPayload> {
  const { journal, monotonic, times } = lending;
  const loan = loans.find(({ id }) => id === loanId);
  if (loan === undefined) {
    throw refused('LOAN_NOT_FOUND');
  }
  // By the journal's day, which is the same for all.
  if (hasNothingToGain(loan, hongKongDay(operation.requestedAt))) {
    throw refused('NOTHING_TO_GAIN', { patronId });
  }
  // Before the journal's own time of it begins.
  const sendBy = monotonic() + prepareAndSendMs;
  // From here on the claim outlives a crash of the database, too; and nobody renews for one that was given up meanwhile.
  const { id, details } = operation;
  const maySend = await journal.allowSending(id, details, prepareAndSendMs, arriveWithinMs(times));
  if (!maySend) {
    return { operation: (await journal.findById(id)) ?? operation };
  }
  return await sendRenewal(lending, operation, sendBy, patronId, loan);
}

/** Asks once more where it was a hold of the patron's own that stood in the way (R23). */
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
    // Nothing is sent again under a reference that has led to something: it would be renewed twice.
    if (!isWanted || (await hasEvent(lending, operation.id, 'RENEWED', signal))) {
      return change;
    }
    const own = await transferOwnHold(lending, operation, patronId, loan, signal);
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
