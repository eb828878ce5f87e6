/** Why circulation refused a check-out, as far as the patron's own loans and holds explain it. It knows cards, and no patrons. */
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

type CheckOutOutcome = SendOutcome<{ readonly loan: Loan }>;

/** Stored if a system could not be asked to explain the refusal: another attempt may end otherwise. */
const unexplained: LendingResult = { problem: 'SYSTEM_UNAVAILABLE' };

/**
 * Explains the refusal of a check-out: the explanation is stored with its result. Empty for any other outcome, and for a
 * refusal that needs none.
 */
export async function explainRefusal(
  services: LendingServices,
  operation: Operation,
  patronId: string,
  itemNumber: string,
  outcome: CheckOutOutcome,
  signal: AbortSignal,
): Promise<LendingResult> {
  return isRefusedAs(outcome, 'ITEM_NOT_AVAILABLE')
    ? await orUnexplained(explainUnavailableItem(services, operation, patronId, itemNumber, signal))
    : await explainFullCard(services, operation, patronId, outcome, signal);
}

/**
 * The same for the refusal of a full card alone, by a reading of the patron after the refusal: see {@link problemOfFullCard}.
 */
export async function explainFullCard(
  services: LendingServices,
  operation: Operation,
  patronId: string,
  outcome: CheckOutOutcome,
  signal: AbortSignal,
): Promise<LendingResult> {
  return isRefusedAs(outcome, 'CARD_LIMIT_REACHED')
    ? await orUnexplained(readFullCard(services, operation, patronId, signal))
    : {};
}

const isRefusedAs = (outcome: CheckOutOutcome, refusal: CirculationRefusal): boolean =>
  outcome.kind === 'refused' && outcome.refusal === refusal;

async function orUnexplained(explanation: Promise<LendingResult>): Promise<LendingResult> {
  try {
    return await explanation;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return unexplained;
    }
    throw error;
  }
}

async function readFullCard(
  services: LendingServices,
  { id }: Operation,
  patronId: string,
  signal: AbortSignal,
): Promise<LendingResult> {
  const read = () => readLoans(services, patronId, signal);
  const { rows, places } = await readSettledSnapshot(services, patronId, 'LOAN', read);
  const isAnothers = ({ operationId }: Place) => operationId !== id;
  return {
    problem: problemOfFullCard(rows, { ...places, unsettled: places.unsettled.filter(isAnothers) }),
  };
}

/** The item is out on one of the patron's cards already. Thrown before a place is reserved. */
export class AlreadyLent extends OperationRefused<CirculationProblem> {
  readonly loan: Loan;

  constructor(loan: Loan, patronId: string) {
    super([problemOf('ALREADY_LENT')], patronId);
    this.loan = loan;
  }
}

/** The result of a check-out that is refused because of this loan. */
export const resultOfAlreadyLent = ({ libraryCardNumber, id }: Loan): LendingResult => ({
  problem: 'ALREADY_LENT',
  libraryCardNumber,
  loanId: id,
});

/**
 * `ALREADY_LENT` where the item is out on one of the patron's own cards: another check-out of theirs was faster. A loan of this
 * very operation does not count: the request was delivered twice, and the reconciler finds that it was done.
 */
async function explainUnavailableItem(
  services: LendingServices,
  { id }: Operation,
  patronId: string,
  itemNumber: string,
  signal: AbortSignal,
): Promise<LendingResult> {
  const { rows } = await readLoans(services, patronId, signal);
  const loan = rows.find((one) => one.itemNumber === itemNumber && one.reference !== id);
  return loan === undefined ? {} : resultOfAlreadyLent(loan);
}

/**
 * A hold of the patron's own on a card other than the one that was shown. Circulation takes it for another reader's, and refuses
 * the check-out as `WANTED_BY_ANOTHER`.
 *
 * - `none`: another reader wants the copy, or the check-out was not refused so.
 * - `lends`: the copy waits on a card in use, and is lent on it (R25).
 * - `does not lend`: it waits on a card that is not in use; `explanation` has the true problem.
 */
export type HoldOnOtherCard =
  | { readonly kind: 'none' }
  | { readonly kind: 'lends'; readonly libraryCardNumber: string }
  | { readonly kind: 'does not lend'; readonly explanation: LendingResult };

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
    return await readHoldOnOtherCard(services, shown, itemNumber, signal);
  } catch (error) {
    if (error instanceof UpstreamError) {
      return { kind: 'does not lend', explanation: unexplained };
    }
    throw error;
  }
}

/** Why a copy that waits on a card in that state is not lent on it; null where it is. */
const problemOfState = {
  ACTIVE: null,
  LOST: 'HOLD_ON_LOST_CARD',
  SURRENDERED: 'HOLD_ON_CLOSED_CARD',
  CLOSED: 'HOLD_ON_CLOSED_CARD',
} as const satisfies Record<CredentialState, ProblemCode | null>;

/** A ready hold of the item's title: on a card in use if there is one, otherwise on any other card. */
async function readHoldOnOtherCard(
  services: LendingServices,
  shown: Credential,
  itemNumber: string,
  signal: AbortSignal,
): Promise<HoldOnOtherCard> {
  const [{ cards, byCard }, [item]] = await Promise.all([
    readHolds(services, shown.patronId, signal),
    services.circulation.itemsByNumber([itemNumber], signal),
  ]);
  const isReady = ({ state, titleNumber }: Hold) => state === 'READY' && titleNumber === item?.titleNumber;
  const found = cards
    .filter(({ libraryCardNumber }) => libraryCardNumber !== shown.libraryCardNumber)
    .flatMap(({ libraryCardNumber, state }) => {
      const hold = byCard.get(libraryCardNumber)?.find(isReady);
      return hold === undefined ? [] : [{ hold, problem: problemOfState[state] }];
    });
  const waiting = found.find(({ problem }) => problem === null) ?? found[0];
  if (waiting === undefined) {
    return { kind: 'none' };
  }
  const { libraryCardNumber, id: holdId } = waiting.hold;
  // As with the card that was shown: an operation that reports it lost or replaces it may be in progress (R17).
  const problem =
    waiting.problem ??
    ((await services.journal.isLocked(cardKey(libraryCardNumber))) ? 'HOLD_ON_LOST_CARD' : null);
  return problem === null
    ? { kind: 'lends', libraryCardNumber }
    : { kind: 'does not lend', explanation: { problem, libraryCardNumber, holdId } };
}
