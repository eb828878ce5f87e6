import { OperationRefused } from '../../../operations/operation-refused.ts';

/**
 * Waits until both steps have ended, so that each is done even if the other one fails. Then throws what a failed step
 * threw. If one of two failures is a refusal, the other one is thrown. A refusal would settle the operation, but a step
 * may still have to be done.
 */
export async function finishBothSteps(first: Promise<unknown>, second: Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled([first, second]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) {
    throw failures.find((failure) => !(failure instanceof OperationRefused)) ?? failures[0];
  }
}
