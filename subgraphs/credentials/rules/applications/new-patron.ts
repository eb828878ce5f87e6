import type { Application } from '../../../../adapters/credentials/port.ts';
import type { NewPatron } from '../../../../adapters/patrons/port.ts';
import { addressLineLimit, oneLine, optionalText, telephoneOf } from '../../../library/contact.ts';
import { englishNameOf, guarantorNameOf, needsGuarantor } from '../../../library/person.ts';
import { splitAddress } from './form.ts';

/**
 * The registry record for a stranger whose application is approved (R2, R3). An applicant who was of age on the day of applying,
 * `submittedOn` in Hong Kong, gets no guarantor, even if the section was completed. A counter may have stored names and contact
 * details as they were typed: they get the form in which the registry finds them.
 */
export function newPatronOf(
  { applicant, guarantor }: Application,
  addressProofShown: boolean,
  submittedOn: string,
): NewPatron {
  const { englishName, dateOfBirth, address } = applicant;
  return {
    englishName: englishNameOf(englishName),
    chineseName: optionalText(applicant.chineseName, oneLine),
    identityNumber: applicant.identityNumber,
    birthCertificateNumber: applicant.birthCertificateNumber,
    dateOfBirth,
    addressLines: registryLines(address),
    addressProven: applicant.addressProofShown || addressProofShown,
    telephone: optionalText(applicant.telephone, telephoneOf),
    email: optionalText(applicant.email, oneLine),
    guarantor:
      guarantor !== null && needsGuarantor(dateOfBirth, submittedOn)
        ? {
            name: guarantorNameOf(guarantor.name),
            telephone: optionalText(guarantor.telephone, telephoneOf),
          }
        : null,
  };
}

/**
 * The address in at most as many lines as the registry accepts. A counter may have stored more: the last line then joins the
 * rest with commas.
 */
function registryLines(address: string | null): string[] {
  const lines = splitAddress(address);
  const firstLines = lines.slice(0, addressLineLimit - 1);
  const lastLine = lines.slice(addressLineLimit - 1).join(', ');
  return lastLine === '' ? firstLines : [...firstLines, lastLine];
}
