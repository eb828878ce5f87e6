import { JournalUnavailable, type Operation } from '../../adapters/journal/port.ts';
import { type Ask, alarmed, askOnce, lookSoonMs } from '../circulation-change.ts';
import type { Lending } from './lending.ts';
import { type Done, type Performed, refuse } from './perform.ts';
import { problemOfRefusal } from './problems.ts';
import type { Result } from './result.ts';

/** Sends the one change that an operation is about, and settles it with what comes back; unsettled where nothing does. */
export async function send(
  lending: Lending,
  operation: Operation,
  sendBy: number,
  ask: Ask<Done>,
): Promise<Performed> {
  const { journal, log } = lending;
  const change = await askOnce(lending, sendBy, ask);
  try {
    if (change === 'not done') return { operation: await refuse(lending, operation, 'SYSTEM_UNAVAILABLE') };
    if (change === 'unknown') {
      await journal.lookAgain(operation.id, lookSoonMs);
      return { operation };
    }
    if ('refused' in change) {
      return { operation: await refuse(lending, operation, problemOfRefusal[change.refused]) };
    }
    const settlement = await journal.settle(operation.id, {
      state: 'DONE',
      result: resultOfDone(operation, change),
    });
    return { operation: alarmed(settlement, log), done: change };
  } catch (error) {
    // It is written down as unsettled, and whoever looks after it will find what came of it.
    if (!(error instanceof JournalUnavailable)) throw error;
    log.error({ operation: operation.id }, 'an outcome could not be written down');
    return { operation };
  }
}

function resultOfDone({ place }: Operation, done: Done): Result {
  const patron = place === null ? {} : { patronId: place.patronId };
  return 'loan' in done
    ? { ...patron, libraryCardNumber: done.loan.libraryCardNumber, loanId: done.loan.id }
    : { ...patron, libraryCardNumber: done.hold.libraryCardNumber, holdId: done.hold.id };
}
