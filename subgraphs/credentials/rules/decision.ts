import type { Application, Credential } from '../../../adapters/credentials/port.ts';
import type { Patron } from '../../../adapters/patrons/port.ts';
import { isText, oneLine } from '../../contact.ts';
import { type DocumentHolders, identityProblems } from './identity.ts';
import { obstacles } from './obstacles.ts';
import { type CredentialProblem, invalid } from './problem.ts';

/** In UTF-16 units. */
const longestReason = 500;

/** What the systems hold of whose application is to be approved. */
export interface ApprovalRecords {
  /** Null for a stranger, and for a patron number that the registry doesn't know. */
  readonly patron: Patron | null;
  /** None for a stranger. */
  readonly cards: readonly Credential[];
  /** Also for a stranger: who is registered already is not registered again (R7). */
  readonly holders: DocumentHolders;
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
 * Why an application that is open can't be approved (R2 to R5, R7, R8). `addressProofShown`: seen since the application
 * came in. `submittedOn` and `today` are days in Hong Kong. To be asked before the approval begins, not when it goes on
 * after a crash: by then a stranger may be registered, by itself.
 */
export function approvalProblems(
  application: Application,
  addressProofShown: boolean,
  records: ApprovalRecords,
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  return [
    ...obstacles(withProof(application, addressProofShown), records.cards, submittedOn, today),
    ...identityProblems(application, records.patron, records.holders),
  ];
}

/** The application, with what was seen of proof since. */
function withProof(application: Application, addressProofShown: boolean): Application {
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
    : [invalid(`A rejection wants a reason, in up to ${longestReason} characters.`, 'reason')];
}
