import type { Credential, CredentialKind, CredentialState } from '../../../../adapters/credentials/port.ts';
import { firstSmartIdDateOfIssue, isReportedLost } from '../../../library/smart-id.ts';
import { type CredentialProblem, invalid, problem, wrongState } from '../problem.ts';
import { kindTraits } from './kinds.ts';
import { continuesService } from './loss.ts';
import { alreadyHeldProblems } from './one-card-per-kind.ts';

interface ReplacementRequest {
  readonly card: Credential;
  /** All cards of the card's patron, with the card itself. */
  readonly patronCards: readonly Credential[];
  /** The date of issue on the replacement in hand, `YYYY-MM-DD`; null if none was given. */
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

/** The reasons why a card can't be replaced (R18, R19). */
export function replacementProblems(request: ReplacementRequest): CredentialProblem[] {
  return replacementRules[request.card.kind](request);
}

/**
 * The problem if a card can't be replaced at a station. A station reads only smart identity cards (R29). A new library
 * card is handed out at a counter (R19).
 */
export function stationReplacementProblems({ kind }: Credential, isStaff: boolean): CredentialProblem[] {
  return isStaff || kindTraits[kind].isReplacedAtStations
    ? []
    : [invalid('REPLACED_AT_COUNTER', 'libraryCardNumber')];
}

/** A lost library card gets a new number (R19), unless the patron has got another library card since (R7). */
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

/**
 * A smart identity card can be replaced if the service continues according to the loss form (R18). If the service was
 * discontinued, a new application is needed.
 */
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
  // A card is recognised by its date of issue. A lost card, or an older one with the same identity number, is never in
  // use again (R18).
  return dateOfIssue === null ||
    (identityNumber !== null && isReportedLost({ identityNumber, dateOfIssue }, [card, ...patronCards]))
    ? [problem('NEWER_DATE_OF_ISSUE_NEEDED', 'smartIdDateOfIssue')]
    : futureDateProblems(dateOfIssue, today);
}

/** A date of issue in the future is `INVALID`, wherever a card is presented (R5). */
function futureDateProblems(dateOfIssue: string | null, today: string): CredentialProblem[] {
  return dateOfIssue !== null && dateOfIssue > today
    ? [invalid('DATE_OF_ISSUE_IN_FUTURE', 'smartIdDateOfIssue')]
    : [];
}
