import type { CirculationEvent, CirculationEventKind } from '../../adapters/circulation/port.ts';
import { type DueOperation, JournalUnavailable, type Operation } from '../../adapters/journal/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import { type Lending, settlingMs } from './lending.ts';
import { endMove } from './own-hold.ts';
import { refuse } from './perform.ts';
import { completeWhole } from './renew-all.ts';
import type { Result } from './result.ts';
import { alarmed } from './settlement.ts';

/** Milliseconds between two looks for what is due. */
const pauseMs = 500;
/** Milliseconds in which one look at an operation has ended, or another process may take it up. */
const leaseMs = 15_000;
/** Milliseconds between two looks at one operation. */
const againMs = 2_000;
/** What was concluded to be not done is looked at once more in so many milliseconds: within a day, and not right away. */
const onceMoreMs = 6 * 60 * 60 * 1000;
/** Milliseconds between two removals of what is 30 days old. */
const forgetEveryMs = 60 * 60 * 1000;
/** Operations looked at in one go. */
const most = 20;

/** The event that a change leaves in circulation. */
const events: Readonly<Record<string, CirculationEventKind>> = {
  CHECK_OUT: 'CHECKED_OUT',
  CHECK_IN: 'CHECKED_IN',
  RENEW_LOAN: 'RENEWED',
  PLACE_HOLD: 'HOLD_PLACED',
  CANCEL_HOLD: 'HOLD_CANCELLED',
};

/**
 * Finds out what became of the operations that nobody settled, for as long as it is not disposed of: those of this process
 * and of others, living or dead, each looked at by one process at a time.
 */
export function startSettler(lending: Lending): AsyncDisposable {
  const stopped = new AbortController();
  const run = async () => {
    let forgetAt = 0;
    while (!stopped.signal.aborted) {
      if (lending.monotonic() >= forgetAt) {
        forgetAt = lending.monotonic() + forgetEveryMs;
        await forget(lending);
      }
      const isMore = await settleDue(lending, stopped.signal);
      if (!isMore) await pause(stopped.signal);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
    },
  };
}

async function forget({ journal, log }: Lending): Promise<void> {
  try {
    await journal.forget();
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
    log.warn({}, error.message);
  }
}

function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, pauseMs);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', end));
}

/** Looks once at all that is due; true where there may be more. */
async function settleDue(lending: Lending, signal: AbortSignal): Promise<boolean> {
  try {
    const due = await lending.journal.due(most, leaseMs);
    await Promise.all(due.map((one) => settleOne(lending, one, signal)));
    return due.length === most;
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
    lending.log.warn({}, error.message);
    return false;
  }
}

/** What fails for one is tried again, and does not keep the others waiting. */
async function settleOne(lending: Lending, due: DueOperation, signal: AbortSignal): Promise<void> {
  const { operation } = due;
  try {
    const again = await look(lending, due, signal);
    if (again) await lending.journal.lookAgain(operation.id, againMs);
  } catch (error) {
    // A system that can't be reached can't tell; the lease ends, and someone asks again.
    if (error instanceof UpstreamError || error instanceof JournalUnavailable) {
      lending.log.warn({ operation: operation.id }, error.message);
    } else {
      const name = error instanceof Error ? error.name : typeof error;
      lending.log.error(
        { operation: operation.id, kind: operation.kind, name },
        'an operation could not be looked after',
      );
    }
  }
}

/** True where it is to be looked at again. */
async function look(
  lending: Lending,
  { operation, now }: DueOperation,
  signal: AbortSignal,
): Promise<boolean> {
  const { journal, circulation, log, times } = lending;
  if (operation.state === 'UNSETTLED' && operation.kind === 'RENEW_ALL_LOANS') {
    return (await completeWhole(lending, operation)).state === 'UNSETTLED';
  }
  if (operation.sendBy === null) {
    // It has reserved nothing and sent nothing, and from now on can't.
    await refuse(lending, operation, 'SYSTEM_UNAVAILABLE');
    return false;
  }
  // Circulation is asked after this moment.
  const isOver = now.getTime() > operation.sendBy.getTime() + settlingMs(times);
  if (operation.kind === 'MOVE_HOLD') return await endMove(lending, operation, isOver, signal);
  const found = await circulation.eventsByReference(operation.id, signal);
  const event = found.find(({ kind }) => kind === events[operation.kind]);
  if (event !== undefined) {
    const outcome = { state: 'DONE', result: resultOfEvent(operation, event) } as const;
    alarmed(await journal.settle(operation.id, outcome), log);
    return false;
  }
  if (operation.state !== 'UNSETTLED') {
    await journal.lookAgain(operation.id, null);
    return false;
  }
  if (!isOver) return true;
  const result: Result = { problem: 'SYSTEM_UNAVAILABLE', ...patronOf(operation) };
  await journal.settle(operation.id, { state: 'REFUSED', result, lookAfterMs: onceMoreMs });
  return false;
}

function resultOfEvent(operation: Operation, event: CirculationEvent): Result {
  return {
    ...patronOf(operation),
    ...(event.libraryCardNumber !== null && { libraryCardNumber: event.libraryCardNumber }),
    ...(event.loanId !== null && { loanId: event.loanId }),
  };
}

const patronOf = ({ place }: Operation): Result => (place === null ? {} : { patronId: place.patronId });
