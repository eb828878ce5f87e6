import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { type LendingPayload, runOperation, sendAndSettle } from './run-operation.ts';
import type { LendingServices } from './services.ts';

export interface CheckInInput {
  readonly reference: string;
  readonly itemNumber: string;
}

const details = z.object({ itemNumber: z.string() });

/** The number of the item that this check-in returns. */
export const itemReturned = (operation: Operation): string => details.parse(operation.details).itemNumber;

/**
 * Takes an item back from anybody, whatever the state of the card and the patron is (R15, R16). The operation has no
 * patron. To find the patron who had the item would take two more calls, in the most frequent operation of all. Staff
 * find the operation by its code or its reference.
 */
export function checkIn(
  services: LendingServices,
  caller: Caller,
  input: CheckInInput,
): Promise<LendingPayload> {
  const { circulation, monotonic, times } = services;
  const { itemNumber } = input;
  const isItemNumber = hasLuhnCheckDigit(itemNumber);
  const requested = {
    kind: 'CHECK_IN',
    input,
    details: isItemNumber ? { itemNumber } : null,
    patronId: null,
    // A check-in takes no place. It may be sent as soon as the operation has begun.
    sendWithinMs: prepareAndSendMs,
    arriveWithinMs: arriveWithinMs(times),
    reconcileAfterMs: prepareAndSendMs + times.callMs,
  };
  // This deadline must pass before the journal's, so it is computed before the journal reads its own clock.
  const sendBy = monotonic() + prepareAndSendMs;
  return runOperation(services, caller, requested, async (operation) => {
    if (!isItemNumber) {
      throw refused('ITEM_NOT_FOUND');
    }
    return await sendAndSettle(services, { operation, sendBy }, 'CHECKED_IN', (maySend, signal) =>
      circulation.checkIn(itemNumber, operation.id, signal, maySend),
    );
  });
}
