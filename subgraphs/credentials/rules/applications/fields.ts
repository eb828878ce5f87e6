import type {
  Applicant,
  ApplicationGuarantor,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { isCertificateNumber } from '../../../library/card-and-identity-numbers.ts';
import { addressFault, emailFault, isText, telephoneFault } from '../../../library/contact.ts';
import { invalidTexts } from '../invalid-texts.ts';
import { maxAgeYears, maxNameLength } from '../limits.ts';
import { type CredentialProblem, invalid, invalidFields } from '../problem.ts';
import { splitAddress } from './form.ts';

/**
 * R1: at least one kind of card is wanted. Then the fields that are missing, too long or impossible, whichever card is wanted.
 * `today` is a day in Hong Kong, `YYYY-MM-DD`.
 */
export function fieldProblems(application: NewApplication, today: string): CredentialProblem[] {
  const { wants, patronId, applicant, guarantor } = application;
  return [
    ...(wants.length === 0 ? [invalid('NO_CARD_WANTED', 'wants')] : []),
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
    englishName: isLatin && isText(englishName, maxNameLength) ? null : invalidTexts.ENGLISH_NAME,
    chineseName:
      chineseName === null || isText(chineseName, maxNameLength) ? null : invalidTexts.CHINESE_NAME,
    birthCertificateNumber: isCertificate ? null : invalidTexts.BIRTH_CERTIFICATE_NUMBER,
    dateOfBirth: isPossible ? null : invalidTexts.DATE_OF_BIRTH,
  };
}

/** R2: somebody who is not registered yet gives an address to prove. */
function contactFaults({ address, telephone, email }: Applicant, isStranger: boolean) {
  const lines = splitAddress(address);
  return {
    addressLines: isStranger && lines.length === 0 ? invalidTexts.ADDRESS_MISSING : addressFault(lines),
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
    name: name !== '' && isText(name, maxNameLength) ? null : invalidTexts.GUARANTOR_NAME,
    telephone: telephone === null ? null : telephoneFault(telephone),
    signedOn: signedOn <= today && signedOn >= dateOfBirth ? null : invalidTexts.GUARANTOR_SIGNED_ON,
  };
}
