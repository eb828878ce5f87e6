/**
 * Items that a station lent while it was offline. If the loan is refused later, the reader has already left with the
 * item. So the refusal becomes a finding. Staff then call the reader, or record the loan at a desk.
 */
import { z } from 'zod';
import type { Journal, Operation } from '../../../store/journal/port.ts';
import { type ComparingServices, recordFindings } from '../../operations/books/compare.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { problemsOf } from '../lending/stored-result.ts';
import type { ProblemCode } from '../rules/problem-codes.ts';

const details = z.object({ lentOffline: z.boolean().default(false) }).catch({ lentOffline: false });

/**
 * The refusals that are not findings. `ALREADY_LENT` means that the loan exists. After any of the others, the station
 * sends the loan again.
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

/** Records the finding about a refused offline loan, once. Must be awaited before the station gets its answer. */
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
 * Wraps the reconciler of check-outs, so that it also records findings about refused offline loans. The station's
 * request may have ended before it recorded the finding.
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
