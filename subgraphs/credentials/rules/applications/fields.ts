import type {
  Applicant,
  ApplicationGuarantor,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { isCertificateNumber } from '../../../library/card-and-identity-numbers.ts';
import {
  addressFault,
  addressLineLimit,
  emailFault,
  isText,
  telephoneFault,
} from '../../../library/contact.ts';
import { type CredentialProblem, invalid, invalidFields } from '../problem.ts';
import { splitAddress } from './form.ts';

/** A date of birth further back is taken for a mistake. */
const maxAgeYears = 130;
/** In UTF-16 units. The vendors' contracts set no limit for names; this one is ours. */
const maxNameLength = 100;

/**
 * R1: at least one kind of card is wanted. Then the fields that are missing, too long or impossible, whichever card is wanted.
 * `today` is a day in Hong Kong, `YYYY-MM-DD`.
 */
export function fieldProblems(application: NewApplication, today: string): CredentialProblem[] {
  const { wants, patronId, applicant, guarantor } = application;
  return [
    ...(wants.length === 0 ? [invalid('Say which card is wanted: one kind, or both.', 'wants')] : []),
    ...invalidFields(
      { ...personFaults(applicant, today), ...contactFaults(applicant, patronId === null) },
      'applicant',
    ),
    ...(guarantor === null ? [] : invalidFields(guarantorFaults(guarantor, applicant, today), 'guarantor')),
  ];
}

function personFaults(
  { englishName, chineseName, birthCertificateNumber, dateOfBirth }: Applicant,
  today: string,
) {
  const isLatin = /^[\p{Script=Latin}\p{M} ,.'’()/@-]+$/u.test(englishName) && /\p{L}/u.test(englishName);
  const isCertificate = birthCertificateNumber === null || isCertificateNumber(birthCertificateNumber);
  const isPossible = dateOfBirth <= today && ageOn(today, dateOfBirth) <= maxAgeYears;
  return {
    englishName:
      isLatin && isText(englishName, maxNameLength)
        ? null
        : `The English name is in Latin letters, surname first, of up to ${maxNameLength} characters.`,
    chineseName:
      chineseName === null || isText(chineseName, maxNameLength)
        ? null
        : `The Chinese name is plain text of up to ${maxNameLength} characters, none of them invisible.`,
    birthCertificateNumber: isCertificate
      ? null
      : 'The number of a birth certificate has up to 20 letters and digits.',
    dateOfBirth: isPossible
      ? null
      : `The date of birth lies in the future or more than ${maxAgeYears} years back: correct it.`,
  };
}

/** R2: somebody who is not registered yet gives an address to prove. */
function contactFaults({ address, telephone, email }: Applicant, isStranger: boolean) {
  const lines = splitAddress(address);
  return {
    addressLines:
      isStranger && lines.length === 0
        ? `Give the address that is to be proven, in up to ${addressLineLimit} lines.`
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
      name !== '' && isText(name, maxNameLength)
        ? null
        : `Give the guarantor's name, as plain text of up to ${maxNameLength} characters, none of them invisible.`,
    telephone: telephone === null ? null : telephoneFault(telephone),
    signedOn:
      signedOn <= today && signedOn >= dateOfBirth
        ? null
        : 'The guarantor signs by the day of applying, and not before the applicant is born: correct it.',
  };
}
