/** The stored form of a prepared change, and the way to settle it. */
import { z } from 'zod';
import { type Json, type Operation, type Outcome, outcomeOf } from '../../../store/journal/port.ts';
import { asStaff, recordChanges } from '../change-audit.ts';
import { OperationPatron, type Requester } from '../ledger.ts';
import { alarmed, withLaterCheck } from '../send-once.ts';
import type { ChangeOutcome, PreparedChange, PreparedChangeServices, Refused } from './prepared-change.ts';

/** Delay before the first call of `follow` after a change is done, in ms. */
const followAfterMs = 60_000;

/** The caller who requested the change, and the change's plan. The plan is null until something may be sent. */
export const storedDetails = z.object({
  caller: z.string(),
  clientId: z.string().nullable(),
  callerPatronId: z.string().nullable(),
  signInId: z.string().nullable(),
  plan: z.unknown(),
});
/**
 * A plan is JSON, because the schema of its change parses it. The type `object` doesn't show this, so a cast is needed.
 */
export const detailsOf = (requester: Requester, plan: object | null): Json =>
  ({ ...requester, plan: plan as Json }) satisfies Json;

export const notSent = ({ problems, shown }: Refused): Outcome =>
  outcomeOf('REFUSED', {
    problems: problems.map(({ code, message, field }) => ({ code, message, field })),
    ...shown,
  });

/**
 * The outcome of a change that was sent. A proxy may deliver a refused request a second time, until the system drops it
 * (`dropAfterMs`). So a refused change is looked up again later. A refusal with an alarm is final.
 */
export function outcomeIn(
  { times, log }: Pick<PreparedChangeServices, 'times' | 'log'>,
  { dropAfterMs, follow }: Pick<PreparedChange<never, never, never>, 'dropAfterMs' | 'follow'>,
  operation: string,
  outcome: ChangeOutcome,
): Outcome {
  if (outcome.kind === 'done') {
    const done = outcomeOf('DONE', outcome.result);
    return follow === undefined ? done : { ...done, reconcileAfterMs: followAfterMs };
  }
  if (outcome.alarm !== undefined) {
    log.error({ operation }, outcome.alarm);
    return notSent(outcome);
  }
  return dropAfterMs === null ? notSent(outcome) : withLaterCheck(notSent(outcome), times);
}

/** Settles the operation. An audited change is recorded first: none is answered without its audit record. */
export async function settle<Services extends PreparedChangeServices>(
  services: Services,
  { auditedAs }: Pick<PreparedChange<never, never, never>, 'auditedAs'>,
  operation: Operation,
  requester: Requester,
  outcome: Outcome,
): Promise<Operation> {
  const { patronId } = operation;
  if (outcome.state === 'DONE' && auditedAs !== null && patronId !== null) {
    const { signal } = new AbortController();
    const patron = new OperationPatron(patronId);
    const task = { services, operation, ...asStaff(requester), patron, signal };
    await recordChanges(task, patronId, [auditedAs]);
  }
  return alarmed(await services.journal.settle(operation.id, outcome), services.log);
}
