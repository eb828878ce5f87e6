import type { Outcome } from '../../../store/journal/port.ts';
import { unavailable } from '../procedure.ts';
import { msUntilNextCheck, reconcileAgainMs } from '../reconcile-change.ts';
import type { Reconcile } from '../reconciler.ts';
import { isCertain } from '../send-once.ts';
import type { PreparedChange, PreparedChangeServices } from './prepared-change.ts';
import { notSent, outcomeIn, settle, storedDetails } from './prepared-outcome.ts';

/**
 * Finds the outcome of a change. Looks the change up in the system by the operation's id. If the system shows nothing
 * when no request can be on its way any more, the operation is refused. If the system never drops a request
 * (`dropAfterMs` is null), the operation stays unsettled until the system shows the outcome. A refused change is looked
 * up again later, and an effect that appears then raises an alarm. A done change is followed up (`follow`).
 */
export function reconcilePreparedChange<Services extends PreparedChangeServices, Plan extends object>(
  services: Services,
  change: PreparedChange<Services, never, Plan>,
): Reconcile {
  return async (due, signal) => {
    const { times } = services;
    const { operation, now } = due;
    const { plan: storedPlan, ...requester } = storedDetails.parse(operation.details);
    const conclude = async (outcome: Outcome): Promise<number | null> => {
      const settled = await settle(services, change, operation, requester, {
        ...outcome,
        concludedFrom: outcome.state === 'DONE' ? null : operation,
      });
      return settled.state === 'UNSETTLED' ? reconcileAgainMs : outcome.reconcileAfterMs;
    };
    if (storedPlan === null) {
      return operation.state === 'UNSETTLED'
        ? await conclude(notSent({ kind: 'refused', problems: [unavailable] }))
        : null;
    }
    const plan = change.plan.parse(storedPlan);
    if (operation.state === 'DONE') {
      return (await change.follow?.(services, { operation, now }, plan, signal)) ?? null;
    }
    const found = await change.find(services, operation.id, plan, signal);
    if (found !== null && (found.kind === 'done' || operation.state === 'UNSETTLED')) {
      return await conclude(outcomeIn(services, change, operation.id, found));
    }
    if (operation.state === 'REFUSED') {
      if (found?.kind === 'refused' && found.alarm !== undefined) {
        services.log.error({ operation: operation.id }, found.alarm);
        return null;
      }
      return msUntilNextCheck(due, times.laterChecks);
    }
    if (change.dropAfterMs === null || !isCertain(due, times)) {
      return reconcileAgainMs;
    }
    return await conclude(
      outcomeIn(services, change, operation.id, { kind: 'refused', problems: [unavailable] }),
    );
  };
}
