import type {
  Applicant,
  ApplicationGuarantor,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { addressFault, emailFault, isText, telephoneFault } from '../../../library/contact.ts';
import { isCertificateNumber } from '../../../library/numbers.ts';
import { type CredentialProblem, invalid, invalidFields } from '../problem.ts';
import { linesOf } from './application-form.ts';

/** Nobody older applies; in years. */
const oldestAge = 130;
/** Names have no bound in the vendors' contracts; ours is in UTF-16 units. */
const longestName = 100;

/**
 * What is missing, too long or impossible among the fields of an application, whatever it is for. `today` is a day in
 * Hong Kong.
 */
export function filledInProblems(application: NewApplication, today: string): CredentialProblem[] {
  const { wants, patronId, applicant, guarantor } = application;
  return [
    ...(wants.length === 0 ? [invalid('Say which card is wanted: one kind, or both.', 'wants')] : []),
    ...invalidFields(
      { ...whoFaults(applicant, today), ...contactFaults(applicant, patronId === null) },
      'applicant',
    ),
    ...(guarantor === null ? [] : invalidFields(guarantorFaults(guarantor, applicant, today), 'guarantor')),
  ];
}

function whoFaults(
  { englishName, chineseName, birthCertificateNumber, dateOfBirth }: Applicant,
  today: string,
) {
  const isLatin = /^[\p{Script=Latin}\p{M} ,.'’()/@-]+$/u.test(englishName) && /\p{L}/u.test(englishName);
  const isCertificate = birthCertificateNumber === null || isCertificateNumber(birthCertificateNumber);
  const isPossible = dateOfBirth <= today && ageOn(today, dateOfBirth) <= oldestAge;
  return {
    englishName:
      isLatin && isText(englishName, longestName)
        ? null
        : `The English name is in Latin letters, surname first, in up to ${longestName} characters.`,
    chineseName:
      chineseName === null || isText(chineseName, longestName)
        ? null
        : `The Chinese name is plain text of up to ${longestName} characters, none of them invisible.`,
    birthCertificateNumber: isCertificate
      ? null
      : 'The number of a birth certificate has up to 20 letters and digits.',
    dateOfBirth: isPossible
      ? null
      : `The date of birth lies in the future or more than ${oldestAge} years back: correct it.`,
  };
}

/** R2: a stranger has an address to prove. */
function contactFaults({ address, telephone, email }: Applicant, isStranger: boolean) {
  const lines = linesOf(address);
  return {
    addressLines:
      isStranger && lines.length === 0
        ? 'Give the address that is to be proven, in up to four lines.'
        : addressFault(lines),
    telephone: telephone === null ? null : telephoneFault(telephone),
    email: email === null ? null : emailFault(email),
  };
}

function guarantorFaults(
  { name, telephone, signedOn }: ApplicationGuarantor,
  { dateOfBirth }: Applicant,
  today: string,
) {
  return {
    name:
      name !== '' && isText(name, longestName)
        ? null
        : `The guarantor's name is wanted, as plain text of up to ${longestName} characters, none of them invisible.`,
    telephone: telephone === null ? null : telephoneFault(telephone),
    signedOn:
      signedOn <= today && signedOn >= dateOfBirth
        ? null
        : 'The guarantor signs by the day of applying, and not before the applicant is born: correct it.',
  };
}
