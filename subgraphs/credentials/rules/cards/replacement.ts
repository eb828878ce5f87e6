import type { Credential, CredentialKind, CredentialState } from '../../../../adapters/credentials/port.ts';
import { firstSmartIdDateOfIssue, isReportedLost } from '../../../library/smart-id.ts';
import { type CredentialProblem, invalid, problem, wrongState } from '../problem.ts';
import { kindTraits } from './kinds.ts';
import { continuesService } from './loss.ts';
import { alreadyHeldProblems } from './one-card-per-kind.ts';

/** The request to replace a card. */
interface ReplacementRequest {
  readonly card: Credential;
  /** All cards of the card's patron, the card itself included. */
  readonly patronCards: readonly Credential[];
  /** The date of issue on the replacement in hand, `YYYY-MM-DD`; null where none was given. */
  readonly smartIdDateOfIssue: string | null;
  /** A day in Hong Kong, `YYYY-MM-DD`. */
  readonly today: string;
}

const replacementRules: Readonly<
  Record<CredentialKind, (request: ReplacementRequest) => CredentialProblem[]>
> = {
  LIBRARY_CARD: libraryCardProblems,
  SMART_ID: smartIdProblems,
};

/** R18, R19: why a card can't be replaced. */
export function replacementProblems(request: ReplacementRequest): CredentialProblem[] {
  return replacementRules[request.card.kind](request);
}

/** R29: a station reads smart identity cards only. R19: a new library card is handed out at a counter. */
export function replacementPlaceProblems({ kind }: Credential, isStaff: boolean): CredentialProblem[] {
  return isStaff || kindTraits[kind].isReplacedAtStations
    ? []
    : [invalid('REPLACED_AT_COUNTER', 'libraryCardNumber')];
}

/** R19: a lost library card gets a new number. R7: unless the patron has been issued another library card since. */
function libraryCardProblems({
  card,
  patronCards,
  smartIdDateOfIssue,
}: ReplacementRequest): CredentialProblem[] {
  return [
    ...libraryCardStateProblems[card.state](card, patronCards),
    ...(smartIdDateOfIssue === null ? [] : [invalid('NO_DATE_OF_ISSUE', 'smartIdDateOfIssue')]),
  ];
}

const libraryCardStateProblems: Readonly<
  Record<CredentialState, (card: Credential, patronCards: readonly Credential[]) => CredentialProblem[]>
> = {
  ACTIVE: ({ state }) => [wrongState(state, 'REPORT_LOSS_FIRST')],
  LOST: ({ kind }, patronCards) =>
    alreadyHeldProblems([kind], patronCards).map((held) => ({ ...held, field: ['libraryCardNumber'] })),
  SURRENDERED: ({ state }) => [wrongState(state, 'APPLY_FOR_LIBRARY_CARD')],
  CLOSED: ({ state }) => [wrongState(state, 'APPLY_FOR_LIBRARY_CARD')],
};

/** R18: the replacement of a card that is to be continued works again. After a discontinuation a fresh application is needed. */
function smartIdProblems({
  card,
  patronCards,
  smartIdDateOfIssue: dateOfIssue,
  today,
}: ReplacementRequest): CredentialProblem[] {
  const { state, onReplacement, identityNumber } = card;
  if (state === 'ACTIVE') {
    return [wrongState(state, 'REPORT_LOSS_FIRST'), ...futureDateProblems(dateOfIssue, today)];
  }
  if (state !== 'LOST' || onReplacement === null || !continuesService[onReplacement]) {
    return [
      problem('FRESH_APPLICATION_NEEDED', 'libraryCardNumber'),
      ...futureDateProblems(dateOfIssue, today),
    ];
  }
  if (dateOfIssue !== null && dateOfIssue < firstSmartIdDateOfIssue) {
    return [problem('SMART_ID_NEEDED', 'smartIdDateOfIssue')];
  }
  // R18: a lost card stays refused by its date: this one, and every card lost earlier under the same identity number.
  return dateOfIssue === null ||
    (identityNumber !== null && isReportedLost({ identityNumber, dateOfIssue }, [card, ...patronCards]))
    ? [problem('NEWER_DATE_OF_ISSUE_NEEDED', 'smartIdDateOfIssue')]
    : futureDateProblems(dateOfIssue, today);
}

/** R5: a date of issue in the future is `INVALID`, wherever a card is presented. */
function futureDateProblems(dateOfIssue: string | null, today: string): CredentialProblem[] {
  return dateOfIssue !== null && dateOfIssue > today
    ? [invalid('DATE_OF_ISSUE_IN_FUTURE', 'smartIdDateOfIssue')]
    : [];
}
