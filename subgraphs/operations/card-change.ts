import { z } from 'zod';
import type { CirculationEventKind, Hold } from '../../adapters/circulation/port.ts';
import { type Operation, outcomeOf } from '../../store/journal/port.ts';
import { arriveWithinMs, type ChangeTimes } from './change-times.ts';
import { beginChild, findChild } from './ledger.ts';
import { Unfinished } from './procedure.ts';
import { reconcileChange, reconcileSoonMs } from './reconcile-change.ts';
import type { Reconcile } from './reconciler.ts';
import { alarmed, type CirculationServices, type SendChange, sendOnce, withLaterCheck } from './send-once.ts';

/**
 * The changes in circulation that are steps of procedures, and the event that circulation records for each. `END_HOLD`
 * changes a hold. The others change a card.
 */
export const cardChangeEvents = {
  REGISTER_CARD: 'CARD_REGISTERED',
  BLOCK_CARD: 'CARD_BLOCKED',
  UNBLOCK_CARD: 'CARD_UNBLOCKED',
  END_HOLD: 'HOLD_CANCELLED',
} as const satisfies Record<string, CirculationEventKind>;

export type CardChange = keyof typeof cardChangeEvents;

/**
 * The reason why an attempt made no change: circulation refused it, or it was not sent, or it was dropped without an
 * answer.
 */
const refusal = z.object({ refused: z.enum(['by circulation', 'not sent or dropped']) });

/**
 * Makes a change to a card or a hold exactly once within an operation, even if this function is called repeatedly. Each
 * attempt is a child operation. The next attempt begins only when the last one is certain not to be done. Resolves to
 * false if circulation refuses the change.
 *
 * Example: attempt 1 is sent, but no answer comes, so `Unfinished` is thrown. In a second call, attempt 1 is still
 * unsettled, so `Unfinished` is thrown again. Then the reconciler settles attempt 1 as not done. In a third call,
 * attempt 2 is sent and answered, and the call resolves to true.
 *
 * @throws Unfinished until the outcome is known.
 */
export async function ensureInCirculation(
  services: CirculationServices,
  parent: Operation,
  change: CardChange,
  number: string,
): Promise<boolean> {
  return (await attemptUntilAnswered(services, parent, change, number, 1)).isDone;
}

/**
 * Makes a change like {@link ensureInCirculation}, but with `maxAttempts` attempts at most. An attempt that circulation
 * refuses counts, too. Resolves to false if none of the attempts was done. The change will then never be done.
 * @throws Unfinished while an attempt is unsettled, or after a failed attempt while attempts remain.
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
    // The next attempt comes later. Then the outcome may be known, or the reason for the failure may have passed.
    if (attempt.state === 'UNSETTLED' || (knownAttempt === null && number < maxAttempts)) {
      throw new Unfinished(change);
    }
  }
  return false;
}

const attemptReference = (change: CardChange, libraryCardNumber: string, number: number): string =>
  `${change} ${libraryCardNumber} ${number}`;

/**
 * The maximum number of further attempts to block a card after a refusal. Before each of them, the card is registered.
 * One may not be enough if two processes carry out the same operation. A process may then find a refusal that the other
 * process got before the card was registered.
 */
const maxRefusals = 5;

/**
 * Blocks a card exactly once within an operation. Circulation refuses to block a card that it doesn't know. Such a card
 * is registered first, because another operation could register it later, without the block. Registering a blocked card
 * doesn't unblock it.
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
 * Makes attempts, or finds earlier attempts, from number `first` to the first attempt that circulation answered.
 * @throws Unfinished if there is no such attempt yet.
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
    // Without this ping, each reconciliation would begin another attempt while circulation is unreachable.
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
    // The attempt was not sent, or it was dropped. So the next attempt comes later.
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
 * Done changes of cards are checked again as early as refused ones. An unblocking that is delivered twice may undo the
 * block of a card that was reported lost meanwhile (R17). The earlier checks cost little, because there are few changes
 * of cards.
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
): SendChange<{ readonly done: true } | { readonly hold: Hold }> {
  return (maySend, signal) => {
    switch (change) {
      case 'REGISTER_CARD':
        return circulation.registerCard(number, id, signal, maySend);
      case 'BLOCK_CARD':
        return circulation.blockCard(number, id, signal, maySend);
      case 'UNBLOCK_CARD':
        return circulation.unblockCard(number, id, signal, maySend);
      case 'END_HOLD':
        return circulation.cancelHold(number, id, signal, maySend);
      default: {
        const missed: never = change;
        return missed;
      }
    }
  };
}

/** The functions that reconcile these changes, by kind of change. They look for the change's event. */
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
    END_HOLD: reconcilerOf('END_HOLD'),
  };
}
