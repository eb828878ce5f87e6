/**
 * Items that a station lent while it was offline. The item has already left, so a refusal can't hold it back. Instead,
 * it becomes a finding. Staff then call the reader, or record the loan at a desk.
 */
import { z } from 'zod';
import type { Journal, Operation } from '../../../store/journal/port.ts';
import { type ComparingServices, recordFindings } from '../../operations/books/compare.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { problemsOf } from '../lending/stored-result.ts';
import type { ProblemCode } from '../rules/problem-codes.ts';

const details = z.object({ lentOffline: z.boolean().default(false) }).catch({ lentOffline: false });

/**
 * `ALREADY_LENT` is no finding, because the loan exists. After the other refusals, the station sends the loan again.
 */
const isNoFinding: ReadonlySet<string> = new Set<ProblemCode>([
  'SYSTEM_UNAVAILABLE',
  'PLACE_PENDING',
  'ANOTHER_OPERATION_OPEN',
  'ALREADY_LENT',
]);

const isOffline = (operation: Operation): boolean => details.parse(operation.details).lentOffline;

/** Whether the operation is an offline loan that was refused for good. */
export const isRefusedOffline = (operation: Operation): boolean =>
  operation.kind === 'CHECK_OUT' &&
  operation.state === 'REFUSED' &&
  isOffline(operation) &&
  !problemsOf(operation).some(({ code }) => isNoFinding.has(code));

/** Records the finding about a refused offline loan, once. The station gets its answer only afterwards. */
export async function recordIfRefusedOffline(
  services: ComparingServices,
  operation: Operation,
): Promise<void> {
  if (isRefusedOffline(operation)) {
    const { id, settledAt, requestedAt } = operation;
    const at = settledAt ?? requestedAt;
    await recordFindings(services, [{ operationId: id, discrepancy: 'LENT_OFFLINE', sequence: null, at }]);
  }
}

/**
 * Returns reconcilers that also record the findings about offline loans. The request of a refused loan may have been
 * aborted before it recorded the finding.
 */
export function withOfflineFindings(
  services: ComparingServices & { readonly journal: Pick<Journal, 'findById'> },
  reconcilers: Readonly<Record<string, Reconcile>>,
): Readonly<Record<string, Reconcile>> {
  const { CHECK_OUT: reconcile } = reconcilers;
  if (reconcile === undefined) {
    return reconcilers;
  }
  return {
    ...reconcilers,
    async CHECK_OUT(due, signal) {
      const next = await reconcile(due, signal);
      const operation = isOffline(due.operation) ? await services.journal.findById(due.operation.id) : null;
      if (operation !== null) {
        await recordIfRefusedOffline(services, operation);
      }
      return next;
    },
  };
}
