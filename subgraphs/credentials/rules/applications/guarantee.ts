import type {
  ApplicationGuarantor,
  CredentialKind,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { needsGuarantor } from '../../../library/person.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** Whether the guarantor allows each kind of card (R3). A guarantor can refuse only the smart identity card. */
const isAllowedBy: Readonly<Record<CredentialKind, (guarantor: ApplicationGuarantor) => boolean>> = {
  LIBRARY_CARD: () => true,
  SMART_ID: ({ allowsSmartId }) => allowsSmartId,
};

/**
 * An applicant under 18 on the day of applying needs a guarantor's signature (R3). The guarantor may refuse the smart
 * identity card.
 */
export function guaranteeProblems(application: NewApplication, submittedOn: string): CredentialProblem[] {
  const { applicant, guarantor, wants } = application;
  if (!needsGuarantor(applicant.dateOfBirth, submittedOn)) {
    return [];
  }
  if (guarantor === null) {
    return [problem('GUARANTOR_NEEDED', 'guarantor')];
  }
  return wants.every((kind) => isAllowedBy[kind](guarantor))
    ? []
    : [problem('GUARANTOR_REFUSED', 'guarantor', 'allowsSmartId')];
}
