import type { Credential } from '../../../../adapters/credentials/port.ts';
import { firstSmartIdDateOfIssue, isReportedLost } from '../../../library/smart-id.ts';
import { type CredentialProblem, invalid, problem, wrongState } from '../problem.ts';
import { alreadyHeldProblems } from './holdings.ts';

/**
 * R18 and R19: what keeps a lost card from being replaced. `patronCards` are all cards of its patron, `smartIdDateOfIssue`
 * that of the replacement in hand, `today` a day in Hong Kong.
 */
export function replacementProblems(
  card: Credential,
  patronCards: readonly Credential[],
  smartIdDateOfIssue: string | null,
  today: string,
): CredentialProblem[] {
  return card.kind === 'LIBRARY_CARD'
    ? libraryCard(card, patronCards, smartIdDateOfIssue)
    : smartId(card, patronCards, smartIdDateOfIssue, today);
}

/** R29: only a smart identity card is in a station's reader; a new library card is handed out at a counter (R19). */
export function placeProblems({ kind }: Credential, isStaff: boolean): CredentialProblem[] {
  return kind === 'LIBRARY_CARD' && !isStaff
    ? [invalid('A lost library card is replaced at a counter: ask the staff.', 'libraryCardNumber')]
    : [];
}

/** R19: a lost one gets a new number; not where the patron has applied for another since (R7). */
function libraryCard(
  card: Credential,
  patronCards: readonly Credential[],
  smartIdDateOfIssue: string | null,
): CredentialProblem[] {
  return [
    ...libraryCardState(card, patronCards),
    ...(smartIdDateOfIssue === null
      ? []
      : [invalid('A library card has no date of issue: leave this out.', 'smartIdDateOfIssue')]),
  ];
}

function libraryCardState({ state }: Credential, patronCards: readonly Credential[]): CredentialProblem[] {
  switch (state) {
    case 'ACTIVE':
      return [wrongState(state, 'report its loss first.')];
    case 'SURRENDERED':
    case 'CLOSED':
      return [wrongState(state, 'apply for a library card.')];
    case 'LOST':
      return alreadyHeldProblems(['LIBRARY_CARD'], patronCards).map(({ code, message }) => ({
        code,
        message,
        field: ['libraryCardNumber'],
      }));
    default: {
      const missed: never = state;
      return missed;
    }
  }
}

/** R18: the replacement of one that is to be continued works again; a discontinued one is applied for afresh. */
function smartId(
  card: Credential,
  patronCards: readonly Credential[],
  dateOfIssue: string | null,
  today: string,
): CredentialProblem[] {
  if (card.state === 'ACTIVE') {
    return [wrongState(card.state, 'report its loss first.'), ...futureDate(dateOfIssue, today)];
  }
  if (card.state !== 'LOST' || card.onReplacement !== 'CONTINUE') {
    return [problem('FRESH_APPLICATION_NEEDED', 'libraryCardNumber'), ...futureDate(dateOfIssue, today)];
  }
  if (dateOfIssue !== null && dateOfIssue < firstSmartIdDateOfIssue) {
    return [problem('SMART_ID_NEEDED', 'smartIdDateOfIssue')];
  }
  const { identityNumber } = card;
  // A lost card stays refused by its date: this one, and any that was lost under the same identity number before.
  return dateOfIssue === null ||
    (identityNumber !== null && isReportedLost({ identityNumber, dateOfIssue }, [card, ...patronCards]))
    ? [problem('NEWER_DATE_OF_ISSUE_NEEDED', 'smartIdDateOfIssue')]
    : futureDate(dateOfIssue, today);
}

/** R5: wherever a card is presented. */
function futureDate(dateOfIssue: string | null, today: string): CredentialProblem[] {
  return dateOfIssue !== null && dateOfIssue > today
    ? [
        invalid(
          'The date of issue lies in the future: give the one printed on the card.',
          'smartIdDateOfIssue',
        ),
      ]
    : [];
}
