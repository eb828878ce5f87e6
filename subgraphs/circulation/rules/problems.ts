import { z } from 'zod';
import type { CirculationRefusal } from '../../../adapters/circulation/port.ts';
import { OperationRefused, type Problem } from '../../operations/operation-refused.ts';
import { holdLimit, inWords, inWordsCapitalized, loanLimit, renewalLimit } from './limits.ts';

/** The message of each problem: what is wrong, a colon, and what to do. */
const messages = {
  QUOTA_REACHED: `${inWordsCapitalized(loanLimit)} items are out on the cards of this patron: return one first.`,
  CARD_LIMIT_REACHED: "This card has as many items as one card can have: show the patron's other card.",
  PLACE_PENDING: 'Another check-out or reservation of this patron is not settled yet: try again in a minute.',
  CREDENTIAL_NOT_FOUND: 'No such card is known for lending: check the number, or apply for the card first.',
  CREDENTIAL_NOT_ACTIVE:
    "This card is lost, ended or replaced: use the patron's other card, or ask the staff.",
  CARD_MUST_BE_READ:
    'The number of a smart identity card does not lend: put the card itself in the reader, or use a library card.',
  PATRON_NOT_ACTIVE: "This patron can't borrow, renew or reserve at present: ask the staff.",
  NO_CARD_IN_USE: 'This patron has no card in use: ask the staff to replace one, or apply for one.',
  WRONG_NUMBER_OR_PIN:
    'The number or the PIN is wrong, or too many wrong ones have locked it: try again in a quarter of an hour.',
  PIN_LOCKED: 'Too many wrong PINs were given here for this number: try again later, or ask the staff.',
  TOO_MANY_REQUESTS: 'Too many wrong numbers and PINs were given here: try again later.',
  ALREADY_LENT: 'This item is out on a card of this patron already: look at its due date, and take it home.',
  ITEM_NOT_FOUND: 'There is no item of this number: read it again.',
  ITEM_NOT_AVAILABLE: 'This item is on loan or missing: hand it to the staff, or reserve the title.',
  ITEM_NOT_FOR_LOAN: 'This item is for use in the library alone: leave it there.',
  ITEM_NOT_ON_LOAN: 'This item is not on loan, and there is nothing to take back: hand it to the staff.',
  ITEM_NOT_HELD:
    'This is not the copy that waits for this reservation: take the one of that title from the hold shelf.',
  WANTED_BY_ANOTHER: 'Another reader has reserved this title: reserve it to have it after them.',
  OWN_HOLD_IN_THE_WAY:
    'The patron has reserved this title on another card, which is in the way: cancel that reservation, then renew again.',
  NO_RENEWALS_LEFT: `This loan has been renewed ${inWords(renewalLimit)} times: return it by its due date.`,
  NOTHING_TO_GAIN:
    'A renewal today would not move the due date, and none was used: renew this loan nearer to its due date.',
  RENEWAL_PENDING: 'Another renewal of this loan is not settled yet: look at its due date again in a minute.',
  LOAN_NOT_FOUND: "The patron has no such loan, or not any more: look at the patron's loans again.",
  HOLD_LIMIT_REACHED: `${inWordsCapitalized(holdLimit)} titles are reserved on the cards of this patron: cancel one first.`,
  ALREADY_HELD: "The patron has reserved this title already: look at the patron's reservations.",
  HOLD_NOT_FOUND:
    "The patron has no such reservation, or not any more: look at the patron's reservations again.",
  HOLD_NOT_READY: 'No copy waits for this reservation yet: lend it when it is ready.',
  HOLD_ON_CLOSED_CARD:
    'The copy waits for this patron on a card that was replaced or has ended: the staff can lend it on that card.',
  HOLD_ON_LOST_CARD:
    'The copy waits for this patron on a card that is reported lost, or being so: ask the staff to replace that card.',
  CARD_IN_USE: 'The copy waits on a card that is in use: lend it on that card as any other.',
  ANOTHER_OPERATION_OPEN: 'Something else is under way for this card: wait until it is settled.',
  TITLE_NOT_FOUND: 'There is no title of this number: look for it in the catalogue again.',
  BRANCH_NOT_FOUND: 'The library has no such branch: choose one of its branches.',
  SYSTEM_UNAVAILABLE:
    "A system of the library can't be reached, and nothing was done: try again, with a new reference.",
} as const satisfies Record<string, string>;

/** Why an operation was refused: a `ProblemCode` of the schema. */
export type ProblemCode = keyof typeof messages;

export const problemCode = z.enum(Object.keys(messages) as [ProblemCode, ...ProblemCode[]]);

/** `CirculationProblem` of the schema. */
export interface CirculationProblem extends Problem {
  readonly code: ProblemCode;
  /** When another attempt may succeed, RFC 3339; null where waiting does not help. */
  readonly mayRetryAt: string | null;
}

export function problemOf(code: ProblemCode, mayRetryAt: string | null = null): CirculationProblem {
  return { code, message: messages[code], field: null, mayRetryAt };
}

/** The error to throw before anything is sent. `patronId`: whose operation it is, where that is known by then. */
export function refused(
  code: ProblemCode,
  { patronId = null, mayRetryAt = null }: { patronId?: string | null; mayRetryAt?: string | null } = {},
): OperationRefused<CirculationProblem> {
  return new OperationRefused([problemOf(code, mayRetryAt)], patronId);
}

/** What an operation was refused for, and whose it was where known; null for an error that is no refusal. */
export function problemThrown(
  error: unknown,
): (CirculationProblem & Pick<OperationRefused, 'patronId'>) | null {
  if (!(error instanceof OperationRefused)) {
    return null;
  }
  const { problems, patronId }: OperationRefused<CirculationProblem> = error;
  const [problem] = problems;
  return problem === undefined ? null : { ...problem, patronId };
}

/** Circulation's refusals as problems of the schema. */
export const problemOfRefusal = {
  CARD_UNKNOWN: 'CREDENTIAL_NOT_FOUND',
  CARD_BLOCKED: 'CREDENTIAL_NOT_ACTIVE',
  ITEM_UNKNOWN: 'ITEM_NOT_FOUND',
  TITLE_UNKNOWN: 'TITLE_NOT_FOUND',
  ITEM_NOT_AVAILABLE: 'ITEM_NOT_AVAILABLE',
  ITEM_NOT_FOR_LOAN: 'ITEM_NOT_FOR_LOAN',
  ITEM_NOT_ON_LOAN: 'ITEM_NOT_ON_LOAN',
  CARD_LIMIT_REACHED: 'CARD_LIMIT_REACHED',
  NO_RENEWALS_LEFT: 'NO_RENEWALS_LEFT',
  WANTED_BY_ANOTHER: 'WANTED_BY_ANOTHER',
  LOAN_UNKNOWN: 'LOAN_NOT_FOUND',
  HOLD_LIMIT_REACHED: 'HOLD_LIMIT_REACHED',
  ALREADY_HELD: 'ALREADY_HELD',
  HOLD_UNKNOWN: 'HOLD_NOT_FOUND',
} as const satisfies Record<CirculationRefusal, ProblemCode>;
