import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import { isOfAdoptedSystem } from '../../operations/ledger.ts';
import { alarmed } from '../../operations/send-once.ts';
import { problemOf, refused } from '../rules/problems.ts';
import type { FindingServices } from './finding-services.ts';

/**
 * An operation whose `certainAt` is null is regarded as abandoned after this time, in ms. Nothing is sent for such an
 * operation any more.
 */
const abandonedAfterMs = 86_400_000;

/**
 * Requires that circulation's events show the outcome of an unsettled operation: no request of it is on its way, by the
 * journal's clock, and its child operations have settled. Circulation has no events of an operation in an adopted
 * system. So a payment that was made would be settled as refused. Only that system's subgraph settles such an
 * operation.
 * @throws OperationRefused OPERATION_OF_OTHER_SYSTEM, NOT_CERTAIN_YET; StoreUnavailable
 */
export async function requireEvidence(services: FindingServices, id: string): Promise<void> {
  const { journal, books, times } = services;
  const [operation, now, parts] = await Promise.all([
    journal.findById(id),
    journal.now(),
    books.countUnsettledParts(id),
  ]);
  if (operation === null || operation.state !== 'UNSETTLED') {
    return;
  }
  const { kind, sendBy, certainAt, requestedAt } = operation;
  if (isOfAdoptedSystem(kind)) {
    throw refused('OPERATION_OF_OTHER_SYSTEM');
  }
  const certainAtMs = certainAt?.getTime() ?? (sendBy ?? requestedAt).getTime() + abandonedAfterMs;
  if (parts > 0 || now.getTime() <= certainAtMs + settlingMs(times)) {
    throw refused('NOT_CERTAIN_YET');
  }
}

/**
 * Settles an operation by circulation's events under the operation's id. The events were stored when the feed was read.
 * With any event, the operation is settled as done. Even an event of an unknown kind may be a loan, and must then be
 * counted. Without an event, the operation is refused.
 *
 * Example: a newer release of circulation wrote an event that this program can't read. So `FindByRef` always fails, and
 * the check-out holds a place for days. The event was stored when the feed was read. So the check-out is settled as
 * done, and the loan is read like any other.
 */
export async function settleByEvidence(services: FindingServices, id: string): Promise<void> {
  const { journal, books, log } = services;
  await requireEvidence(services, id);
  const operation = await journal.findById(id);
  if (operation === null || operation.state !== 'UNSETTLED') {
    return;
  }
  const accounts = await books.accountsOf([id]);
  const isDone = accounts.some(({ effects }) => effects.length > 0);
  const outcome = isDone ? outcomeOf('DONE', doneResult(operation)) : outcomeOf('REFUSED', givenUp());
  alarmed(await journal.settle(id, { ...outcome, concludedFrom: operation }), log);
}

const doneResult = ({ patronId }: Operation) => (patronId === null ? {} : { patronId });

/**
 * A refusal in a form that every subgraph can read. If the operation is a child operation of a procedure, the procedure
 * can read it, too.
 */
function givenUp() {
  const { code, message, field } = problemOf('GIVEN_UP');
  return { refused: 'not sent or dropped', problems: [{ code, message, field }] };
}
