import type { Application } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import { isText, oneLine } from '../../../library/contact.ts';
import { closedPatronProblems } from '../cards/closed-patron.ts';
import { maxReasonLength } from '../limits.ts';
import { isOpen } from '../open-application.ts';
import { type CredentialProblem, invalid, problem, wrongStateOf } from '../problem.ts';
import { type DocumentHolders, identityNumberToAdd, identityProblems } from './document-holders.ts';
import { eligibilityProblems, type PatronCards } from './eligibility.ts';

/** The records of the applicant whose application is to be approved. */
export interface ApprovalRecords extends PatronCards {
  /** Null for a stranger, and for a patron number that the registry does not know. */
  readonly patron: Patron | null;
  /**
   * The patrons who are registered under the documents. They are looked up for a stranger, too, so that nobody is
   * registered twice (R7).
   */
  readonly holders: DocumentHolders;
}

/**
 * The facts that staff confirm with one decision. A decision on several applications confirms nothing, so both fields
 * are false.
 */
export interface ShownToStaff {
  /** Whether proof of address was shown after the application was received (R2). */
  readonly addressProofShown: boolean;
  /** Whether staff saw the identity card, and compared its whole number with the application's (R7). */
  readonly identityDocumentSeen: boolean;
}

/** The problem if an application can't be decided, because it was already decided or withdrawn. */
export function openProblems(application: Application): CredentialProblem[] {
  return isOpen(application) ? [] : [wrongStateOf('APPLICATION_DECIDED', 'applicationId')];
}

/**
 * The reasons why an open application can't be approved (R2 to R5, R7, R8, R15, R18). Call this before the first change
 * of an approval, never when an approval resumes. By then the approval may have registered the stranger, and the rules
 * would report their document as registered.
 * @param submittedOn a day in Hong Kong, `YYYY-MM-DD`
 * @param today a day in Hong Kong, `YYYY-MM-DD`
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
    // If a document is refused anyway, staff need not look at it.
    ...(mismatches.length > 0 ? [] : documentSeenProblems(application, shown, records.patron)),
  ];
}

/**
 * Staff must see the identity card before its number is written into a patron's record (R7). Otherwise, a patron who
 * was registered by birth certificate could be given the number of an unregistered person.
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

/** The application, with the proof of address that was shown after it was received (R2). */
function withProof(application: Application, { addressProofShown }: ShownToStaff): Application {
  const { applicant } = application;
  return {
    ...application,
    applicant: { ...applicant, addressProofShown: applicant.addressProofShown || addressProofShown },
  };
}

/**
 * Rules name the fields of an application. An approval's input has none of these, only the application's id, and what
 * staff have seen.
 *
 * @example
 * // ['applicant', 'addressProofShown'] becomes ['addressProofShown'], ['applicant', 'dateOfBirth'] ['applicationId']
 */
export function atInputOfApproval({ field, ...problem }: CredentialProblem): CredentialProblem {
  const seen = field?.find((name) => name === 'addressProofShown' || name === 'identityDocumentSeen');
  return { ...problem, field: [seen ?? 'applicationId'] };
}

/** A rejection needs a reason, because the applicant reads it. */
export function rejectionProblems(reason: string | null): CredentialProblem[] {
  const words = oneLine(reason ?? '');
  return words !== '' && isText(words, maxReasonLength) ? [] : [invalid('REASON_NEEDED', 'reason')];
}
