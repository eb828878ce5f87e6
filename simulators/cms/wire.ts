import { dayOfSlash, slashDay, zonedOf } from '../hong-kong-time.ts';
import { all, child, flag, optionalChild, optionalText, text } from '../soap/fields.ts';
import { InvalidRequest } from '../soap/invalid-request.ts';
import { ENVELOPE } from '../soap/read-envelope.ts';
import { each, escapeText, nillableTag, tag } from '../soap/write-xml.ts';
import type { XmlElement } from '../soap/xml.ts';
import type { ApplicationRow, CardRow, LossReportRow } from '../tables/store.ts';
import type { NewApplication } from './applications.ts';
import type { CmsCode } from './cms-error.ts';
import type { PinVerdict } from './pin-lock.ts';

/**
 * The namespaces. All elements are in CMS's namespace, which is the default below the body. `xsi` is declared at the
 * root.
 */
const NAMESPACE = 'http://cms.library.example/2009/cards';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

export const envelope = (root: string, content: string): string =>
  body(`<${root} xmlns="${NAMESPACE}">${content}</${root}>`);

/** Returns a SOAP 1.2 fault. If `code` is not null, the fault's detail has a `cmsFault`. */
export function fault(side: 'Sender' | 'Receiver', message: string, code: CmsCode | null): string {
  const detail =
    code === null
      ? ''
      : `<env:Detail><cmsFault xmlns="${NAMESPACE}">${tag('code', code)}${tag('message', message)}</cmsFault></env:Detail>`;
  return body(
    `<env:Fault><env:Code><env:Value>env:${side}</env:Value></env:Code>` +
      `<env:Reason><env:Text xml:lang="en">${escapeText(message)}</env:Text></env:Reason>${detail}</env:Fault>`,
  );
}

const body = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="${ENVELOPE['1.2']}" xmlns:xsi="${XSI}">` +
  `<env:Body>${content}</env:Body></env:Envelope>`;

const nillableDay = (name: string, day: string | null): string =>
  nillableTag(name, day === null ? null : slashDay(day));

/**
 * Returns the element `card`. An absent value is `xsi:nil`. The type and status are attributes. The PIN is left out.
 */
export const card = (row: CardRow): string =>
  `<card type="${row.type}" status="${row.status}">` +
  tag('cardNo', row.cardNo) +
  tag('patronNo', row.patronNo) +
  tag('issuedOn', slashDay(row.issuedOn)) +
  nillableDay('closedOn', row.closedOn) +
  nillableTag('hkid', row.hkid) +
  nillableDay('dateOfIssue', row.dateOfIssue) +
  nillableTag('onReplacement', row.onReplacement) +
  nillableDay('infoCardPrintedOn', row.infoCardPrintedOn) +
  '</card>';

export const application = (row: ApplicationRow): string =>
  `<application channel="${row.channel}" status="${row.status}">` +
  tag('applicationNo', row.applicationNo) +
  tag('clientRef', row.clientRef) +
  nillableTag('patronNo', row.patronNo) +
  each(row.wants, (type) => tag('wants', type)) +
  applicant(row.applicant) +
  guarantor(row.guarantor) +
  tag('submittedAt', row.submittedAt) +
  nillableTag('decidedAt', row.decidedAt) +
  nillableTag('decidedBy', row.decidedBy) +
  nillableTag('reason', row.reason) +
  '</application>';

const applicant = (row: ApplicationRow['applicant']): string =>
  '<applicant>' +
  tag('engName', row.engName) +
  nillableTag('chiName', row.chiName) +
  nillableTag('hkid', row.hkid) +
  nillableTag('birthCertNo', row.birthCertNo) +
  tag('dateOfBirth', slashDay(row.dateOfBirth)) +
  nillableDay('dateOfIssue', row.dateOfIssue) +
  nillableTag('address', row.address) +
  tag('addressProof', row.addressProof) +
  nillableTag('tel', row.tel) +
  nillableTag('email', row.email) +
  '</applicant>';

const guarantor = (row: ApplicationRow['guarantor']): string =>
  row === null
    ? nillableTag('guarantor', null)
    : `<guarantor>${tag('name', row.name)}${nillableTag('tel', row.tel)}${tag('signedOn', slashDay(row.signedOn))}` +
      `${tag('allowsSmartCard', row.allowsSmartCard)}</guarantor>`;

export const lossReport = (row: LossReportRow): string =>
  '<report>' +
  tag('reportNo', row.reportNo) +
  tag('cardNo', row.cardNo) +
  tag('patronNo', row.patronNo) +
  tag('reportedAt', row.reportedAt) +
  nillableTag('onReplacement', row.onReplacement) +
  '</report>';

export const pinVerdict = ({ verified, lockedUntil }: PinVerdict): string =>
  tag('verified', verified) + nillableTag('lockedUntil', lockedUntil === null ? null : zonedOf(lockedUntil));

/** Returns the keys of an `xsd:list`. The schema has already collapsed the white space between them. */
export function listOf(element: XmlElement, local: string): string[] {
  const value = text(element, local);
  return value === '' ? [] : value.split(' ');
}

/** Returns a `SlashDate` as a day. A date that doesn't exist makes the request invalid, like a date in another form. */
export function day(element: XmlElement, local: string): string {
  const found = dayOfSlash(text(element, local));
  if (found === null) {
    throw new InvalidRequest('body', `${local} is no date`);
  }
  return found;
}

export const optionalDay = (element: XmlElement, local: string): string | null =>
  optionalChild(element, local) === null ? null : day(element, local);

/** Returns the text as a value of an enumeration. The schema has already refused all other texts. */
export function oneOf<Value extends string>(values: readonly Value[], given: string): Value {
  const found = values.find((value) => value === given);
  if (found === undefined) {
    throw new Error(`${given} got past the schema`);
  }
  return found;
}

export const CARD_TYPES = ['LC', 'SC'] as const;
export const CARD_STATUSES = ['ACT', 'LST', 'CAN', 'SUR'] as const;
export const ON_REPLACEMENT = ['CONT', 'DISC'] as const;

export function newApplicationOf(payload: XmlElement): NewApplication {
  return {
    clientRef: text(payload, 'clientRef'),
    channel: oneOf(['CTR', 'WEB'], text(payload, 'channel')),
    patronNo: optionalText(payload, 'patronNo'),
    wants: all(payload, 'wants').map((wanted) => oneOf(CARD_TYPES, wanted.text)),
    applicant: applicantOf(child(payload, 'applicant')),
    guarantor: guarantorOf(optionalChild(payload, 'guarantor')),
  };
}

const applicantOf = (element: XmlElement): ApplicationRow['applicant'] => ({
  engName: text(element, 'engName'),
  chiName: optionalText(element, 'chiName'),
  hkid: optionalText(element, 'hkid'),
  birthCertNo: optionalText(element, 'birthCertNo'),
  dateOfBirth: day(element, 'dateOfBirth'),
  dateOfIssue: optionalDay(element, 'dateOfIssue'),
  address: optionalText(element, 'address'),
  addressProof: flag(element, 'addressProof'),
  tel: optionalText(element, 'tel'),
  email: optionalText(element, 'email'),
});

function guarantorOf(element: XmlElement | null): ApplicationRow['guarantor'] {
  if (element === null) {
    return null;
  }
  return {
    name: text(element, 'name'),
    tel: optionalText(element, 'tel'),
    signedOn: day(element, 'signedOn'),
    allowsSmartCard: flag(element, 'allowsSmartCard'),
  };
}
