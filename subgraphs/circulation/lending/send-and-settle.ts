import type { CirculationEventKind } from '../../../adapters/circulation/port.ts';
import { JournalUnavailable, type Operation } from '../../../adapters/journal/port.ts';
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
 * Sends the one change that an operation is about, and settles it with what comes back; unsettled where nothing does.
 * `explained`: what is known of a refusal beside circulation's word for it, or in its place.
 */
export async function sendAndSettle(
  lending: LendingServices,
  operation: Operation,
  sendBy: number,
  kind: CirculationEventKind,
  ask: SendChange<LoanOrHold>,
  explained: () => LendingResult = () => ({}),
): Promise<LendingPayload> {
  const asked = await sendOnce(lending, operation, sendBy, kind, ask);
  try {
    return await settleAsked(lending, operation, asked, explained);
  } catch (error) {
    // It is written down as unsettled, and whoever looks after it will find what came of it.
    if (!(error instanceof JournalUnavailable)) {
      throw error;
    }
    lending.log.error({ operation: operation.id }, 'an outcome could not be written down');
    return { operation };
  }
}

async function settleAsked(
  lending: LendingServices,
  operation: Operation,
  asked: SendOutcome<LoanOrHold>,
  explained: () => LendingResult,
): Promise<LendingPayload> {
  const { journal, log, times } = lending;
  switch (asked.kind) {
    case 'unknown':
      await journal.reconcileAgain(operation.id, reconcileSoonMs);
      return { operation };
    case 'not sent':
      return { operation: await settleRefused(lending, operation, 'SYSTEM_UNAVAILABLE') };
    case 'refused': {
      const refused = asked.refused === null ? 'SYSTEM_UNAVAILABLE' : problemOfRefusal[asked.refused];
      const { problem = refused, ...also } = explained();
      const outcome = withLaterCheck(refusedOutcome(operation, problem, undefined, also), times);
      return { operation: (await journal.settle(operation.id, outcome)).operation };
    }
    case 'done': {
      const result = resultOfDone(operation, asked.done);
      const settlement = await journal.settle(operation.id, withLaterCheck({ state: 'DONE', result }, times));
      return { operation: alarmed(settlement, log), done: asked.done };
    }
    default:
      return asked satisfies never;
  }
}

function resultOfDone({ place }: Operation, done: LoanOrHold): LendingResult {
  const patron = place === null ? {} : { patronId: place.patronId };
  return 'loan' in done
    ? { ...patron, libraryCardNumber: done.loan.libraryCardNumber, loanId: done.loan.id }
    : { ...patron, libraryCardNumber: done.hold.libraryCardNumber, holdId: done.hold.id };
}
