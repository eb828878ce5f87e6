/**
 * Invented people for the stories. Their dates of birth are relative to today, and each has a name and documents of
 * their own.
 */

import { identityCheckDigit } from '../../../simulators/check-digits.ts';
import { hongKongDay } from '../../../subgraphs/library/calendar.ts';

/** Today's date in Hong Kong. The stories use the real day, because the journal uses the real clock. */
export const today = hongKongDay(new Date());

/** The day `years` years ago, plus `days`. 29 February becomes 1 March. */
export function yearsAgo(years: number, days = 0): string {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number);
  return new Date(Date.UTC(year - years, month - 1, day + days)).toISOString().slice(0, 10);
}

/** `ApplicantInput`, as an applicant fills it in. */
export interface Applicant {
  readonly englishName: string;
  readonly chineseName?: string;
  readonly identityNumber?: string | null;
  readonly birthCertificateNumber?: string;
  readonly dateOfBirth: string;
  readonly smartIdDateOfIssue?: string | null;
  readonly addressLines: readonly string[];
  readonly addressProofShown?: boolean;
  readonly telephone?: string;
  readonly email?: string;
}

let born = 0;

/** A new identity number with the right check digit (R8). Nobody else in the stories has it. */
export function newIdentityNumber(): string {
  born += 1;
  const body = `X${String(700_000 + born)}`;
  return `${body}(${identityCheckDigit(body)})`;
}

/** A person whom no system knows. They have a smart identity card, and have shown proof of address. */
export function newApplicant(filledIn: Partial<Applicant> = {}): Applicant {
  const identityNumber = newIdentityNumber();
  // All names have the same length, because a search finds names by their beginning.
  const letters = [...String(born).padStart(4, '0')].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('');
  return {
    englishName: `CHUI, YING ${letters}`,
    identityNumber,
    dateOfBirth: yearsAgo(30),
    smartIdDateOfIssue: yearsAgo(3),
    addressLines: ['Flat 9, Block C', '2 Reading Road'],
    addressProofShown: true,
    ...filledIn,
  };
}

/** A child under 11, with a birth certificate only (R4). */
export function child(age: number): Applicant {
  const {
    identityNumber: _,
    smartIdDateOfIssue: __,
    ...others
  } = newApplicant({ dateOfBirth: yearsAgo(age) });
  return { ...others, birthCertificateNumber: `S${String(8_000_000 + born)}` };
}

/** The guarantor's part of a form, signed today (R3). */
export const guarantor = (allowsSmartId: boolean) => ({
  name: 'CHUI, WAI MAN',
  telephone: '2000 9999',
  signedOn: today,
  allowsSmartId,
});
