import { OperationRefused } from '../../../operations/operation-refused.ts';

/**
 * Waits until both steps have ended, even if one fails: each is made while the system behind the other is down. Then throws
 * what failed. Where both failed, an error that leaves the operation open goes before a refusal: a refusal would settle the
 * operation with a step still to be made.
 */
export async function finishBothSteps(first: Promise<unknown>, second: Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled([first, second]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) {
    throw failures.find((failure) => !(failure instanceof OperationRefused)) ?? failures[0];
  }
}
