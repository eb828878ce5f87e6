import type {
  ApplicationGuarantor,
  CredentialKind,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { adultAgeYears } from '../limits.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** R3: which card a guarantor may refuse, and whether this one allows it. */
const isAllowedBy: Readonly<Record<CredentialKind, (guarantor: ApplicationGuarantor) => boolean>> = {
  LIBRARY_CARD: () => true,
  SMART_ID: ({ allowsSmartId }) => allowsSmartId,
};

/** R3: true for an applicant who was under 18 on the day of applying, a day in Hong Kong. */
export function needsGuarantor(dateOfBirth: string, submittedOn: string): boolean {
  return ageOn(submittedOn, dateOfBirth) < adultAgeYears;
}

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
