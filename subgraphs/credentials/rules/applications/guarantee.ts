import type {
  ApplicationGuarantor,
  CredentialKind,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { needsGuarantor } from '../../../library/person.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** R3: which card a guarantor may refuse, and whether this one allows it. */
const isAllowedBy: Readonly<Record<CredentialKind, (guarantor: ApplicationGuarantor) => boolean>> = {
  LIBRARY_CARD: () => true,
  SMART_ID: ({ allowsSmartId }) => allowsSmartId,
};

/** R3: under 18 on the day of applying, a guarantor signs, and may refuse the smart identity card. */
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
