import type { Application, CredentialKind, NewApplication } from '../../../../adapters/credentials/port.ts';
import { addressLinesOf, oneLine, telephoneOf } from '../../../library/contact.ts';
import { certificateNumberOf, identityNumberOf } from '../../../library/numbers.ts';

/** `SubmitApplicationInput` without its reference. What is not filled in is absent or null. */
export interface ApplicationForm {
  readonly channel: Application['channel'];
  readonly patronId?: string | null;
  readonly wants: readonly CredentialKind[];
  readonly applicant: ApplicantForm;
  readonly guarantor?: GuarantorForm | null;
}

/** `ApplicantInput`. Days are days that exist: the scalar has seen to that. */
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

/** `GuarantorInput`. */
export interface GuarantorForm {
  readonly name: string;
  readonly telephone?: string | null;
  readonly signedOn: string;
  readonly allowsSmartId: boolean;
}

/**
 * What was filled in, in the form that the systems keep. Never fails: what has no such form stays nearly as it was typed,
 * for the rules to find.
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
      chineseName: given(applicant.chineseName, oneLine),
      identityNumber: given(applicant.identityNumber, (typed) => oneLine(identityNumberOf(typed))),
      birthCertificateNumber: given(applicant.birthCertificateNumber, certificateNumberOf),
      dateOfBirth: applicant.dateOfBirth,
      smartIdDateOfIssue: applicant.smartIdDateOfIssue ?? null,
      address: addressOf(applicant.addressLines ?? []),
      addressProofShown: applicant.addressProofShown ?? false,
      telephone: given(applicant.telephone, telephoneOf),
      email: given(applicant.email, oneLine),
    },
    guarantor: guarantor == null ? null : guarantorOf(guarantor),
  };
}

/**
 * An application that card management keeps, with its numbers as the systems keep them: a counter may have left them as they
 * were written.
 */
export function withParsedDocuments(application: Application): Application {
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
    name: oneLine(name).toUpperCase(),
    telephone: given(telephone, telephoneOf),
    signedOn,
    allowsSmartId,
  };
}

/** As in `CHAN, TAI MAN`: the registry takes upper case only. */
function englishNameOf(typed: string): string {
  return oneLine(typed.normalize('NFKC')).replace(/ ?, ?/g, ', ').trim().toUpperCase();
}

/** Card management keeps an address as one text: a line of it ends with a line feed. */
function addressOf(typed: readonly string[]): string | null {
  const lines = addressLinesOf(typed);
  return lines.length === 0 ? null : lines.join('\n');
}

/** The lines of an address that card management keeps. */
export function linesOf(address: string | null): string[] {
  return address === null ? [] : addressLinesOf(address.split('\n'));
}

/** Null for what was not filled in, also where it is only spaces. */
function given(typed: string | null | undefined, inForm: (typed: string) => string): string | null {
  const text = typed == null ? '' : inForm(typed);
  return text === '' ? null : text;
}
