import type { Circulation } from '../../adapters/circulation/port.ts';
import type { CardManagement } from '../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../adapters/patrons/port.ts';
import type { ErrorLog } from '../errors.ts';
import type { OperationBook } from '../operations.ts';

/** How long things may take, in milliseconds. What was sent is known to have ended once all of it has passed. */
export interface LendingTimes {
  /** From the reservation of a place until nothing is sent any more. */
  readonly sendWithinMs: number;
  /** A call's deadline at the circulation system. */
  readonly callMs: number;
  /** What it has not done so long after it arrived, circulation drops. */
  readonly dropAfterMs: number;
  /** For what the clocks don't tell. */
  readonly slackMs: number;
}

export const lendingTimes: LendingTimes = {
  sendWithinMs: 2_000,
  callMs: 5_000,
  dropAfterMs: 30_000,
  slackMs: 5_000,
};

/** After `sendBy`: from then on, what circulation can't tell of never was, and never will be. */
export const settlingMs = ({ callMs, dropAfterMs, slackMs }: LendingTimes): number =>
  callMs + dropAfterMs + slackMs;

/** What an operation may take to find out what place it wants: whoever is slower is settled as not done. */
export const preparingMs = 20_000;
/** What an operation that wants no place may take until it is sent. */
export const prepareAndSendMs = 10_000;

/** What lending works with: three systems, the book of operations, and the time. */
export interface Lending extends OperationBook {
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  readonly times: LendingTimes;
  /** Milliseconds from any fixed moment, and never back. */
  readonly monotonic: () => number;
  readonly log: ErrorLog;
}
