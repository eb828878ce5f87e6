import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Outcome } from '../../../store/journal/port.ts';
import { unavailable } from '../procedure.ts';
import { msUntilNextCheck, reconcileAgainMs } from '../reconcile-change.ts';
import type { Reconcile } from '../reconciler.ts';
import { isCertain } from '../send-once.ts';
import type { ChangeOutcome, PreparedChange, PreparedChangeServices } from './prepared-change.ts';
import { notSent, outcomeIn, settle, storedDetails } from './prepared-outcome.ts';

/**
 * The time after which a change without a known outcome is refused, in ms, if its system never drops a request. A
 * system that still shows nothing after this time must have lost the record that was to be changed.
 */
const maxUnknownMs = 12 * 60 * 60_000;

/**
 * Finds the outcome of a change. Looks the change up in the system by the operation's id. While the system shows
 * nothing, and a request may still be on its way, the operation stays unsettled. It is refused once no request can
 * arrive, or after half a day if the system never drops a request (`dropAfterMs` is null).
 *
 * A repeatable change is sent again while it is unsettled. A refused change is looked up again later. If it was made
 * after all, an alarm is raised. After a change is done, `follow` does the work that remains.
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

/** Sends a repeatable change again. Resolves to the outcome that the system then shows. Null if it shows none yet. */
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
    // The answer is not needed: `find` shows whether the change was made, now or at a later reconciliation.
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
  }
  return await change.find(services, id, plan, signal);
}
