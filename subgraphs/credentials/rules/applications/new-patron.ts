import type { Application } from '../../../../adapters/credentials/port.ts';
import type { NewPatron } from '../../../../adapters/patrons/port.ts';
import { addressLineLimit } from '../../../library/contact.ts';
import { needsGuarantor } from '../../../library/person.ts';
import { splitAddress } from './form.ts';

/**
 * The registry record for a stranger whose application is approved (R2, R3). An applicant who was of age on the day of applying,
 * `submittedOn` in Hong Kong, gets no guarantor, even if the section was completed. Names are put into upper case: a counter may
 * have stored them as they were typed.
 */
export function newPatronOf(
  { applicant, guarantor }: Application,
  addressProofShown: boolean,
  submittedOn: string,
): NewPatron {
  const { englishName, dateOfBirth, address } = applicant;
  return {
    englishName: englishName.toUpperCase(),
    chineseName: applicant.chineseName,
    identityNumber: applicant.identityNumber,
    birthCertificateNumber: applicant.birthCertificateNumber,
    dateOfBirth,
    addressLines: registryLines(address),
    addressProven: applicant.addressProofShown || addressProofShown,
    telephone: applicant.telephone,
    email: applicant.email,
    guarantor:
      guarantor !== null && needsGuarantor(dateOfBirth, submittedOn)
        ? { name: guarantor.name.toUpperCase(), telephone: guarantor.telephone }
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
