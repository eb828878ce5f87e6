import { OperationRefused } from '../../../operations/operation-refused.ts';

/**
 * Waits until both steps have ended, even if one fails. So each step is done even if the system of the other step is
 * unreachable. Then throws the failure. If both failed, an error that leaves the operation open is thrown rather than a
 * refusal. A refusal would settle the operation although a step must still be done.
 */
export async function finishBothSteps(first: Promise<unknown>, second: Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled([first, second]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) {
    throw failures.find((failure) => !(failure instanceof OperationRefused)) ?? failures[0];
  }
}
