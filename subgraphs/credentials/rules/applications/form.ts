import type { Application, CredentialKind, NewApplication } from '../../../../adapters/credentials/port.ts';
import { certificateNumberOf, identityNumberOf } from '../../../library/card-and-identity-numbers.ts';
import { addressLinesOf, oneLine, optionalText, telephoneOf } from '../../../library/contact.ts';
import { englishNameOf, guarantorNameOf } from '../../../library/person.ts';

/** The SDL's `SubmitApplicationInput` without its reference. A field that was not filled in is absent or null. */
export interface ApplicationForm {
  readonly channel: Application['channel'];
  readonly patronId?: string | null;
  readonly wants: readonly CredentialKind[];
  readonly applicant: ApplicantForm;
  readonly guarantor?: GuarantorForm | null;
}

/** The SDL's `ApplicantInput`. Days are `YYYY-MM-DD`. The `Date` scalar has checked that they exist. */
export interface ApplicantForm {
  readonly englishName: string;
  readonly chineseName?: string | null;
  readonly identityNumber?: string | null;
  readonly birthCertificateNumber?: string | null;
  readonly dateOfBirth: string;
  readonly smartIdDateOfIssue?: string | null;
  readonly addressLines?: readonly string[] | null;
  readonly addressProofShown?: boolean | null;
  readonly telephone?: string | null;
  readonly email?: string | null;
}

/** The SDL's `GuarantorInput`. */
export interface GuarantorForm {
  readonly name: string;
  readonly telephone?: string | null;
  readonly signedOn: string;
  readonly allowsSmartId: boolean;
}

/**
 * Converts a filled-in form to an application, in the format of card management and the registry. Never fails. A value
 * that can't be converted stays nearly as it was typed, and the rules refuse it.
 *
 * @example
 * // englishName 'chan ,tai  man'   becomes 'CHAN, TAI MAN'
 * // identityNumber 'd1357906'      becomes 'D135790(6)'
 * // chineseName ' '                becomes '', which the rules refuse
 * // addressLines ['Flat 4', '']    becomes address 'Flat 4'
 */
export function newApplicationOf({
  channel,
  patronId,
  wants,
  applicant,
  guarantor,
}: ApplicationForm): NewApplication {
  return {
    channel,
    patronId: patronId ?? null,
    wants: [...new Set(wants)],
    applicant: {
      englishName: englishNameOf(applicant.englishName),
      chineseName: optionalText(applicant.chineseName, oneLine),
      identityNumber: optionalText(applicant.identityNumber, (typed) => oneLine(identityNumberOf(typed))),
      birthCertificateNumber: optionalText(applicant.birthCertificateNumber, certificateNumberOf),
      dateOfBirth: applicant.dateOfBirth,
      smartIdDateOfIssue: applicant.smartIdDateOfIssue ?? null,
      address: joinAddress(applicant.addressLines ?? []),
      addressProofShown: applicant.addressProofShown ?? false,
      telephone: optionalText(applicant.telephone, telephoneOf),
      email: optionalText(applicant.email, oneLine),
    },
    guarantor: guarantor == null ? null : guarantorOf(guarantor),
  };
}

/**
 * Converts the document numbers of an application from card management to the registry's form (R8). Counter staff may
 * have stored them as they were typed.
 */
export function withCanonicalDocuments(application: Application): Application {
  const { applicant } = application;
  const { identityNumber, birthCertificateNumber } = applicant;
  return {
    ...application,
    applicant: {
      ...applicant,
      identityNumber: identityNumber === null ? null : identityNumberOf(identityNumber),
      birthCertificateNumber:
        birthCertificateNumber === null ? null : certificateNumberOf(birthCertificateNumber),
    },
  };
}

function guarantorOf({ name, telephone, signedOn, allowsSmartId }: GuarantorForm) {
  return {
    name: guarantorNameOf(name),
    telephone: optionalText(telephone, telephoneOf),
    signedOn,
    allowsSmartId,
  };
}

/** The address in card management's form: one text, with a line feed between lines. Null if no line has text. */
function joinAddress(typedLines: readonly string[]): string | null {
  const lines = addressLinesOf(typedLines);
  return lines.length === 0 ? null : lines.join('\n');
}

/** The lines of an address that card management stores as one text. */
export function splitAddress(address: string | null): string[] {
  return address === null ? [] : addressLinesOf(address.split('\n'));
}
