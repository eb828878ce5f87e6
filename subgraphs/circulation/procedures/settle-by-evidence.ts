import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import { alarmed } from '../../operations/send-once.ts';
import { problemOf, refused } from '../rules/problems.ts';
import type { FindingServices } from './finding-services.ts';

/** Nothing is sent any more for an operation without a time of certainty that nobody has finished for a day, in ms. */
const abandonedAfterMs = 86_400_000;

/**
 * Requires that no request of an unsettled operation is on its way, by the journal's clock, and that its parts have
 * settled.
 * @throws OperationRefused NOT_CERTAIN_YET; StoreUnavailable
 */
export async function requireCertain(services: FindingServices, id: string): Promise<void> {
  const { journal, books, times } = services;
  const [operation, now, parts] = await Promise.all([
    journal.findById(id),
    journal.now(),
    books.countUnsettledParts(id),
  ]);
  if (operation === null || operation.state !== 'UNSETTLED') {
    return;
  }
  const { sendBy, certainAt, requestedAt } = operation;
  const certainAtMs = certainAt?.getTime() ?? (sendBy ?? requestedAt).getTime() + abandonedAfterMs;
  if (parts > 0 || now.getTime() <= certainAtMs + settlingMs(times)) {
    throw refused('NOT_CERTAIN_YET');
  }
}

/**
 * Settles an operation by circulation's events under its id, as the books have read them. With any event it is done:
 * even one of a kind that nobody knows may be a loan, and a loan is counted. Without one it is refused.
 *
 * Example: a newer release of circulation wrote an event that this program can't read, so `FindByRef` is never
 * understood, and the check-out holds a place for days. The books have that event: the check-out is settled as done, and
 * the loan is read like any other.
 */
export async function settleByEvidence(services: FindingServices, id: string): Promise<void> {
  const { journal, books, log } = services;
  await requireCertain(services, id);
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

/** A refusal that every subgraph, and the procedure whose part the operation is, can read. */
function givenUp() {
  const { code, message, field } = problemOf('GIVEN_UP');
  return { refused: 'not sent or dropped', problems: [{ code, message, field }] };
}
