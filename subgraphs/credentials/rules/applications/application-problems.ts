import type { Application, Credential } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, type CredentialProblemCode, hasMessage, problem } from '../problem.ts';
import { eligibilityProblems } from './eligibility.ts';

/**
 * The SDL's `Application.problems`: the reasons why a received application can't be approved now, or the reason for its
 * rejection. The list is empty if the application is approved or withdrawn.
 *
 * `IDENTITY_MISMATCH` and `ALREADY_REGISTERED` (R7) are left out. A query does not look up documents in the registry,
 * and so does not reveal who is registered.
 *
 * @param patronCards all cards of the application's patron; none for the holder of a receipt
 * @param submittedOn a day in Hong Kong, `YYYY-MM-DD`
 * @param today a day in Hong Kong, `YYYY-MM-DD`
 */
export function currentProblems(
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
      return [rejectionProblem(application.reason)];
    case 'RECEIVED':
      return eligibilityProblems(
        application,
        { cards: patronCards, lostEarlier: notSearched },
        submittedOn,
        today,
      );
    default:
      return application.status satisfies never;
  }
}

/** An empty set of loss reports, for queries. Only an approval searches the loss reports. */
const notSearched: ReadonlySet<string> = new Set();

/**
 * The problem of a rejected application: the one whose code staff entered as the reason, or else `REJECTED_BY_STAFF`.
 */
function rejectionProblem(reason: string | null): CredentialProblem {
  return problem(reason !== null && hasMessage(reason) ? reason : 'REJECTED_BY_STAFF');
}

/**
 * Whether a code reveals what the registry or card management has recorded, or that somebody else has applied with the
 * same document (R7).
 */
const revealsRecords: Readonly<Record<CredentialProblemCode, boolean>> = {
  ALREADY_REGISTERED: true,
  ALREADY_HELD: true,
  IDENTITY_MISMATCH: true,
  IDENTITY_DOCUMENT_NEEDED: true,
  NEWER_DATE_OF_ISSUE_NEEDED: true,
  OTHER_APPLICATION_OPEN: true,
  OTHER_APPLICATIONS_UNSEEN: true,
  SMART_ID_ENROLLED: true,
  REGISTERED_WITHOUT_CARD: true,
  SAME_RECORD: true,
  ALREADY_MERGED: true,
  MERGE_CHAIN: true,
  IDENTITY_ON_LEAVING_RECORD: true,
  PATRON_CLOSED: true,
  FRESH_APPLICATION_NEEDED: true,
  ANOTHER_OPERATION_OPEN: true,
  NOT_FOUND: false,
  IDENTITY_NUMBER_INVALID: false,
  SMART_ID_NEEDED: false,
  TOO_YOUNG_FOR_SMART_ID: false,
  GUARANTOR_NEEDED: false,
  GUARANTOR_REFUSED: false,
  ADDRESS_PROOF_NEEDED: false,
  REJECTED_BY_STAFF: false,
  SYSTEM_UNAVAILABLE: false,
  INVALID: false,
  WRONG_STATE: false,
};

/**
 * The problems that the holder of a receipt may see (R7). A receipt proves only that its holder applied. Some codes
 * reveal who is registered, who has which card, or that there are other applications. Such a code becomes
 * `REJECTED_BY_STAFF`, even if staff gave it as their reason.
 *
 * @example
 * // ALREADY_REGISTERED   becomes REJECTED_BY_STAFF
 * // ADDRESS_PROOF_NEEDED loses its field, which only staff may send
 */
export function redactForReceipt(problems: readonly CredentialProblem[]): CredentialProblem[] {
  return problems.map((each) => {
    if (revealsRecords[each.code]) {
      return problem('REJECTED_BY_STAFF');
    }
    return each.code === 'ADDRESS_PROOF_NEEDED' ? problem('ADDRESS_PROOF_NEEDED') : each;
  });
}

/**
 * The staff's reason, as the holder of a receipt may see it (R7). Null if the application is not rejected. Null if the
 * reason is only a code, because `problems` shows it. Also null if the reason contains a code that reveals records.
 */
export function reasonForReceipt({ status, reason }: Application): string | null {
  if (status !== 'REJECTED' || reason === null || hasMessage(reason)) {
    return null;
  }
  const isRevealing = Object.entries(revealsRecords).some(
    ([code, reveals]) => reveals && reason.includes(code),
  );
  return isRevealing ? null : reason;
}
