import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { type LendingPayload, runOperation, sendTimes } from './run-operation.ts';
import { sendAndSettle } from './send-and-settle.ts';
import type { LendingServices } from './services.ts';

export interface CheckInInput {
  readonly reference: string;
  readonly itemNumber: string;
}

const details = z.object({ itemNumber: z.string() });

/** The number of the returned item. */
export const itemReturned = (operation: Operation): string => details.parse(operation.details).itemNumber;

/**
 * Takes an item back, whoever returns it and whatever the state of its card and its patron (R15, R16). It is nobody's operation:
 * whoever returns an item need not be its patron, and to find out who had it would take two more calls on the busiest way that
 * there is. Staff find it by its code or its reference.
 */
export function checkIn(
  lending: LendingServices,
  caller: Caller,
  input: CheckInInput,
): Promise<LendingPayload> {
  const { itemNumber } = input;
  const { sendBy, ...sending } = sendTimes(lending);
  const isItemNumber = hasLuhnCheckDigit(itemNumber);
  const requested = { kind: 'CHECK_IN', input, details: isItemNumber ? { itemNumber } : null, ...sending };
  return runOperation(lending, caller, requested, async (operation) => {
    if (!isItemNumber) {
      throw refused('ITEM_NOT_FOUND');
    }
    return await sendAndSettle(lending, operation, sendBy, 'CHECKED_IN', (maySend, signal) =>
      lending.circulation.checkIn(itemNumber, operation.id, signal, maySend),
    );
  });
}
