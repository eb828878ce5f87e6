import { z } from 'zod';
import type { Hold } from '../../../adapters/circulation/port.ts';
import type { Credential, CredentialState } from '../../../adapters/credentials/port.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hasLuhnCheckDigit, isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { patronIdOf, type ReaderPresented } from '../../library/reader-presented.ts';
import { ensureBlocked, tryInCirculation } from '../../operations/card-change.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { beginChild, findChild } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, type Task, Unfinished } from '../../operations/procedure.ts';
import { sendOnce } from '../../operations/send-once.ts';
import { requireWithinLimit } from '../lending/charges-limit.ts';
import { checkOutOn } from '../lending/check-out.ts';
import { explainFullCard } from '../lending/explain-refusal.ts';
import { requireGoodStanding } from '../lending/identify-patron.ts';
import { readHolds, readLoans } from '../lending/loan-snapshot.ts';
import { reservePlace } from '../lending/reserve.ts';
import { runSteps, settle } from '../lending/run-operation.ts';
import type { LendingServices } from '../lending/services.ts';
import { lendingResultOf } from '../lending/stored-result.ts';
import { noLoanPlace } from '../rules/free-places.ts';
import { loanLimit } from '../rules/limits.ts';
import { type ProblemCode, refused } from '../rules/problems.ts';

const input = z.object({
  patronId: z.string(),
  holdId: z.string(),
  itemNumber: z.string(),
  /** Whether the item is lent although the patron owes more than the library's limit. Absent unless it is true. */
  despiteCharges: z.literal(true).optional(),
});
const plan = z.object({
  patronId: z.string(),
  itemNumber: z.string(),
  libraryCardNumber: z.string(),
  /** Absent in plans of earlier releases. */
  areChargesUnknown: z.boolean().default(false),
});
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/** The input of staff. They name the reader by the patron's number, because the copy is handed over at a desk. */
export interface LendHeldItemInput extends Pick<Input, 'holdId' | 'itemNumber'> {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly despiteCharges?: boolean | null;
}

/**
 * The input as it is stored. It must not contain a PIN, because it may be stored for hours, until the procedure ends.
 * @throws GraphQLError BAD_USER_INPUT if the reader is named by card number and PIN.
 */
export function inputOf({ reader, holdId, itemNumber, despiteCharges }: LendHeldItemInput): Input {
  const patronId = patronIdOf(reader, 'the reservation is looked up by staff.');
  const override = withoutUndefined({ despiteCharges: despiteCharges === true ? true : undefined });
  return { patronId, holdId, itemNumber, ...override };
}

/**
 * The maximum number of attempts to unblock the card, and of attempts to lend on it. An attempt begins only when the
 * previous one certainly had no effect. The reader waits at the counter, so it is better to give up than to lend after
 * the library has closed. The limit is a number and not a time, so that all processes give up after the same attempt.
 */
const maxAttempts = 3;

/**
 * Lends a copy that is ready for a hold on a card that was replaced or has ended (R25, decision 13). Only staff do
 * this. Circulation lends the copy only on that card's number, but the card is blocked. So the card is unblocked, the
 * copy is lent on it, and the card is blocked again, whether or not the copy was lent.
 *
 * The card is blocked last, when the outcomes of the unblocking and of the check-out are known. If it was blocked
 * earlier, an unanswered request to unblock could take effect after the block. The check-out counts against the
 * patron's limit like any other.
 */
export const lendHeldItem: Procedure<LendingServices, Input, Plan> = {
  kind: 'LEND_HELD_ITEM',
  input,
  plan,
  patronOf: ({ patronId }) => patronId,
  prepare: (task, asked) => planOf(task, asked),
  async carryOut(task, planned) {
    const { services, operation } = task;
    const { libraryCardNumber, areChargesUnknown } = planned;
    const isUnblocked = await tryInCirculation(
      services,
      operation,
      'UNBLOCK_CARD',
      libraryCardNumber,
      maxAttempts,
    );
    if (!isUnblocked) {
      throw refused('SYSTEM_UNAVAILABLE');
    }
    const lent = await ensureLent(task, planned);
    await ensureBlocked(services, operation, libraryCardNumber);
    const { problem, count, ...result } = lendingResultOf(lent);
    const { itemNumber } = planned;
    if (lent.state !== 'DONE') {
      throw refused(problem ?? 'SYSTEM_UNAVAILABLE', { count });
    }
    const warned = areChargesUnknown ? { areChargesUnknown } : {};
    return { ...result, ...warned, about: { itemNumber } };
  },
};

/** Locks the card, and checks everything that can be checked before the card is unblocked. */
async function planOf(task: Task<LendingServices>, asked: Input): Promise<Plan> {
  const { services, operation, signal } = task;
  const { patronId, holdId, itemNumber, despiteCharges = false } = asked;
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
  // From here on, no other operation changes the card. Even a report of its loss must wait until this one ends.
  if ((await services.journal.lock(operation.id, [cardKey(libraryCardNumber)])) !== null) {
    throw refused('ANOTHER_OPERATION_OPEN');
  }
  const loans = await readLoansWithCardEnded(services, patronId, libraryCardNumber, signal);
  // A full quota is refused here, before the card is unblocked. If other operations fill it meanwhile, `ensureLent`
  // finds that.
  if (loans.rows.length >= loanLimit) {
    throw refused('QUOTA_REACHED', { count: loans.rows.length });
  }
  const override = { operation, patronId, requester: task, despiteCharges };
  const records = [patronId, ...loans.mergedFrom];
  const areChargesUnknown = await requireWithinLimit(services.chargesLimit, records, override, signal);
  return { patronId, itemNumber, libraryCardNumber, areChargesUnknown };
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

/** The problem if a hold's card is in this state. Null if the copy may be lent on the card. */
const problemOfState = {
  ACTIVE: 'CARD_IN_USE',
  LOST: 'HOLD_ON_LOST_CARD',
  SURRENDERED: null,
  CLOSED: null,
} as const satisfies Record<CredentialState, ProblemCode | null>;

/**
 * Reads the patron's loans. Requires that the card has ended and is not reported lost, and that the patron is in good
 * standing (R15, R17).
 */
async function readLoansWithCardEnded(
  services: LendingServices,
  patronId: string,
  libraryCardNumber: string,
  signal: AbortSignal,
) {
  const loans = await readLoans(services, patronId, signal, () =>
    requireGoodStanding(services, patronId, signal),
  );
  const isCard = (card: Credential) => card.libraryCardNumber === libraryCardNumber;
  const card = loans.cards.find(isCard);
  const problem = card === undefined ? 'HOLD_NOT_FOUND' : problemOfState[card.state];
  if (problem !== null) {
    throw refused(problem, { patronId });
  }
  return loans;
}

/**
 * Lends the copy, unless an earlier attempt has lent it. Resolves to the check-out that is done or finally refused.
 * @throws Unfinished until the outcome is known.
 */
async function ensureLent(task: Task<LendingServices>, planned: Plan): Promise<Operation> {
  const { services, operation } = task;
  for (let number = 1; ; number += 1) {
    const reference = `CHECK_OUT ${number}`;
    const knownAttempt = await findChild(services, operation, reference);
    const attempt = knownAttempt ?? (await tryToLend(task, planned, reference));
    if (attempt.state === 'UNSETTLED') {
      throw new Unfinished('CHECK_OUT');
    }
    const isForGood = lendingResultOf(attempt).problem !== 'SYSTEM_UNAVAILABLE' || number === maxAttempts;
    if (isForGood) {
      return attempt;
    }
    // The attempt has just failed because a system was unavailable. The procedure makes the next one later.
    if (knownAttempt === null) {
      throw new Unfinished('CHECK_OUT');
    }
  }
}

/** Checks out the copy on the ended card. The steps are the same as for any check-out, except that no card is shown. */
async function tryToLend(
  { services, operation: parent, signal }: Task<LendingServices>,
  { patronId, libraryCardNumber, itemNumber }: Plan,
  reference: string,
): Promise<Operation> {
  const child = { kind: 'CHECK_OUT', reference, ...preparedFirst };
  const { operation, isNew } = await beginChild(services, parent, child);
  if (!isNew) {
    return operation;
  }
  const lent = await runSteps(services, operation, async () => {
    const permission = await reservePlace(services, operation, {
      patronId,
      kind: 'LOAN',
      libraryCardNumber,
      subject: itemNumber,
      read: () => readLoansWithCardEnded(services, patronId, libraryCardNumber, signal),
      noPlace: (loans, places) => noLoanPlace(loans, places, itemNumber),
    });
    if (permission.kind === 'settled') {
      return { operation: permission.operation, done: null };
    }
    const checkOut = checkOutOn(services, operation, libraryCardNumber, itemNumber);
    const outcome = await sendOnce(services, permission, 'CHECKED_OUT', checkOut);
    // A new signal that never aborts: a change is not cancelled if the client disconnects.
    const { signal: untilSettled } = new AbortController();
    const explanation = await explainFullCard(services, operation, patronId, outcome, untilSettled);
    return await settle(services, permission.operation, outcome, explanation);
  });
  return lent.operation;
}
