import type { Application } from '../../../../adapters/credentials/port.ts';
import type { NewPatron } from '../../../../adapters/patrons/port.ts';
import { addressLineLimit } from '../../../library/contact.ts';
import { linesOf } from './application-form.ts';
import { needsGuarantor } from './guarantee.ts';

/**
 * The stranger whom an approved application registers. Who was of age on the day of applying, `submittedOn` in Hong Kong,
 * has no guarantor, whatever was filled in (R3). Names are put into upper case: a counter may have left them as written.
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

/** A counter's address may have more lines than the registry takes: the last then has the rest. */
function registryLines(address: string | null): string[] {
  const lines = linesOf(address);
  const rest = lines.slice(addressLineLimit - 1).join(', ');
  return [...lines.slice(0, addressLineLimit - 1), ...(rest === '' ? [] : [rest])];
}
