import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import type { Branches } from '../../library/branches.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { isBranchOf } from './holds.ts';
import { type LendingPayload, runOperation, sendAndSettle } from './run-operation.ts';
import type { LendingServices } from './services.ts';

export interface CheckInInput {
  readonly reference: string;
  readonly itemNumber: string;
  /** The branch where the item is returned. If the caller's token names a branch, that branch is used instead. */
  readonly atBranch?: string | null;
}

/** Operations of earlier releases have no branch. */
const details = z.object({ itemNumber: z.string(), atBranch: z.string().nullable().default(null) });

/** The number of the item that this check-in returns, and the branch where it was returned, if that is known. */
export const returnOf = (operation: Operation): z.infer<typeof details> => details.parse(operation.details);

/**
 * Takes an item back from anybody. The state of the card and of the patron does not matter (R15, R16). The operation
 * doesn't record a patron: finding out who had the item would take two more calls, in the most frequent operation of
 * all. Staff find the operation by its code or its reference.
 */
export function checkIn(
  services: LendingServices,
  caller: Caller,
  input: CheckInInput,
  branches: Branches,
): Promise<LendingPayload> {
  const { circulation, monotonic, times } = services;
  const { itemNumber, atBranch } = input;
  const isItemNumber = hasLuhnCheckDigit(itemNumber);
  const isBranch = atBranch == null || isBranchOf(branches, atBranch);
  const requested = {
    kind: 'CHECK_IN',
    input,
    details: isItemNumber && isBranch ? { itemNumber, atBranch: branchOf(caller, input, branches) } : null,
    patronId: null,
    // A check-in counts in no quota, so it may be sent as soon as the operation has begun.
    sendWithinMs: prepareAndSendMs,
    arriveWithinMs: arriveWithinMs(times),
    reconcileAfterMs: prepareAndSendMs + times.callMs,
  };
  // `sendBy` is computed before the journal computes its own deadline for sending. So this process stops sending before
  // the journal's deadline.
  const sendBy = monotonic() + prepareAndSendMs;
  return runOperation(services, caller, requested, async (operation) => {
    if (!isItemNumber) {
      throw refused('ITEM_NOT_FOUND');
    }
    if (!isBranch) {
      throw refused('BRANCH_NOT_FOUND', { field: ['atBranch'] });
    }
    return await sendAndSettle(services, { operation, sendBy }, 'CHECKED_IN', (maySend, signal) =>
      circulation.checkIn(itemNumber, operation.id, signal, maySend),
    );
  });
}

/**
 * The branch where the item was returned. Null if it is not known. For a station, it is the branch in the station's
 * token. If the library doesn't have that branch, the station is set up wrongly. It must still take items back, so the
 * branch is null.
 */
function branchOf({ branch }: Caller, { atBranch = null }: CheckInInput, branches: Branches): string | null {
  return branch === null ? atBranch : isBranchOf(branches, branch) ? branch : null;
}
