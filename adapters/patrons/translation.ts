import { compactDay, dayOfCompact } from '../soap/contract/legacy-dates.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as prs from './contract.generated.ts';
import type {
  ContactChanges,
  IdentityDocument,
  NewPatron,
  Patron,
  PatronChanges,
  PatronStatus,
} from './port.ts';
import { recordVersion } from './record-version.ts';

/**
 * Translates PRS's records into the port's, and back. PRS writes dates as `20261115`. Its contract allows any eight
 * digits, such as `19450000` if only the year is known. A date that doesn't exist becomes null, so that one record
 * can't make the whole answer invalid:
 *
 *     { PATRON_NO: 'P0000001', DETAILS: { DOB: '19700203', TEL: '', … }, STATUS: 'A', … }
 *     → { number: 'P0000001', dateOfBirth: '1970-02-03', telephone: null, status: 'ACTIVE', … }
 */

export const invalid = (detail: string): UpstreamError =>
  new UpstreamError('patron registry', 'invalid-response', detail);

/** Whether the text is a patron number. PRS refuses a whole request because of one other text. */
export const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

const statuses = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' } as const satisfies Record<
  prs.PatronStatus,
  PatronStatus
>;
export const vendorStatuses = { ACTIVE: 'A', SUSPENDED: 'S', CLOSED: 'C' } as const satisfies Record<
  PatronStatus,
  prs.PatronStatus
>;

/** Returns null for an empty text, because PRS's database doesn't distinguish an empty field from an absent one. */
const textOrNull = (text: string | undefined): string | null => text || null;

export function patronOf({ PATRON_NO, DETAILS, STATUS, REG_DATE, LAST_UPD }: prs.PatronRecord): Patron {
  const guarantor = textOrNull(DETAILS.GUARANTOR_NAME);
  return {
    number: PATRON_NO,
    englishName: DETAILS.ENG_NAME,
    chineseName: textOrNull(DETAILS.CHI_NAME),
    identityDocuments: documentsOf(DETAILS),
    dateOfBirth: dayOfCompact(DETAILS.DOB),
    addressLines: DETAILS.ADDR_LINE,
    addressProven: DETAILS.ADDR_PROOF === 'Y',
    telephone: textOrNull(DETAILS.TEL),
    email: textOrNull(DETAILS.EMAIL),
    guarantor: guarantor === null ? null : { name: guarantor, telephone: textOrNull(DETAILS.GUARANTOR_TEL) },
    status: statuses[STATUS],
    registeredOn: dayOfCompact(REG_DATE),
    version: recordVersion(PATRON_NO, LAST_UPD),
  };
}

/** The documents of a record. A child who has a birth certificate and gets an identity card has both documents. */
function documentsOf({ HKID, BIRTH_CERT_NO }: prs.PatronDetails): IdentityDocument[] {
  const documents = [
    { kind: 'HKID', number: textOrNull(HKID) },
    { kind: 'BIRTH_CERTIFICATE', number: textOrNull(BIRTH_CERT_NO) },
  ] as const;
  return documents.flatMap(({ kind, number }) => (number === null ? [] : [{ kind, number }]));
}

/** PRS's form of a new patron; null if the date of birth doesn't exist. */
export function detailsOf(patron: NewPatron): prs.PatronDetails | null {
  const DOB = compactDay(patron.dateOfBirth);
  if (DOB === null) {
    return null;
  }
  return {
    ENG_NAME: patron.englishName,
    DOB,
    ADDR_LINE: patron.addressLines,
    ADDR_PROOF: yesOrNo(patron.addressProven),
    CHI_NAME: patron.chineseName || undefined,
    HKID: patron.identityNumber || undefined,
    BIRTH_CERT_NO: patron.birthCertificateNumber || undefined,
    TEL: patron.telephone || undefined,
    EMAIL: patron.email || undefined,
    GUARANTOR_NAME: patron.guarantor?.name || undefined,
    GUARANTOR_TEL: patron.guarantor?.telephone || undefined,
  };
}

/** All details of a record, with the changed contact details. `AmendPatron` wipes every field that is left out. */
export function withContact(
  details: prs.PatronDetails,
  { addressLines, addressProven, telephone = details.TEL, email = details.EMAIL }: ContactChanges,
): prs.PatronDetails {
  return {
    ...details,
    ADDR_LINE: addressLines ?? details.ADDR_LINE,
    ADDR_PROOF: addressProven === undefined ? details.ADDR_PROOF : yesOrNo(addressProven),
    TEL: telephone || undefined,
    EMAIL: email || undefined,
  };
}

/**
 * All details of a record, with the changed personal data. Null if the date of birth doesn't exist. The status is not
 * among the details.
 */
export function withPatronChanges(
  details: prs.PatronDetails,
  changes: PatronChanges,
): prs.PatronDetails | null {
  const { englishName = details.ENG_NAME, chineseName = details.CHI_NAME } = changes;
  const { identityNumber = details.HKID, birthCertificateNumber = details.BIRTH_CERT_NO } = changes;
  const { guarantor = { name: details.GUARANTOR_NAME, telephone: details.GUARANTOR_TEL } } = changes;
  const DOB = changes.dateOfBirth === undefined ? details.DOB : compactDay(changes.dateOfBirth);
  if (DOB === null) {
    return null;
  }
  return {
    ...details,
    ENG_NAME: englishName,
    DOB,
    CHI_NAME: chineseName || undefined,
    HKID: identityNumber || undefined,
    BIRTH_CERT_NO: birthCertificateNumber || undefined,
    GUARANTOR_NAME: guarantor?.name || undefined,
    GUARANTOR_TEL: guarantor?.telephone || undefined,
  };
}

const yesOrNo = (isYes: boolean): prs.YesNo => (isYes ? 'Y' : 'N');
