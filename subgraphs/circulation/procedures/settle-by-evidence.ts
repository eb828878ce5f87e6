import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import { isOfAdoptedSystem } from '../../operations/ledger.ts';
import { alarmed } from '../../operations/send-once.ts';
import { problemOf, refused } from '../rules/problems.ts';
import type { FindingServices } from './finding-services.ts';

/**
 * An operation without `certainAt` can be settled this long after its request or its last permission to send, in ms. By
 * then, no process sends anything for it any more.
 */
const abandonedAfterMs = 86_400_000;

/**
 * Requires that an unsettled operation can be settled by circulation's events. No request of it may still be on its
 * way, by the journal's clock, and its child operations must be settled. Throws for operations in adopted systems, such
 * as payments. Circulation has no events of them, so even a payment that was made would be settled as refused. Only the
 * system's own subgraph can settle them.
 * @throws OperationRefused OPERATION_OF_OTHER_SYSTEM, NOT_CERTAIN_YET; StoreUnavailable
 */
export async function requireEvidence(services: FindingServices, id: string): Promise<void> {
  const { journal, books, times } = services;
  const [operation, now, unsettledChildren] = await Promise.all([
    journal.findById(id),
    journal.now(),
    books.countUnsettledChildren(id),
  ]);
  if (operation === null || operation.state !== 'UNSETTLED') {
    return;
  }
  const { kind, sendBy, certainAt, requestedAt } = operation;
  if (isOfAdoptedSystem(kind)) {
    throw refused('OPERATION_OF_OTHER_SYSTEM');
  }
  const certainAtMs = certainAt?.getTime() ?? (sendBy ?? requestedAt).getTime() + abandonedAfterMs;
  if (unsettledChildren > 0 || now.getTime() <= certainAtMs + settlingMs(times)) {
    throw refused('NOT_CERTAIN_YET');
  }
}

/**
 * Settles an operation by the events that circulation has recorded with its id. These were stored when the feed was
 * read. With any event, the operation is settled as done. Even an event of an unknown kind may be a loan, which must
 * then be counted. Without an event, the operation is settled as refused.
 *
 * Example: a newer release of circulation wrote an event that this program can't read. So `FindByRef` always fails, and
 * the check-out stays unsettled for days. The stored event settles it as done, and its loan is read like any other.
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
 * A refusal in a form that every subgraph can read. A procedure can also read it as the outcome of its child operation.
 */
function givenUp() {
  const { code, message, field } = problemOf('GIVEN_UP');
  return { refused: 'not sent or dropped', problems: [{ code, message, field }] };
}
