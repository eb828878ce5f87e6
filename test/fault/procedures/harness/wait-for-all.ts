/**
 * Waits for all checks, even if some fail. The fixture of each check must stay open until the check has ended.
 *
 * @throws AggregateError with every failure.
 */
export async function waitForAll(checks: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(checks);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map(String).join('\n'));
  }
}
