import type { Application } from '../../../../adapters/credentials/port.ts';
import type { NewPatron } from '../../../../adapters/patrons/port.ts';
import { addressLineLimit, oneLine, telephoneFault, telephoneOf } from '../../../library/contact.ts';
import { englishNameOf, guarantorNameOf, needsGuarantor } from '../../../library/person.ts';
import { splitAddress } from './form.ts';

/**
 * The registry record for an unregistered applicant whose application is approved (R2, R3). An applicant who was of age
 * on the day of applying gets no guarantor, even if the application names one. Names and contact details are converted
 * to the registry's form, because counter staff may have stored them as they were typed.
 * @param submittedOn the day of applying in Hong Kong
 */
export function newPatronOf(
  { applicant, guarantor }: Application,
  addressProofShown: boolean,
  submittedOn: string,
): NewPatron {
  const { englishName, dateOfBirth, address } = applicant;
  return {
    englishName: englishNameOf(englishName),
    chineseName: registryText(applicant.chineseName, oneLine),
    identityNumber: applicant.identityNumber,
    birthCertificateNumber: applicant.birthCertificateNumber,
    dateOfBirth,
    addressLines: registryLines(address),
    addressProven: applicant.addressProofShown || addressProofShown,
    telephone: registryText(applicant.telephone, registryTelephone),
    email: registryText(applicant.email, oneLine),
    guarantor:
      guarantor !== null && needsGuarantor(dateOfBirth, submittedOn)
        ? {
            name: guarantorNameOf(guarantor.name),
            telephone: registryText(guarantor.telephone, registryTelephone),
          }
        : null,
  };
}

/**
 * Converts a text from card management to the form that the registry stores. Counter staff may have stored an empty
 * text. It becomes null, because the registry stores no empty text.
 */
function registryText(stored: string | null, parse: (text: string) => string): string | null {
  return stored === null ? null : parse(stored) || null;
}

/**
 * The telephone number in the form in which it is dialled. Counter staff may have stored a text that is not a single
 * number. It stays as it was typed, because nobody could read it without its spaces. A text with only dashes or
 * brackets becomes empty.
 *
 *     '+852 2345-6789' → '23456789'
 *     '2345 6789 (day) / 9876 5432' → the same
 */
function registryTelephone(typed: string): string {
  const telephone = telephoneOf(typed);
  const isWhole = telephone === '' || telephoneFault(telephone) === null;
  return isWhole ? telephone : oneLine(typed);
}

/**
 * The address, in no more lines than the registry accepts. Counter staff may have stored more lines. The last line then
 * has all remaining lines, joined by commas.
 */
function registryLines(address: string | null): string[] {
  const lines = splitAddress(address);
  const firstLines = lines.slice(0, addressLineLimit - 1);
  const lastLine = lines.slice(addressLineLimit - 1).join(', ');
  return lastLine === '' ? firstLines : [...firstLines, lastLine];
}
