import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Outcome } from '../../../store/journal/port.ts';
import { unavailable } from '../procedure.ts';
import { msUntilNextCheck, reconcileAgainMs } from '../reconcile-change.ts';
import type { Reconcile } from '../reconciler.ts';
import { isCertain } from '../send-once.ts';
import type { ChangeOutcome, PreparedChange, PreparedChangeServices } from './prepared-change.ts';
import { notSent, outcomeIn, settle, storedDetails } from './prepared-outcome.ts';

/**
 * A change that its system never drops is refused after this time, in ms, if the system still doesn't show its outcome:
 * the system has lost what was to be changed.
 */
const maxUnknownMs = 12 * 60 * 60_000;

/**
 * Finds the outcome of a change. Looks the change up in the system by the operation's id. If the system shows nothing
 * when no request can be on its way any more, the operation is refused. If the system never drops a request
 * (`dropAfterMs` is null), the operation stays unsettled until the system shows the outcome, for half a day at most. A
 * repeatable change is sent again until then. A refused change is looked up again later, and an effect that appears then
 * raises an alarm. A done change is followed up (`follow`).
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
    const shown = await change.find(services, operation.id, plan, signal);
    const isToRepeat = shown === null && operation.state === 'UNSETTLED' && change.isRepeatable === true;
    const found = isToRepeat ? await sendAgain(services, change, operation.id, plan, signal) : shown;
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
    const isOver =
      change.dropAfterMs === null
        ? now.getTime() - operation.requestedAt.getTime() > maxUnknownMs
        : isCertain(due, times);
    if (!isOver) {
      return reconcileAgainMs;
    }
    return await conclude(
      outcomeIn(services, change, operation.id, { kind: 'refused', problems: [unavailable] }),
    );
  };
}

/** Sends a repeatable change again. Resolves to the outcome that the system shows then. Null if it shows none yet. */
async function sendAgain<Services extends PreparedChangeServices, Plan extends object>(
  services: Services,
  change: PreparedChange<Services, never, Plan>,
  id: string,
  plan: Plan,
  signal: AbortSignal,
): Promise<ChangeOutcome | null> {
  try {
    await change.send(services, id, plan, () => true, signal);
  } catch (error) {
    // Whatever happened to the request, the system shows it, now or later.
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
  }
  return await change.find(services, id, plan, signal);
}
