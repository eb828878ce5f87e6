/**
 * Waits for all, whatever becomes of some: each has a fixture that is not to be taken down under it. Then throws all that went
 * wrong.
 */
export async function waitForAll(checks: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(checks);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map(String).join('\n'));
  }
}
