import { compactDay, dayOfCompact } from '../hong-kong-time.ts';
import { child, int, optionalText, text, texts } from '../soap/fields.ts';
import { ENVELOPE } from '../soap/read-envelope.ts';
import { each, escapeText, optionalTag, tag } from '../soap/write-xml.ts';
import type { XmlElement } from '../soap/xml.ts';
import type { PatronRow } from '../tables/store.ts';
import {
  type PatronDetails,
  type PatronDocument,
  type PrsCode,
  PrsError,
  type SearchCriteria,
} from './registry.ts';

/** PRS's namespace. Only root elements are in it. */
const NAMESPACE = 'urn:library:prs:2004';

/** Returns a SOAP 1.1 envelope around `<prs:root>`. */
export const envelope = (root: string, content: string): string =>
  body(`<prs:${root} xmlns:prs="${NAMESPACE}">${content}</prs:${root}>`);

/**
 * Returns a SOAP fault with an error of PRS in `PRSFault`. Temporary and internal errors are faults of the server, and
 * all other errors are faults of the client.
 */
export function fault(code: PrsCode, message: string): string {
  const side = code === 'PRS-503' || code === 'PRS-900' ? 'Server' : 'Client';
  const detail = `<prs:PRSFault xmlns:prs="${NAMESPACE}">${tag('CODE', code)}${tag('TEXT', message)}</prs:PRSFault>`;
  return body(
    `<soap:Fault><faultcode>soap:${side}</faultcode><faultstring>${escapeText(message)}</faultstring>` +
      `<detail>${detail}</detail></soap:Fault>`,
  );
}

const body = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${ENVELOPE['1.1']}"><soap:Body>${content}` +
  '</soap:Body></soap:Envelope>';

/** Returns the element `PATRON`. Dates are `YYYYMMDD`, and absent values are left out. */
export const patron = (row: PatronRow): string =>
  `<PATRON>${tag('PATRON_NO', row.patronNo)}<DETAILS>` +
  tag('ENG_NAME', row.engName) +
  optionalTag('CHI_NAME', row.chiName) +
  optionalTag('HKID', row.hkid) +
  optionalTag('BIRTH_CERT_NO', row.birthCertNo) +
  tag('DOB', compactDay(row.dob)) +
  each(row.addrLine, (line) => tag('ADDR_LINE', line)) +
  tag('ADDR_PROOF', row.addrProof ? 'Y' : 'N') +
  optionalTag('TEL', row.tel) +
  optionalTag('EMAIL', row.email) +
  optionalTag('GUARANTOR_NAME', row.guarantorName) +
  optionalTag('GUARANTOR_TEL', row.guarantorTel) +
  `</DETAILS>${tag('STATUS', row.status)}${tag('REG_DATE', row.regDate)}${tag('LAST_UPD', row.lastUpd)}</PATRON>`;

export const numbersOf = (payload: XmlElement): string[] => texts(payload, 'PATRON_NO');

/** Returns the identity document that a `FindPatron` request searches for: an identity card or a birth certificate. */
export function documentOf(payload: XmlElement): PatronDocument {
  const hkid = optionalText(payload, 'HKID');
  return hkid === null
    ? { kind: 'birthCertNo', number: text(payload, 'BIRTH_CERT_NO') }
    : { kind: 'hkid', number: hkid };
}

export const criteriaOf = (payload: XmlElement): SearchCriteria => ({
  name: optionalText(payload, 'NAME'),
  tel: optionalText(payload, 'TEL'),
  status: optionalText(payload, 'STATUS'),
  after: optionalText(payload, 'AFTER_PATRON_NO'),
  maxRows: int(payload, 'MAX_ROWS'),
});

/**
 * Reads `DETAILS`. An empty optional field is the same as an absent one, because PRS's database doesn't distinguish
 * them.
 * @throws PrsError `PRS-001` if `DOB` is no date
 */
export function detailsOf(payload: XmlElement): PatronDetails {
  const details = child(payload, 'DETAILS');
  const optional = (local: string) => optionalText(details, local) || null;
  const dob = dayOfCompact(text(details, 'DOB'));
  if (dob === null) {
    throw new PrsError('PRS-001', 'DOB IS NO DATE');
  }
  return {
    engName: text(details, 'ENG_NAME'),
    chiName: optional('CHI_NAME'),
    hkid: optional('HKID'),
    birthCertNo: optional('BIRTH_CERT_NO'),
    dob,
    addrLine: texts(details, 'ADDR_LINE').filter((line) => line !== ''),
    addrProof: text(details, 'ADDR_PROOF') === 'Y',
    tel: optional('TEL'),
    email: optional('EMAIL'),
    guarantorName: optional('GUARANTOR_NAME'),
    guarantorTel: optional('GUARANTOR_TEL'),
  };
}

/**
 * Returns the patron's status in a request. @throws Error if the schema has accepted any other value, which is a bug.
 */
export function statusOf(payload: XmlElement): PatronRow['status'] {
  const status = text(payload, 'STATUS');
  if (status === 'A' || status === 'S' || status === 'C') {
    return status;
  }
  throw new Error(`STATUS ${status} got past the schema`);
}
