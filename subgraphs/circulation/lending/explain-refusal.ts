/**
 * Finds the reason why circulation refused a check-out, if the patron's own loans and holds explain it. Circulation
 * itself knows only cards, not patrons.
 */
import type { CirculationRefusal, Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Credential, CredentialState } from '../../../adapters/credentials/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Operation, Place } from '../../../store/journal/port.ts';
import { cardKey } from '../../operations/locks.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { SendOutcome } from '../../operations/send-once.ts';
import { problemOfFullCard } from '../rules/free-places.ts';
import { type CirculationProblem, type ProblemCode, problemOf } from '../rules/problems.ts';
import { readHolds, readLoans, readSettledSnapshot } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

/**
 * The refusal of a check-out because the item is already lent on one of the patron's cards. It is thrown before
 * anything is reserved.
 */
export class AlreadyLent extends OperationRefused<CirculationProblem> {
  readonly loan: Loan;

  constructor(loan: Loan, patronId: string) {
    super([problemOf('ALREADY_LENT')], patronId);
    this.loan = loan;
  }
}

/** The result that is stored for a check-out that was refused because the patron already has this loan. */
export const resultOfAlreadyLent = ({ libraryCardNumber, id }: Loan): LendingResult => ({
  problem: 'ALREADY_LENT',
  libraryCardNumber,
  loanId: id,
});

type CheckOutOutcome = SendOutcome<{ readonly loan: Loan }>;

const isRefusedAs = (outcome: CheckOutOutcome, refusal: CirculationRefusal): boolean =>
  outcome.kind === 'refused' && outcome.refusal === refusal;

/**
 * Finds the reason why a check-out was refused, for the operation's stored result. The result is empty if the check-out
 * was not refused, or if there is nothing to add.
 *
 * If an item is not available, it may be on loan on one of the patron's own cards, because another check-out of the
 * patron was faster. The problem is then `ALREADY_LENT`. A loan with this operation's id is ignored. It means that the
 * request was delivered twice, and the reconciler will find that the operation was done.
 */
export async function explainRefusal(
  services: LendingServices,
  operation: Operation,
  patronId: string,
  itemNumber: string,
  outcome: CheckOutOutcome,
  signal: AbortSignal,
): Promise<LendingResult> {
  if (!isRefusedAs(outcome, 'ITEM_NOT_AVAILABLE')) {
    return await explainFullCard(services, operation, patronId, outcome, signal);
  }
  try {
    const { rows } = await readLoans(services, patronId, signal);
    const loan = rows.find((one) => one.itemNumber === itemNumber && one.reference !== operation.id);
    return loan === undefined ? {} : resultOfAlreadyLent(loan);
  } catch (error) {
    return unexplainedBy(error);
  }
}

/**
 * Explains a refusal only if the card has as many loans as circulation allows. Otherwise the result is empty. The
 * patron's loans are read after the refusal.
 */
export async function explainFullCard(
  services: LendingServices,
  { id }: Operation,
  patronId: string,
  outcome: CheckOutOutcome,
  signal: AbortSignal,
): Promise<LendingResult> {
  if (!isRefusedAs(outcome, 'CARD_LIMIT_REACHED')) {
    return {};
  }
  try {
    const read = () => readLoans(services, patronId, signal);
    const { rows, places } = await readSettledSnapshot(services, patronId, read);
    const isAnothers = ({ operationId }: Place) => operationId !== id;
    const problem = problemOfFullCard(rows, { ...places, unsettled: places.unsettled.filter(isAnothers) });
    return { problem, count: rows.length };
  } catch (error) {
    return unexplainedBy(error);
  }
}

/**
 * The stored result if a system can't be reached while the reason is searched for. A new attempt may succeed.
 * @throws any error that is not an UpstreamError
 */
function unexplainedBy(error: unknown): LendingResult {
  if (error instanceof UpstreamError) {
    return { problem: 'SYSTEM_UNAVAILABLE' };
  }
  throw error;
}

/**
 * Whether the copy is ready for a hold of the patron on another card than the one that was shown. Circulation treats
 * that as another reader's hold, and refuses the check-out with `WANTED_BY_ANOTHER`.
 *
 * - `none`: another reader wants the copy, or the check-out was not refused for this reason.
 * - `lends`: the copy waits on a card that is in use, and can be lent on that card (R25).
 * - `does not lend`: the copy waits on a card that is not in use or is being ended, or a system could not be reached.
 *   `explanation` has the problem.
 */
export type HoldOnOtherCard =
  | { readonly kind: 'none' }
  | { readonly kind: 'lends'; readonly libraryCardNumber: string }
  | { readonly kind: 'does not lend'; readonly explanation: LendingResult };

/** The problem if a copy is kept for a hold on a card in this state. Null if the copy can be lent on that card. */
const problemOfState = {
  ACTIVE: null,
  LOST: 'HOLD_ON_LOST_CARD',
  SURRENDERED: 'HOLD_ON_CLOSED_CARD',
  CLOSED: 'HOLD_ON_CLOSED_CARD',
} as const satisfies Record<CredentialState, ProblemCode | null>;

/** Finds a hold of the patron for which the copy is ready. If there are several, a hold on a card in use is preferred. */
export async function findHoldOnOtherCard(
  services: LendingServices,
  shown: Credential,
  itemNumber: string,
  outcome: CheckOutOutcome,
  signal: AbortSignal,
): Promise<HoldOnOtherCard> {
  if (!isRefusedAs(outcome, 'WANTED_BY_ANOTHER')) {
    return { kind: 'none' };
  }
  try {
    const [{ cards, byCard }, [item]] = await Promise.all([
      readHolds(services, shown.patronId, signal),
      services.circulation.itemsByNumber([itemNumber], signal),
    ]);
    const isReady = ({ state, titleNumber }: Hold) => state === 'READY' && titleNumber === item?.titleNumber;
    const others = cards.filter(({ libraryCardNumber }) => libraryCardNumber !== shown.libraryCardNumber);
    const waiting = others.flatMap(({ libraryCardNumber, state }) => {
      const hold = byCard.get(libraryCardNumber)?.find(isReady);
      return hold === undefined
        ? []
        : [{ libraryCardNumber, holdId: hold.id, problem: problemOfState[state] }];
    });
    const found = waiting.find(({ problem }) => problem === null) ?? waiting[0];
    if (found === undefined) {
      return { kind: 'none' };
    }
    const { libraryCardNumber } = found;
    if (found.problem !== null) {
      return { kind: 'does not lend', explanation: { ...found, problem: found.problem } };
    }
    // An operation that reports this card lost or replaces it may be in progress (R17).
    const isBeingEnded = await services.journal.isLocked(cardKey(libraryCardNumber));
    return isBeingEnded
      ? { kind: 'does not lend', explanation: { ...found, problem: 'HOLD_ON_LOST_CARD' } }
      : { kind: 'lends', libraryCardNumber };
  } catch (error) {
    return { kind: 'does not lend', explanation: unexplainedBy(error) };
  }
}
