import type { CheckedOperation } from './checked-operations.ts';
import type { OperationFigures, Plan, PlanOperation } from './operation-figures.ts';

/** An operation whose plan or cost differs in another supergraph. */
export interface ChangedPlan extends Pick<CheckedOperation, 'client' | 'label'> {
  readonly before: Plan;
  readonly after: Plan;
}

/**
 * Returns the operations whose number of requests, depth or cost differs between the two supergraphs. Operations that
 * can be planned over only one of them count, too.
 */
export async function comparePlans(
  operations: readonly CheckedOperation[],
  planBefore: PlanOperation,
  planAfter: PlanOperation,
): Promise<readonly ChangedPlan[]> {
  const changed: ChangedPlan[] = [];
  for (const operation of operations) {
    const before = await planBefore(operation);
    const after = await planAfter(operation);
    const { client, label } = operation;
    if (isChanged(before, after)) {
      changed.push({ client, label, before, after });
    }
  }
  return changed;
}

export const figureNames = ['requests', 'depth', 'cost'] as const satisfies (keyof OperationFigures)[];

function isChanged(before: Plan, after: Plan): boolean {
  return 'figures' in before && 'figures' in after
    ? figureNames.some((name) => before.figures[name] !== after.figures[name])
    : 'figures' in before || 'figures' in after;
}
