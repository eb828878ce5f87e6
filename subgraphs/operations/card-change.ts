import { z } from 'zod';
import type { CirculationEventKind } from '../../adapters/circulation/port.ts';
import type { Operation } from '../../adapters/journal/port.ts';
import { arriveWithinMs, type ChangeTimes } from './change-times.ts';
import { beginPart, findPart } from './ledger.ts';
import { Unfinished } from './procedure.ts';
import { reconcileChange, reconcileSoonMs } from './reconcile-change.ts';
import type { Reconcile } from './reconciler.ts';
import { alarmed, type CirculationServices, type SendChange, sendOnce, withLaterCheck } from './send-once.ts';

/** The kinds of changes to a card that circulation makes, and the events that they leave. */
const events = {
  REGISTER_CARD: 'CARD_REGISTERED',
  BLOCK_CARD: 'CARD_BLOCKED',
  UNBLOCK_CARD: 'CARD_UNBLOCKED',
} as const satisfies Record<string, CirculationEventKind>;

export type CardChange = keyof typeof events;

/** What a try came to that was not done: circulation's answer, or that there was none and never will be. */
const refusal = z.object({ refused: z.enum(['by circulation', 'not sent or dropped']) });

/**
 * Makes a change to a card exactly once within an operation, however often this is called: each try is an operation of its
 * own, and the next one begins only when the one before is known not to have been done, nor to be done late. False where
 * circulation refuses it. Throws `Unfinished` until that is known.
 */
export function ensureInCirculation(
  services: CirculationServices,
  whole: Operation,
  change: CardChange,
  libraryCardNumber: string,
): Promise<boolean> {
  return ensure(services, whole, change, libraryCardNumber, async () => false);
}

/**
 * The same, given up after so many tries that were not made. False then, and where circulation refuses it: it was not done,
 * and never will be.
 */
export async function tryInCirculation(
  services: CirculationServices,
  whole: Operation,
  change: CardChange,
  libraryCardNumber: string,
  mostTries: number,
): Promise<boolean> {
  for (let number = 1; number <= mostTries; number += 1) {
    const reference = tryOf(change, libraryCardNumber, number);
    const known = await findPart(services, whole, reference);
    const part = known ?? (await tryOnce(services, whole, reference, change, libraryCardNumber));
    if (part.state === 'DONE') {
      return true;
    }
    // What could not be asked just now is asked later.
    if (part.state === 'UNSETTLED' || (known === null && number < mostTries)) {
      throw new Unfinished(change);
    }
  }
  return false;
}

const tryOf = (change: CardChange, libraryCardNumber: string, number: number): string =>
  `${change} ${libraryCardNumber} ${number}`;

/**
 * Blocks a card exactly once within an operation. One that circulation doesn't know is made known first: else whoever is
 * about to register it would find no block and leave none. Registering leaves a card that is blocked as it is.
 */
export async function ensureBlocked(
  services: CirculationServices,
  whole: Operation,
  libraryCardNumber: string,
): Promise<void> {
  const register = () => ensureInCirculation(services, whole, 'REGISTER_CARD', libraryCardNumber);
  const isBlocked = await ensure(services, whole, 'BLOCK_CARD', libraryCardNumber, register);
  if (!isBlocked) {
    throw new Unfinished('BLOCK_CARD');
  }
}

/**
 * As often as a change is made possible after a refusal: two who carry out one operation may each see the other's refusals
 * from before it was.
 */
const mostRefusals = 5;

/** `makePossible`: what is done about a refusal; true where the change is then tried again. */
async function ensure(
  services: CirculationServices,
  whole: Operation,
  change: CardChange,
  libraryCardNumber: string,
  makePossible: () => Promise<boolean>,
): Promise<boolean> {
  let refusals = 0;
  for (let number = 1; ; number += 1) {
    const reference = tryOf(change, libraryCardNumber, number);
    const known = await findPart(services, whole, reference);
    // While it is down there would be a try for each look at it.
    if (known === null && number > 1) {
      await services.circulation.ping(new AbortController().signal);
    }
    const part = known ?? (await tryOnce(services, whole, reference, change, libraryCardNumber));
    if (part.state === 'DONE') {
      return true;
    }
    if (part.state === 'UNSETTLED') {
      throw new Unfinished(change);
    }
    if (refusal.parse(part.result).refused === 'by circulation') {
      refusals += 1;
      if (refusals > mostRefusals || !(await makePossible())) {
        return false;
      }
      continue;
    }
    // It could not be asked just now: later.
    if (known === null) {
      throw new Unfinished(change);
    }
  }
}

async function tryOnce(
  services: CirculationServices,
  whole: Operation,
  reference: string,
  change: CardChange,
  libraryCardNumber: string,
): Promise<Operation> {
  const { journal, monotonic, log } = services;
  const times = watchful(services.times);
  const { sendWithinMs, callMs } = times;
  const sendBy = monotonic() + sendWithinMs;
  const part = {
    ...{ kind: change, reference, sendWithinMs },
    arriveWithinMs: arriveWithinMs(times),
    reconcileAfterMs: sendWithinMs + callMs,
  };
  const { operation, isNew } = await beginPart(services, whole, part);
  if (!isNew) {
    return operation;
  }
  const asked = await sendOnce(
    services,
    operation,
    sendBy,
    events[change],
    asking(services, operation, change, libraryCardNumber),
  );
  switch (asked.kind) {
    case 'unknown':
      await journal.reconcileAgain(operation.id, reconcileSoonMs);
      return operation;
    case 'not sent':
      return (await journal.settle(operation.id, notDone('not sent or dropped'))).operation;
    case 'refused': {
      const refused = notDone(asked.refused === null ? 'not sent or dropped' : 'by circulation');
      return (await journal.settle(operation.id, withLaterCheck(refused, times))).operation;
    }
    case 'done':
      return alarmed(
        await journal.settle(operation.id, withLaterCheck({ state: 'DONE', result: null }, times)),
        log,
      );
    default:
      return asked satisfies never;
  }
}

/**
 * What was done is looked at again as early as what was refused: there are few of these, and an unblocking that comes once more
 * may undo the block of a card that was lost since (R17).
 */
const watchful = (times: ChangeTimes): ChangeTimes => {
  const { refused } = times.laterChecks;
  return { ...times, laterChecks: { refused, done: refused } };
};

const notDone = (refused: z.infer<typeof refusal>['refused']) =>
  ({ state: 'REFUSED', result: { refused } }) as const;

function asking(
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

/** How those changes are looked after: by the events that they leave. */
export function cardChangeRecovery(services: CirculationServices): Readonly<Record<CardChange, Reconcile>> {
  const look = (change: CardChange): Reconcile =>
    reconcileChange(
      { ...services, times: watchful(services.times) },
      {
        event: events[change],
        done: () => null,
        notDone: () => notDone('not sent or dropped').result,
      },
    );
  return {
    REGISTER_CARD: look('REGISTER_CARD'),
    BLOCK_CARD: look('BLOCK_CARD'),
    UNBLOCK_CARD: look('UNBLOCK_CARD'),
  };
}
