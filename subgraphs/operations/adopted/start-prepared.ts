import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Operation, Outcome } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import type { Caller } from '../../runtime/caller.ts';
import { preparedFirst } from '../change-times.ts';
import { requesterFrom } from '../ledger.ts';
import { OperationRefused } from '../operation-refused.ts';
import type { Problem } from '../problem.ts';
import { unavailable, unencodable } from '../procedure.ts';
import { reconcileSoonMs } from '../reconcile-change.ts';
import { requireLastingSignIn } from '../sign-ins/require-lasting-sign-in.ts';
import { beginAdopted } from './begin-adopted.ts';
import type { ChangeOutcome, PreparedChange, PreparedChangeServices } from './prepared-change.ts';
import { detailsOf, notSent, outcomeIn, settle } from './prepared-outcome.ts';

/** The maximum deadline of a call to an adopted system, in ms (`limits.maxDeadlineMs` in its `SystemEntry`). */
const callMs = 5_000;
/**
 * The time for looking up a refused change while its caller waits, in ms. If it takes longer, the reconciler does it.
 */
const findWithinMs = 5_000;

/**
 * Makes a change at most once. It is recorded and prepared, and its plan is stored before it is sent. It is sent only
 * once, unless it is repeatable: the reconciler may send such a change again.
 *
 * | what happens | state |
 * |---|---|
 * | the system makes the change and says so | `DONE` |
 * | the change can't be prepared, or a rule forbids it | `REFUSED` |
 * | the system refuses it, and shows nothing of it | `REFUSED`, and looked up again later |
 * | the system refuses it, and finding it takes too long | `UNSETTLED`, like a lost answer |
 * | the answer is lost, or the process dies | `UNSETTLED`, until `reconcilePreparedChange` finds the outcome |
 *
 * @throws GraphQLError as `beginOperation` does; StoreUnavailable
 */
export async function startPreparedChange<
  Services extends PreparedChangeServices,
  Request extends object,
  Plan extends object,
>(
  services: Services,
  change: PreparedChange<Services, Request, Plan>,
  caller: Caller,
  reference: string,
  request: Request,
): Promise<Operation> {
  const requester = requesterFrom(caller);
  const { operation, isNew } = await beginAdopted(services, change.kind, caller, {
    reference,
    request,
    details: detailsOf(requester, null),
    patronId: change.patronOf(request),
    ...preparedFirst,
  });
  if (!isNew) {
    return operation;
  }
  const outcome = await prepareAndSend(services, change, caller, operation, request);
  try {
    if (outcome !== null) {
      return await settle(services, change, operation, requester, outcome);
    }
    await services.journal.reconcileAgain(operation.id, reconcileSoonMs);
  } catch (error) {
    // If the journal could not store the outcome, the operation stays unsettled. The reconciler then finds the outcome.
    if (!(error instanceof StoreUnavailable)) {
      throw error;
    }
    services.log.error({ operation: operation.id }, 'an outcome could not be written down');
  }
  return (await services.journal.findById(operation.id)) ?? operation;
}

/** The outcome; null if it is not known, or if another process has settled the operation. */
async function prepareAndSend<
  Services extends PreparedChangeServices,
  Request extends object,
  Plan extends object,
>(
  services: Services,
  change: PreparedChange<Services, Request, Plan>,
  caller: Caller,
  { id }: Operation,
  request: Request,
): Promise<Outcome | null> {
  const { journal, changes, monotonic, times } = services;
  // A change is not cancelled if the client disconnects.
  const { signal } = new AbortController();
  const requester = requesterFrom(caller);
  let plan: Plan;
  try {
    const prepared = await change.prepare(services, request, signal);
    if (prepared.kind === 'refused') {
      return notSent(prepared);
    }
    await requireLastingSignIn(changes, { ...requester, signedInAt: caller.signedInAt });
    ({ plan } = prepared);
  } catch (error) {
    return notSent({ kind: 'refused', problems: problemsIn(error) });
  }
  const sendBy = monotonic() + times.sendWithinMs;
  const mayBeSent = await journal.allowSending(id, detailsOf(requester, plan), times.sendWithinMs, {
    // The journal adds the time in which circulation drops a request. If this system drops requests later, the
    // difference is added here.
    arriveWithinMs: callMs + times.slackMs + Math.max(0, (change.dropAfterMs ?? 0) - times.dropAfterMs),
    patronId: null,
  });
  return mayBeSent ? await send(services, change, id, plan, sendBy) : null;
}

/** Sends the change, and finds its outcome. Null if it is not known. */
async function send<Services extends PreparedChangeServices, Plan extends object>(
  services: Services,
  change: PreparedChange<Services, never, Plan>,
  id: string,
  plan: Plan,
  sendBy: number,
): Promise<Outcome | null> {
  let hasDeparted = false;
  const maySend = (): boolean => {
    const isInTime = services.monotonic() < sendBy;
    hasDeparted ||= isInTime;
    return isInTime;
  };
  const { signal } = new AbortController();
  let answer: ChangeOutcome | null;
  try {
    answer = await change.send(services, id, plan, maySend, signal);
  } catch (error) {
    if (error instanceof UpstreamError && error.reason === 'outcome-unknown') {
      return null;
    }
    answer = { kind: 'refused', problems: problemsIn(error) };
  }
  if (answer === null) {
    return null;
  }
  if (answer.kind === 'done') {
    return outcomeIn(services, change, id, answer);
  }
  if (!hasDeparted) {
    return notSent(answer);
  }
  try {
    // A proxy may have delivered the request twice, and returned only the second answer. So look whether the first
    // delivery made the change.
    const found = await change.find(services, id, plan, AbortSignal.timeout(findWithinMs));
    return outcomeIn(services, change, id, found ?? answer);
  } catch (error) {
    if (error instanceof UpstreamError) {
      return null;
    }
    throw error;
  }
}

/** The problems of a refusal, or of a failed call. @throws any other error */
function problemsIn(error: unknown): readonly Problem[] {
  if (error instanceof OperationRefused) {
    return error.problems;
  }
  if (!(error instanceof UpstreamError)) {
    throw error;
  }
  return [error.reason === 'unencodable' ? unencodable : unavailable];
}
