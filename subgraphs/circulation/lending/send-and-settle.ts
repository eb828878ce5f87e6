import type { CirculationEventKind } from '../../../adapters/circulation/port.ts';
import { JournalUnavailable, type Operation } from '../../../store/journal/port.ts';
import { reconcileSoonMs } from '../../operations/reconcile-change.ts';
import {
  alarmed,
  type SendChange,
  type SendOutcome,
  sendOnce,
  withLaterCheck,
} from '../../operations/send-once.ts';
import { problemOfRefusal } from '../rules/problems.ts';
import { type LendingPayload, type LoanOrHold, refusedOutcome, settleRefused } from './run-operation.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

/**
 * Sends the one change of an operation and settles the operation with the answer. Without an answer it stays unsettled, and
 * the reconciler finds out. `explained` adds to the result of a refusal, or replaces its problem.
 */
export async function sendAndSettle(
  lending: LendingServices,
  operation: Operation,
  sendBy: number,
  kind: CirculationEventKind,
  ask: SendChange<LoanOrHold>,
  explained: () => LendingResult = () => ({}),
): Promise<LendingPayload> {
  const outcome = await sendOnce(lending, operation, sendBy, kind, ask);
  try {
    return await settleWithOutcome(lending, operation, outcome, explained);
  } catch (error) {
    // The journal has it as unsettled, and the reconciler will find the outcome.
    if (!(error instanceof JournalUnavailable)) {
      throw error;
    }
    lending.log.error({ operation: operation.id }, 'an outcome could not be written down');
    return { operation };
  }
}

async function settleWithOutcome(
  lending: LendingServices,
  operation: Operation,
  outcome: SendOutcome<LoanOrHold>,
  explained: () => LendingResult,
): Promise<LendingPayload> {
  const { journal, log, times } = lending;
  switch (outcome.kind) {
    case 'unknown':
      await journal.reconcileAgain(operation.id, reconcileSoonMs);
      return { operation };
    case 'not sent':
      return { operation: await settleRefused(lending, operation, 'SYSTEM_UNAVAILABLE') };
    case 'refused': {
      const refused = outcome.refused === null ? 'SYSTEM_UNAVAILABLE' : problemOfRefusal[outcome.refused];
      const { problem = refused, ...details } = explained();
      const refusedNow = withLaterCheck(refusedOutcome(operation, problem, undefined, details), times);
      return { operation: (await journal.settle(operation.id, refusedNow)).operation };
    }
    case 'done': {
      const result = resultOfDone(operation, outcome.done);
      const settlement = await journal.settle(operation.id, withLaterCheck({ state: 'DONE', result }, times));
      return { operation: alarmed(settlement, log), done: outcome.done };
    }
    default:
      return outcome satisfies never;
  }
}

function resultOfDone({ place }: Operation, done: LoanOrHold): LendingResult {
  const patron = place === null ? {} : { patronId: place.patronId };
  return 'loan' in done
    ? { ...patron, libraryCardNumber: done.loan.libraryCardNumber, loanId: done.loan.id }
    : { ...patron, libraryCardNumber: done.hold.libraryCardNumber, holdId: done.hold.id };
}
