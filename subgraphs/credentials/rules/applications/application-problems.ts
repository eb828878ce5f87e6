import type { Application, Credential } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, type CredentialProblemCode, hasHelp, problem } from '../problem.ts';
import { obstacles } from './obstacles.ts';

/**
 * `Application.problems`: why it can't be approved as it stands, or why it was rejected; empty once approved or withdrawn.
 * `submittedOn` and `today` are days in Hong Kong; `patronCards` those of the application's patron. Rules that need the
 * patron registry (R7's mismatch and known documents) are not here: a reading does not ask it, and tells nobody who is
 * registered.
 */
export function problemsOf(
  application: Application,
  patronCards: readonly Credential[],
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  switch (application.status) {
    case 'APPROVED':
    case 'WITHDRAWN':
      return [];
    case 'REJECTED':
      return [rejection(application.reason)];
    case 'RECEIVED':
      return obstacles(application, { cards: patronCards, lostEarlier: unasked }, submittedOn, today);
    default: {
      const missed: never = application.status;
      return missed;
    }
  }
}

/** A reading does not go through the loss reports: who approves does. */
const unasked: ReadonlySet<string> = new Set();

/** A counter may have left a problem's code as its reason; anything else is the staff's own words. */
function rejection(reason: string | null): CredentialProblem {
  return problem(reason !== null && hasHelp(reason) ? reason : 'REJECTED_BY_STAFF');
}

/** What takes the registry or card management to know of a person. */
const ofRecords: readonly CredentialProblemCode[] = [
  'ALREADY_REGISTERED',
  'ALREADY_HELD',
  'IDENTITY_MISMATCH',
  'IDENTITY_DOCUMENT_NEEDED',
  'NEWER_DATE_OF_ISSUE_NEEDED',
];

/**
 * R7: who shows no more than a receipt is not told who is registered, nor who has which card; not by the code either that
 * staff gave as their reason.
 */
export function toldForReceipt(problems: readonly CredentialProblem[]): CredentialProblem[] {
  return problems.map((one) => (ofRecords.includes(one.code) ? problem('REJECTED_BY_STAFF') : one));
}
