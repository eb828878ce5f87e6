import { z } from 'zod';
import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Credential, CredentialState } from '../../../adapters/credentials/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { hasLuhnCheckDigit, isVendorNumber } from '../../library/numbers.ts';
import { ensureBlocked, tryInCirculation } from '../../operations/card-change.ts';
import { prepareWithinMs } from '../../operations/change-times.ts';
import { beginPart, findPart } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, type Task, Unfinished } from '../../operations/procedure.ts';
import type { SendChange } from '../../operations/send-once.ts';
import { explainFullCard } from '../lending/full-card.ts';
import { readHolds, readLoans } from '../lending/loan-snapshot.ts';
import { requireGoodStanding } from '../lending/reader.ts';
import { reservePlace } from '../lending/reserve.ts';
import { runSteps } from '../lending/run-operation.ts';
import { sendAndSettle } from '../lending/send-and-settle.ts';
import type { LendingServices } from '../lending/services.ts';
import { type LendingResult, lendingResultOf } from '../lending/stored-result.ts';
import { loanLimit } from '../rules/limits.ts';
import { type ProblemCode, refused } from '../rules/problems.ts';
import { noLoanPlace } from '../rules/quota.ts';

const input = z.object({ patronId: z.string(), holdId: z.string(), itemNumber: z.string() });
const plan = z.object({ patronId: z.string(), itemNumber: z.string(), libraryCardNumber: z.string() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

export interface LendHeldItemInput extends Input {
  readonly reference: string;
}

/**
 * Unblockings and check-outs that are tried, each when the one before is known not to have been made: the reader stands at the
 * counter, and is better told that nothing was done than lent to when everybody has gone. By count, so that all who carry it
 * out give up alike.
 */
const mostTries = 3;

/**
 * Staff lend the copy that waits for a reservation on a card that was replaced or has ended (R25). Circulation lends it on
 * that card's number only, which is blocked: it is unblocked, lent on, and blocked again, whatever has come of the lending.
 *
 * The card is blocked last, when it is known what came of the unblocking and of the check-out: an unblocking of which nothing
 * was heard could be applied after the block. The check-out is one as any other, with a place of its own in the quota.
 */
export const lendHeldItem: Procedure<LendingServices, Input, Plan> = {
  kind: 'LEND_HELD_ITEM',
  input,
  plan,
  prepare: (task, asked) => planOf(task, asked),
  async carryOut(task, planned) {
    const { services, operation } = task;
    const { libraryCardNumber } = planned;
    const isUnblocked = await tryInCirculation(
      services,
      operation,
      'UNBLOCK_CARD',
      libraryCardNumber,
      mostTries,
    );
    if (!isUnblocked) {
      throw refused('SYSTEM_UNAVAILABLE');
    }
    const lent = await ensureLent(task, planned);
    await ensureBlocked(services, operation, libraryCardNumber);
    const { problem, ...result } = lendingResultOf(lent);
    if (lent.state !== 'DONE') {
      throw refused(problem ?? 'SYSTEM_UNAVAILABLE');
    }
    return result;
  },
};

/** Judges all that can be read before anything is unblocked. */
async function planOf({ services, operation, signal }: Task<LendingServices>, asked: Input): Promise<Plan> {
  const { patronId, holdId, itemNumber } = asked;
  if (!hasLuhnCheckDigit(itemNumber)) {
    throw refused('ITEM_NOT_FOUND');
  }
  if (!isVendorNumber(patronId) || !isVendorNumber(holdId)) {
    throw refused('HOLD_NOT_FOUND');
  }
  await requireGoodStanding(services, patronId, signal);
  const [{ rows }, [item]] = await Promise.all([
    readHolds(services, patronId, signal),
    services.circulation.itemsByNumber([itemNumber], signal),
  ]);
  if (item == null) {
    throw refused('ITEM_NOT_FOUND');
  }
  const hold = readyHold(rows, holdId);
  if (item.titleNumber !== hold.titleNumber || item.state !== 'ON_HOLD_SHELF') {
    throw refused('ITEM_NOT_HELD');
  }
  const { libraryCardNumber } = hold;
  // From here on nothing else is done to the card: it is not reported lost meanwhile.
  if ((await services.journal.lock(operation.id, [cardKey(libraryCardNumber)])) !== null) {
    throw refused('ANOTHER_OPERATION_OPEN');
  }
  const loans = await readLoansWithCardEnded(services, patronId, libraryCardNumber, signal);
  // Told sooner, and without unblocking anything. Where there seems to be room the reservation has the last word.
  if (loans.rows.length >= loanLimit) {
    throw refused('QUOTA_REACHED');
  }
  return { patronId, itemNumber, libraryCardNumber };
}

function readyHold(holds: readonly Hold[], holdId: string): Hold {
  const hold = holds.find(({ id }) => id === holdId);
  if (hold === undefined) {
    throw refused('HOLD_NOT_FOUND');
  }
  if (hold.state !== 'READY') {
    throw refused('HOLD_NOT_READY');
  }
  return hold;
}

/** What keeps a hold's card from being lent on so, by its state; null where nothing does. */
const problemOfState = {
  ACTIVE: 'CARD_IN_USE',
  LOST: 'HOLD_ON_LOST_CARD',
  SURRENDERED: null,
  CLOSED: null,
} as const satisfies Record<CredentialState, ProblemCode | null>;

/** The patron's loans, if the card has ended and is not reported lost, and the patron is in good standing (R15, R17). */
async function readLoansWithCardEnded(
  lending: LendingServices,
  patronId: string,
  libraryCardNumber: string,
  signal: AbortSignal,
) {
  const [loans] = await Promise.all([
    readLoans(lending, patronId, signal),
    requireGoodStanding(lending, patronId, signal),
  ]);
  const isCard = (card: Credential) => card.libraryCardNumber === libraryCardNumber;
  const card = loans.cards.find(isCard);
  const problem = card === undefined ? 'HOLD_NOT_FOUND' : problemOfState[card.state];
  if (problem !== null) {
    throw refused(problem, { patronId });
  }
  return loans;
}

/** Lends once, as a part that is settled: done, or refused for good. Throws `Unfinished` until that is known. */
async function ensureLent(task: Task<LendingServices>, planned: Plan): Promise<Operation> {
  const { services, operation } = task;
  for (let number = 1; ; number += 1) {
    const reference = `CHECK_OUT ${number}`;
    const known = await findPart(services, operation, reference);
    const part = known ?? (await tryToLend(task, planned, reference));
    if (part.state === 'UNSETTLED') {
      throw new Unfinished('CHECK_OUT');
    }
    const isForGood = lendingResultOf(part).problem !== 'SYSTEM_UNAVAILABLE' || number === mostTries;
    if (isForGood) {
      return part;
    }
    // It could not be asked just now: later.
    if (known === null) {
      throw new Unfinished('CHECK_OUT');
    }
  }
}

/** A check-out on the ended card, by the steps of any check-out but for how the card is shown. */
async function tryToLend(
  { services, operation: whole, signal }: Task<LendingServices>,
  { patronId, libraryCardNumber, itemNumber }: Plan,
  reference: string,
): Promise<Operation> {
  const part = { kind: 'CHECK_OUT', reference, sendWithinMs: null, reconcileAfterMs: prepareWithinMs };
  const { operation, isNew } = await beginPart(services, whole, part);
  if (!isNew) {
    return operation;
  }
  const performed = await runSteps(services, operation, async () => {
    const reserved = await reservePlace(services, operation, {
      patronId,
      kind: 'LOAN',
      libraryCardNumber,
      subject: itemNumber,
      read: () => readLoansWithCardEnded(services, patronId, libraryCardNumber, signal),
      noPlace: noLoanPlace,
    });
    if ('settled' in reserved) {
      return { operation: reserved.settled };
    }
    let explanation: LendingResult = {};
    const lend: SendChange<{ readonly loan: Loan }> = async (maySend, sending) => {
      const { circulation } = services;
      const change = await circulation.checkOut(
        libraryCardNumber,
        itemNumber,
        operation.id,
        sending,
        maySend,
      );
      explanation = await explainFullCard(services, operation, patronId, change, sending);
      return change;
    };
    return await sendAndSettle(
      services,
      reserved.operation,
      reserved.sendBy,
      'CHECKED_OUT',
      lend,
      () => explanation,
    );
  });
  return performed.operation;
}
