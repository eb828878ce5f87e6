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

/** The number of the returned item. */
export const itemReturned = (operation: Operation): string => details.parse(operation.details).itemNumber;

/**
 * Takes an item back from anybody, whatever the state of its card and its patron (R15, R16). The operation has no patron:
 * finding out who had the item would take two more calls in the busiest operation of all. Staff find it by its code or its
 * reference.
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
    // It takes no place, and may be sent as soon as it has begun.
    sendWithinMs: prepareAndSendMs,
    arriveWithinMs: arriveWithinMs(times),
    reconcileAfterMs: prepareAndSendMs + times.callMs,
  };
  // Taken before the journal takes its own time, so that this one ends first.
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
