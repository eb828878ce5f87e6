import type { Change, MayDepart } from '../../adapters/circulation/port.ts';
import { JournalUnavailable, type Operation } from '../../adapters/journal/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import type { Lending } from './lending.ts';
import { type Done, type Performed, refuse } from './perform.ts';
import { problemOfRefusal } from './problems.ts';
import type { Result } from './result.ts';
import { alarmed } from './settlement.ts';

/** Milliseconds after which what has had no answer is looked into for the first time. */
const lookSoonMs = 300;

/** Asks circulation for the change, under the operation's own id; `mayDepart` and a signal that no client aborts go along. */
export type Ask = (mayDepart: MayDepart, signal: AbortSignal) => Promise<Change<Done>>;

/**
 * Sends the one change that an operation is about, and settles it with what comes back; unsettled where nothing does.
 * `sendBy`, by the monotonic clock, lies before the journal's own `sendBy`: past it nothing is sent, for others may have
 * concluded that nothing was. Looked at as the first byte is about to leave, so that a process that was frozen meanwhile
 * sends nothing when it wakes.
 */
export async function send(
  lending: Lending,
  operation: Operation,
  sendBy: number,
  ask: Ask,
): Promise<Performed> {
  const { journal, monotonic, log } = lending;
  const change = await attempt(ask, () => monotonic() < sendBy);
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

async function attempt(ask: Ask, mayDepart: MayDepart): Promise<Change<Done> | 'not done' | 'unknown'> {
  try {
    return await ask(mayDepart, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return error.reason === 'outcome-unknown' ? 'unknown' : 'not done';
  }
}

function resultOfDone({ place }: Operation, done: Done): Result {
  const patron = place === null ? {} : { patronId: place.patronId };
  return 'loan' in done
    ? { ...patron, libraryCardNumber: done.loan.libraryCardNumber, loanId: done.loan.id }
    : { ...patron, libraryCardNumber: done.hold.libraryCardNumber, holdId: done.hold.id };
}
