import type {
  Applicant,
  ApplicationGuarantor,
  NewApplication,
} from '../../../../adapters/credentials/port.ts';
import { addressFault, emailFault, telephoneFault } from '../../../library/contact.ts';
import {
  certificateFault,
  chineseNameFault,
  dateOfBirthFault,
  englishNameFault,
  guarantorNameFault,
} from '../../../library/person.ts';
import { invalidTexts } from '../messages/invalid.ts';
import { type CredentialProblem, invalid, invalidFields } from '../problem.ts';
import { splitAddress } from './form.ts';

/**
 * Checks that at least one kind of card is wanted (R1), and that no field is missing, too long or impossible.
 * @param today a day in Hong Kong, `YYYY-MM-DD`
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
  return {
    englishName: englishNameFault(englishName),
    chineseName: chineseName === null ? null : chineseNameFault(chineseName),
    birthCertificateNumber: birthCertificateNumber === null ? null : certificateFault(birthCertificateNumber),
    dateOfBirth: dateOfBirthFault(dateOfBirth, today),
  };
}

/** The faults of the contact details. An unregistered person must give an address (R2). */
function contactFaults({ address, telephone, email }: Applicant, isUnregistered: boolean) {
  const noAddress = isUnregistered ? invalidTexts.ADDRESS_MISSING : null;
  return {
    addressLines: address === null ? noAddress : addressFault(splitAddress(address)),
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
    name: guarantorNameFault(name),
    telephone: telephone === null ? null : telephoneFault(telephone),
    signedOn: signedOn <= today && signedOn >= dateOfBirth ? null : invalidTexts.GUARANTOR_SIGNED_ON,
  };
}
