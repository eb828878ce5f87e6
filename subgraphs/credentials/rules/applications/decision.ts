import type { Application } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import { isText, oneLine } from '../../../library/contact.ts';
import { closedPatronProblems } from '../cards/closed-patron.ts';
import { maxReasonLength } from '../limits.ts';
import { isOpen } from '../open-application.ts';
import { type CredentialProblem, invalid, problem, wrongStateOf } from '../problem.ts';
import { type DocumentHolders, identityNumberToAdd, identityProblems } from './document-holders.ts';
import { eligibilityProblems, type PatronCards } from './eligibility.ts';

/** What the systems know of the applicant whose application is to be approved. */
export interface ApprovalRecords extends PatronCards {
  /** Null for a stranger, and for a patron number that the registry does not know. */
  readonly patron: Patron | null;
  /** Looked up for a stranger too: nobody is registered twice (R7). */
  readonly holders: DocumentHolders;
}

/** What staff confirm with one decision. A decision on many applications at once confirms nothing: both are false. */
export interface ShownToStaff {
  /** R2: proof of address was shown since the application was received. */
  readonly addressProofShown: boolean;
  /** R7: staff saw the identity card, and compared its whole number with the application's. */
  readonly identityDocumentSeen: boolean;
}

/** Why an application can't be decided at all: it was decided or withdrawn already. */
export function openProblems(application: Application): CredentialProblem[] {
  return isOpen(application) ? [] : [wrongStateOf('APPLICATION_DECIDED', 'applicationId')];
}

/**
 * Why an open application can't be approved (R2 to R5, R7, R8, R15, R18). `submittedOn` and `today` are days in Hong Kong,
 * `YYYY-MM-DD`. Call this before the first change of an approval, never when an approval resumes: by then the approval itself
 * may have registered the stranger, and the stranger's document would be reported as registered.
 */
export function approvalProblems(
  application: Application,
  shown: ShownToStaff,
  records: ApprovalRecords,
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  const mismatches = identityProblems(application, records.patron, records.holders);
  return [
    ...eligibilityProblems(withProof(application, shown), records, submittedOn, today),
    ...closedPatronProblems(records.patron, 'patronId'),
    ...mismatches,
    // Staff are not sent to look at a document that would be refused anyway.
    ...(mismatches.length > 0 ? [] : documentSeenProblems(application, shown, records.patron)),
  ];
}

/**
 * R7: staff see the identity card before its number is written into a patron's record. Otherwise a patron registered by birth
 * certificate could be given the number of somebody who is not registered yet.
 */
function documentSeenProblems(
  { applicant }: Application,
  { identityDocumentSeen }: ShownToStaff,
  patron: Patron | null,
): CredentialProblem[] {
  const addsNumber = patron !== null && identityNumberToAdd(applicant, patron) !== null;
  return addsNumber && !identityDocumentSeen
    ? [problem('IDENTITY_DOCUMENT_NEEDED', 'identityDocumentSeen')]
    : [];
}

/** R2: the application, with the proof of address that was shown since it was received. */
function withProof(application: Application, { addressProofShown }: ShownToStaff): Application {
  const { applicant } = application;
  return {
    ...application,
    applicant: { ...applicant, addressProofShown: applicant.addressProofShown || addressProofShown },
  };
}

/** A rejection needs a reason: the applicant reads it. */
export function rejectionProblems(reason: string | null): CredentialProblem[] {
  const words = oneLine(reason ?? '');
  return words !== '' && isText(words, maxReasonLength) ? [] : [invalid('REASON_NEEDED', 'reason')];
}
