import { z } from 'zod';
import type { CirculationEventKind } from '../../adapters/circulation/port.ts';
import { type Operation, outcomeOf } from '../../store/journal/port.ts';
import { arriveWithinMs, type ChangeTimes } from './change-times.ts';
import { beginChild, findChild } from './ledger.ts';
import { Unfinished } from './procedure.ts';
import { reconcileChange, reconcileSoonMs } from './reconcile-change.ts';
import type { Reconcile } from './reconciler.ts';
import { alarmed, type CirculationServices, type SendChange, sendOnce, withLaterCheck } from './send-once.ts';

/** The changes to a card in circulation, and the event that each leaves there. */
export const cardChangeEvents = {
  REGISTER_CARD: 'CARD_REGISTERED',
  BLOCK_CARD: 'CARD_BLOCKED',
  UNBLOCK_CARD: 'CARD_UNBLOCKED',
} as const satisfies Record<string, CirculationEventKind>;

export type CardChange = keyof typeof cardChangeEvents;

/** Why an attempt was not done: circulation refused it, or it was never sent, or dropped without an answer. */
const refusal = z.object({ refused: z.enum(['by circulation', 'not sent or dropped']) });

/**
 * Makes a change to a card exactly once within an operation, however often this is called. Each attempt is a child operation,
 * and the next one begins only when the one before is certain not to be done. Resolves to false where circulation refuses the
 * change.
 *
 * Attempt 1 is sent, and no answer comes: `Unfinished`. Called again: attempt 1 is still unsettled, `Unfinished`. The
 * reconciler settles it as not done. Called again: attempt 2 is sent and answered, and this resolves to true.
 *
 * @throws Unfinished until the outcome is known.
 */
export async function ensureInCirculation(
  services: CirculationServices,
  parent: Operation,
  change: CardChange,
  libraryCardNumber: string,
): Promise<boolean> {
  return (await attemptUntilAnswered(services, parent, change, libraryCardNumber, 1)).isDone;
}

/**
 * The same, given up after `maxAttempts` that were not done. Resolves to false then, and where circulation refuses the change:
 * it was not done, and never will be.
 */
export async function tryInCirculation(
  services: CirculationServices,
  parent: Operation,
  change: CardChange,
  libraryCardNumber: string,
  maxAttempts: number,
): Promise<boolean> {
  for (let number = 1; number <= maxAttempts; number += 1) {
    const reference = attemptReference(change, libraryCardNumber, number);
    const knownAttempt = await findChild(services, parent, reference);
    const attempt =
      knownAttempt ?? (await attemptOnce(services, parent, reference, change, libraryCardNumber));
    if (attempt.state === 'DONE') {
      return true;
    }
    // Circulation could not be asked now: the next attempt comes later.
    if (attempt.state === 'UNSETTLED' || (knownAttempt === null && number < maxAttempts)) {
      throw new Unfinished(change);
    }
  }
  return false;
}

const attemptReference = (change: CardChange, libraryCardNumber: string, number: number): string =>
  `${change} ${libraryCardNumber} ${number}`;

/**
 * Refusals of a block after which the card is registered and the block tried again. Two processes that carry out one operation
 * may each see the other's refusals from before the card was registered.
 */
const maxRefusals = 5;

/**
 * Blocks a card exactly once within an operation. A card that circulation doesn't know is registered first: otherwise another
 * operation that is about to register it would leave it without a block. Registering a blocked card leaves the block.
 * @throws Unfinished until the card is blocked.
 */
export async function ensureBlocked(
  services: CirculationServices,
  parent: Operation,
  libraryCardNumber: string,
): Promise<void> {
  let block = await attemptUntilAnswered(services, parent, 'BLOCK_CARD', libraryCardNumber, 1);
  for (let refusals = 1; !block.isDone && refusals <= maxRefusals; refusals += 1) {
    if (!(await ensureInCirculation(services, parent, 'REGISTER_CARD', libraryCardNumber))) {
      break;
    }
    block = await attemptUntilAnswered(services, parent, 'BLOCK_CARD', libraryCardNumber, block.number + 1);
  }
  if (!block.isDone) {
    throw new Unfinished('BLOCK_CARD');
  }
}

/**
 * Makes attempts, or finds those that were made, from number `first` to the first one that circulation answered.
 * @throws Unfinished until then.
 */
async function attemptUntilAnswered(
  services: CirculationServices,
  parent: Operation,
  change: CardChange,
  libraryCardNumber: string,
  first: number,
): Promise<{ readonly number: number; readonly isDone: boolean }> {
  for (let number = first; ; number += 1) {
    const reference = attemptReference(change, libraryCardNumber, number);
    const knownAttempt = await findChild(services, parent, reference);
    // While circulation is down, each reconciliation would begin another attempt.
    if (knownAttempt === null && number > 1) {
      await services.circulation.ping(new AbortController().signal);
    }
    const attempt =
      knownAttempt ?? (await attemptOnce(services, parent, reference, change, libraryCardNumber));
    if (attempt.state === 'UNSETTLED') {
      throw new Unfinished(change);
    }
    if (attempt.state === 'DONE') {
      return { number, isDone: true };
    }
    if (refusal.parse(attempt.result).refused === 'by circulation') {
      return { number, isDone: false };
    }
    // Circulation could not be asked now: the next attempt comes later.
    if (knownAttempt === null) {
      throw new Unfinished(change);
    }
  }
}

async function attemptOnce(
  services: CirculationServices,
  parent: Operation,
  reference: string,
  change: CardChange,
  libraryCardNumber: string,
): Promise<Operation> {
  const { journal, monotonic, log } = services;
  const times = withEarlyChecks(services.times);
  const { sendWithinMs, callMs } = times;
  const sendBy = monotonic() + sendWithinMs;
  const child = {
    kind: change,
    reference,
    sendWithinMs,
    arriveWithinMs: arriveWithinMs(times),
    reconcileAfterMs: sendWithinMs + callMs,
  };
  const { operation, isNew } = await beginChild(services, parent, child);
  if (!isNew) {
    return operation;
  }
  const outcome = await sendOnce(
    services,
    { operation, sendBy },
    cardChangeEvents[change],
    senderOf(services, operation, change, libraryCardNumber),
  );
  switch (outcome.kind) {
    case 'unknown':
      await journal.reconcileAgain(operation.id, reconcileSoonMs);
      return operation;
    case 'not sent':
      return (await journal.settle(operation.id, notDone('not sent or dropped'))).operation;
    case 'refused': {
      const refused = notDone(outcome.refusal === null ? 'not sent or dropped' : 'by circulation');
      return (await journal.settle(operation.id, withLaterCheck(refused, times))).operation;
    }
    case 'done':
      return alarmed(await journal.settle(operation.id, withLaterCheck(outcomeOf('DONE', null), times)), log);
    default:
      return outcome satisfies never;
  }
}

/**
 * Checks done changes as early as refused ones. They are few, and an unblocking that is delivered twice may undo the block of a
 * card that was reported lost since (R17).
 */
const withEarlyChecks = (times: ChangeTimes): ChangeTimes => {
  const { refused } = times.laterChecks;
  return { ...times, laterChecks: { refused, done: refused } };
};

const notDone = (refused: z.infer<typeof refusal>['refused']) => outcomeOf('REFUSED', { refused });

function senderOf(
  { circulation }: CirculationServices,
  { id }: Operation,
  change: CardChange,
  number: string,
): SendChange<{ readonly done: true }> {
  return (maySend, signal) => {
    switch (change) {
      case 'REGISTER_CARD':
        return circulation.registerCard(number, id, signal, maySend);
      case 'BLOCK_CARD':
        return circulation.blockCard(number, id, signal, maySend);
      case 'UNBLOCK_CARD':
        return circulation.unblockCard(number, id, signal, maySend);
      default: {
        const missed: never = change;
        return missed;
      }
    }
  };
}

/** The reconcilers of the card changes: by the events that they leave. */
export function cardChangeRecovery(services: CirculationServices): Readonly<Record<CardChange, Reconcile>> {
  const reconcilerOf = (change: CardChange): Reconcile =>
    reconcileChange(
      { ...services, times: withEarlyChecks(services.times) },
      {
        event: cardChangeEvents[change],
        done: () => null,
        notDone: () => notDone('not sent or dropped').result,
      },
    );
  return {
    REGISTER_CARD: reconcilerOf('REGISTER_CARD'),
    BLOCK_CARD: reconcilerOf('BLOCK_CARD'),
    UNBLOCK_CARD: reconcilerOf('UNBLOCK_CARD'),
  };
}
