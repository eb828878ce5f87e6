import { type Application, withdrawnByApplicant } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import { isText, oneLine } from '../../../library/contact.ts';
import { endedRecordProblems, type RecordForCards } from '../cards/ended-record.ts';
import { maxReasonLength } from '../limits.ts';
import { isOpen } from '../open-application.ts';
import { type CredentialProblem, invalid, problem, wrongStateOf } from '../problem.ts';
import { type DocumentHolders, identityNumberToAdd, identityProblems } from './document-holders.ts';
import { eligibilityProblems, type PatronCards } from './eligibility.ts';
import { type OtherApplications, otherApplicationProblems } from './other-applications.ts';
import type { ShownToStaff } from './shown-to-staff.ts';

export interface ApprovalRecords extends PatronCards, RecordForCards {
  /**
   * The patrons who are registered under the application's documents. They are also looked up for an unregistered
   * applicant, so that nobody is registered twice (R7).
   */
  readonly holders: DocumentHolders;
  /**
   * Whether the smart identity card is enrolled for another patron. That patron's record may lack the identity number.
   */
  readonly isEnrolledElsewhere: boolean;
  readonly others: OtherApplications;
}

/** The problem if an application can't be decided, because it was already decided or withdrawn. */
export function openProblems(application: Application): CredentialProblem[] {
  return isOpen(application) ? [] : [wrongStateOf('APPLICATION_DECIDED', 'applicationId')];
}

/**
 * The reasons why an open application can't be approved (R2 to R5, R7, R8, R15, R18). Must be called before the first
 * change of an approval, and not when an approval resumes. A resumed approval may already have registered the
 * applicant, so the rules would report the applicant's own document as registered.
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
    ...endedRecordProblems(records, 'patronId'),
    ...mismatches,
    // If a document is refused anyway, staff need not look at the document or search for other applications.
    ...(mismatches.length > 0 ? [] : documentSeenProblems(application, shown, records.patron)),
    ...(mismatches.length === 0 && records.isEnrolledElsewhere
      ? [problem('SMART_ID_ENROLLED', 'applicant', 'identityNumber')]
      : []),
    ...(mismatches.length > 0 ? [] : otherApplicationProblems(application, records.others, shown)),
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
 * Moves a problem to a field of an approval's input. Rules name the fields of an application, and the input has only
 * the application's id and the facts that staff confirm.
 *
 * @example
 * // ['applicant', 'addressProofShown'] becomes ['addressProofShown']
 * // ['applicant', 'dateOfBirth']       becomes ['applicationId']
 */
export function atInputOfApproval({ field, ...problem }: CredentialProblem): CredentialProblem {
  const seen = field?.find((name) => confirmed.has(name));
  return { ...problem, field: [seen ?? 'applicationId'] };
}

/** The fields of an approval's input with which staff confirm a fact. */
const confirmed: ReadonlySet<string> = new Set([
  'addressProofShown',
  'identityDocumentSeen',
  'otherApplicationsSeen',
  'applicationsSearched',
] satisfies readonly (keyof ShownToStaff)[]);

/**
 * A rejection needs a reason, because the applicant reads it. Card management stores a withdrawn application as
 * rejected, with a fixed text as the reason. Staff may not enter that text, because the application would look
 * withdrawn.
 */
export function rejectionProblems(reason: string | null): CredentialProblem[] {
  const words = oneLine(reason ?? '');
  const isReason = words !== '' && words !== withdrawnByApplicant && isText(words, maxReasonLength);
  return isReason ? [] : [invalid('REASON_NEEDED', 'reason')];
}
