import { OperationRefused } from '../../operations/operation-refused.ts';

/** Both to their end, whatever becomes of the other; then what went wrong, what is to be gone on with first. */
export async function inParallel(first: Promise<unknown>, second: Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled([first, second]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const unfinished = failures.find((failure) => !(failure instanceof OperationRefused));
  if (failures.length > 0) {
    throw unfinished ?? failures[0];
  }
}
