import { compactDay, dayOfCompact } from '../soap/contract/calendar.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as prs from './contract.generated.ts';
import type { ContactChanges, IdentityDocument, NewPatron, Patron, PatronStatus } from './port.ts';

/** PRS's words and dates in the port's, and back. An impossible date is an `UpstreamError`: `invalid-response`. */

export const invalid = (detail: string): UpstreamError =>
  new UpstreamError('patron registry', 'invalid-response', detail);

/** With any other, PRS refuses the whole request. */
export const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

const statuses = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' } as const satisfies Record<
  prs.PatronStatus,
  PatronStatus
>;
export const vendorStatuses = { ACTIVE: 'A', SUSPENDED: 'S', CLOSED: 'C' } as const satisfies Record<
  PatronStatus,
  prs.PatronStatus
>;

/** PRS's database knows no difference between an empty field and none. */
const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

export function patronOf({ PATRON_NO, DETAILS, STATUS, REG_DATE, LAST_UPD }: prs.PatronRecord): Patron {
  const guarantor = given(DETAILS.GUARANTOR_NAME);
  return {
    number: PATRON_NO,
    englishName: DETAILS.ENG_NAME,
    chineseName: given(DETAILS.CHI_NAME),
    identityDocument: documentOf(DETAILS),
    dateOfBirth: day(DETAILS.DOB, 'DOB'),
    addressLines: DETAILS.ADDR_LINE,
    addressProven: DETAILS.ADDR_PROOF === 'Y',
    telephone: given(DETAILS.TEL),
    email: given(DETAILS.EMAIL),
    guarantor: guarantor === null ? null : { name: guarantor, telephone: given(DETAILS.GUARANTOR_TEL) },
    status: statuses[STATUS],
    registeredOn: day(REG_DATE, 'REG_DATE'),
    version: LAST_UPD,
  };
}

/** The identity card where there are both, as once a child has got one. */
function documentOf({ HKID, BIRTH_CERT_NO }: prs.PatronDetails): IdentityDocument | null {
  const identityNumber = given(HKID);
  if (identityNumber !== null) {
    return { kind: 'HKID', number: identityNumber };
  }
  const certificate = given(BIRTH_CERT_NO);
  return certificate === null ? null : { kind: 'BIRTH_CERTIFICATE', number: certificate };
}

function day(text: string, field: string): string {
  const found = dayOfCompact(text);
  if (found === null) {
    throw invalid(`${field} is no date`);
  }
  return found;
}

/** Null where there is no such day, which has no form in PRS's. */
export function detailsOf(patron: NewPatron): prs.PatronDetails | null {
  const DOB = compactDay(patron.dateOfBirth);
  if (DOB === null) {
    return null;
  }
  return {
    ENG_NAME: patron.englishName,
    DOB,
    ADDR_LINE: patron.addressLines,
    ADDR_PROOF: patron.addressProven ? 'Y' : 'N',
    ...present({
      CHI_NAME: patron.chineseName,
      HKID: patron.identityNumber,
      BIRTH_CERT_NO: patron.birthCertificateNumber,
      TEL: patron.telephone,
      EMAIL: patron.email,
      GUARANTOR_NAME: patron.guarantor?.name,
      GUARANTOR_TEL: patron.guarantor?.telephone,
    }),
  };
}

/** All of a record's details, those that are to change in their new form: what is left out, PRS wipes. */
export function withContact(
  { TEL, EMAIL, ...others }: prs.PatronDetails,
  { addressLines, addressProven, telephone = TEL, email = EMAIL }: ContactChanges,
): prs.PatronDetails {
  return {
    ...others,
    ...(addressLines === undefined ? {} : { ADDR_LINE: addressLines }),
    ...(addressProven === undefined ? {} : { ADDR_PROOF: addressProven ? 'Y' : 'N' }),
    ...present({ TEL: telephone, EMAIL: email }),
  };
}

type Texts = Readonly<Record<string, string | null | undefined>>;

/** Those that there are. */
function present<Fields extends Texts>(fields: Fields): { readonly [Name in keyof Fields]?: string } {
  const found = Object.entries(fields).filter(([, text]) => given(text ?? undefined) !== null);
  // Only fields were left out, and only texts are left.
  return Object.fromEntries(found) as { readonly [Name in keyof Fields]?: string };
}
