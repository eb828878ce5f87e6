import type { Application } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import { isText, oneLine } from '../../../library/contact.ts';
import { closedPatronProblems } from '../cards/closed-patron.ts';
import { type CredentialProblem, invalid, problem } from '../problem.ts';
import { type DocumentHolders, identityNumberToAdd, identityProblems } from './identity.ts';
import { obstacles, type PatronCards } from './obstacles.ts';

/** In UTF-16 units. */
const longestReason = 500;

/** What the systems hold of whose application is to be approved. */
export interface ApprovalRecords extends PatronCards {
  /** Null for a stranger, and for a patron number that the registry doesn't know. */
  readonly patron: Patron | null;
  /** Also for a stranger: who is registered already is not registered again (R7). */
  readonly holders: DocumentHolders;
}

/** What staff say they have seen, on one decision: in a decision on many at once they have seen none of it. */
export interface ShownToStaff {
  /** Proof of address, since the application came in (R2). */
  readonly addressProofShown: boolean;
  /** The identity card itself, whose whole number they have compared with the application's (R7). */
  readonly identityDocumentSeen: boolean;
}

/** Why no decision can be made on it, whichever: somebody made one. */
export function openProblems({ status }: Application): CredentialProblem[] {
  return status === 'RECEIVED'
    ? []
    : [
        {
          code: 'WRONG_STATE',
          message: 'The application is decided or withdrawn: read how it stands.',
          field: ['applicationId'],
        },
      ];
}

/**
 * Why an application that is open can't be approved (R2 to R5, R7, R8, R15, R18). `submittedOn` and `today` are days in Hong
 * Kong. To be asked before the approval begins, not when it goes on after a crash: by then a stranger may be registered, by
 * itself.
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
    ...obstacles(withProof(application, shown), records, submittedOn, today),
    ...closedPatronProblems(records.patron, 'patronId'),
    ...mismatches,
    // Nobody is asked to look at a document that would be refused in any case.
    ...(mismatches.length > 0 ? [] : documentSeenProblems(application, shown, records.patron)),
  ];
}

/**
 * R7: whose record gets an identity number is for staff to see. Without that, a patron registered by birth certificate could
 * be given the number of somebody who is not registered yet.
 */
function documentSeenProblems(
  { applicant }: Application,
  { identityDocumentSeen }: ShownToStaff,
  patron: Patron | null,
): CredentialProblem[] {
  const isNew = patron !== null && identityNumberToAdd(applicant, patron) !== null;
  return isNew && !identityDocumentSeen ? [problem('IDENTITY_DOCUMENT_NEEDED', 'identityDocumentSeen')] : [];
}

/** The application, with what was seen of proof since. */
function withProof(application: Application, { addressProofShown }: ShownToStaff): Application {
  const { applicant } = application;
  return {
    ...application,
    applicant: { ...applicant, addressProofShown: applicant.addressProofShown || addressProofShown },
  };
}

/** A rejection says why: the applicant reads it. */
export function rejectionProblems(reason: string | null): CredentialProblem[] {
  const words = oneLine(reason ?? '');
  return words !== '' && isText(words, longestReason)
    ? []
    : [
        invalid(
          `A rejection wants a reason, as plain text of up to ${longestReason} characters, none of them invisible.`,
          'reason',
        ),
      ];
}
