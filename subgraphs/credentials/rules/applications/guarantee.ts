import type { NewApplication } from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** From the eighteenth birthday on, nobody stands guarantor (R3). */
const adultAge = 18;

/** R3: true for who was under 18 on the day of applying, a day in Hong Kong. */
export function needsGuarantor(dateOfBirth: string, submittedOn: string): boolean {
  return ageOn(submittedOn, dateOfBirth) < adultAge;
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
  return wants.includes('SMART_ID') && !guarantor.allowsSmartId
    ? [problem('GUARANTOR_REFUSED', 'guarantor', 'allowsSmartId')]
    : [];
}
