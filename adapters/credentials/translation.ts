import { dayOfSlashed, slashedDay } from '../soap/contract/legacy-dates.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as cms from './contract.generated.ts';
import {
  type Applicant,
  type Application,
  type ApplicationGuarantor,
  type ApplicationStatus,
  type Credential,
  type CredentialKind,
  type CredentialState,
  type Decision,
  type LossReport,
  type NewApplication,
  type NewCredential,
  type OnReplacement,
  type PinVerdict,
  withdrawnByApplicant,
} from './port.ts';

/**
 * Translates CMS's records into the port's, and back. CMS writes dates as `15/11/2026`, timestamps with `+08:00`, and
 * absent values as `xsi:nil`. A date that doesn't exist is an `UpstreamError` with `invalid-response`:
 *
 *     { type: 'SC', status: 'LST', issuedOn: '15/11/2026', closedOn: null, onReplacement: 'CONT', … }
 *     → { kind: 'SMART_ID', state: 'LOST', issuedOn: '2026-11-15', closedOn: null, onReplacement: 'CONTINUE', … }
 */

const kinds = { LC: 'LIBRARY_CARD', SC: 'SMART_ID' } as const satisfies Record<cms.CardType, CredentialKind>;
const states = { ACT: 'ACTIVE', LST: 'LOST', CAN: 'CLOSED', SUR: 'SURRENDERED' } as const satisfies Record<
  cms.CardStatus,
  CredentialState
>;
const onReplacements = { CONT: 'CONTINUE', DISC: 'DISCONTINUE' } as const satisfies Record<
  cms.OnReplacement,
  OnReplacement
>;
const channels = { CTR: 'COUNTER', WEB: 'INTERNET' } as const satisfies Record<
  cms.Channel,
  Application['channel']
>;
const applicationStatuses = {
  RCV: 'RECEIVED',
  APR: 'APPROVED',
  REJ: 'REJECTED',
  WDN: 'WITHDRAWN',
} as const satisfies Record<cms.ApplicationStatus, ApplicationStatus>;
export const vendorApplicationStatuses = {
  RECEIVED: 'RCV',
  APPROVED: 'APR',
  REJECTED: 'REJ',
  WITHDRAWN: 'WDN',
} as const satisfies Record<ApplicationStatus, cms.ApplicationStatus>;

const vendorKinds = { LIBRARY_CARD: 'LC', SMART_ID: 'SC' } as const satisfies Record<
  CredentialKind,
  cms.CardType
>;
/** Whether a replaced card keeps its number (R18) or gets a new one (R19). */
export const keepsNumber: Readonly<Record<CredentialKind, boolean>> = { LIBRARY_CARD: false, SMART_ID: true };

export const vendorOnReplacements = { CONTINUE: 'CONT', DISCONTINUE: 'DISC' } as const satisfies Record<
  OnReplacement,
  cms.OnReplacement
>;
const vendorChannels = { COUNTER: 'CTR', INTERNET: 'WEB' } as const satisfies Record<
  Application['channel'],
  cms.Channel
>;
export const vendorEndStatuses = { CLOSED: 'CAN', SURRENDERED: 'SUR' } as const satisfies Partial<
  Record<CredentialState, cms.CardStatus>
>;

/** Whether the text has the 14 digits of a card number. CMS has no other card numbers. */
export const isCardNumber = (number: string): boolean => /^[0-9]{14}$/.test(number);

export const invalid = (detail: string): UpstreamError =>
  new UpstreamError('card management', 'invalid-response', detail);

export function credentialOf(card: cms.Card): Credential {
  return {
    libraryCardNumber: card.cardNo,
    patronId: card.patronNo,
    kind: kinds[card.type],
    state: states[card.status],
    issuedOn: day(card.issuedOn, 'issuedOn'),
    closedOn: orNull(card.closedOn, 'closedOn', day),
    identityNumber: card.hkid,
    dateOfIssue: orNull(card.dateOfIssue, 'dateOfIssue', day),
    onReplacement: card.onReplacement === null ? null : onReplacements[card.onReplacement],
    informationCardPrintedOn: orNull(card.infoCardPrintedOn, 'infoCardPrintedOn', day),
  };
}

export function applicationOf(application: cms.Application): Application {
  return {
    id: application.applicationNo,
    status: statusOf(application),
    channel: channels[application.channel],
    wants: application.wants.map((type) => kinds[type]),
    patronId: application.patronNo,
    applicant: applicantOf(application.applicant),
    guarantor: application.guarantor === null ? null : guarantorOf(application.guarantor),
    submittedAt: instant(application.submittedAt, 'submittedAt'),
    decidedAt: orNull(application.decidedAt, 'decidedAt', instant),
    decidedBy: application.decidedBy,
    reason: application.reason,
  };
}

function statusOf({ status, reason }: cms.Application): ApplicationStatus {
  return status === 'REJ' && reason === withdrawnByApplicant ? 'WITHDRAWN' : applicationStatuses[status];
}

function applicantOf(applicant: cms.Applicant): Applicant {
  return {
    englishName: applicant.engName,
    chineseName: applicant.chiName,
    identityNumber: applicant.hkid,
    birthCertificateNumber: applicant.birthCertNo,
    dateOfBirth: day(applicant.dateOfBirth, 'dateOfBirth'),
    smartIdDateOfIssue: orNull(applicant.dateOfIssue, 'dateOfIssue', day),
    address: applicant.address,
    addressProofShown: applicant.addressProof,
    telephone: applicant.tel,
    email: applicant.email,
  };
}

function guarantorOf(guarantor: cms.Guarantor): ApplicationGuarantor {
  return {
    name: guarantor.name,
    telephone: guarantor.tel,
    signedOn: day(guarantor.signedOn, 'signedOn'),
    allowsSmartId: guarantor.allowsSmartCard,
  };
}

export function lossReportOf(report: cms.LossReport): LossReport {
  return {
    id: report.reportNo,
    libraryCardNumber: report.cardNo,
    reportedAt: instant(report.reportedAt, 'reportedAt'),
    onReplacement: report.onReplacement === null ? null : onReplacements[report.onReplacement],
  };
}

export const newApplicationOf = (
  reference: string,
  { channel, patronId, wants, applicant, guarantor }: NewApplication,
): cms.SubmitApplication => ({
  clientRef: reference,
  channel: vendorChannels[channel],
  patronNo: patronId,
  wants: wants.map((kind) => vendorKinds[kind]),
  applicant: {
    engName: applicant.englishName,
    chiName: applicant.chineseName,
    hkid: applicant.identityNumber,
    birthCertNo: applicant.birthCertificateNumber,
    dateOfBirth: vendorDay(applicant.dateOfBirth),
    dateOfIssue: applicant.smartIdDateOfIssue === null ? null : vendorDay(applicant.smartIdDateOfIssue),
    address: applicant.address,
    addressProof: applicant.addressProofShown,
    tel: applicant.telephone,
    email: applicant.email,
  },
  guarantor:
    guarantor === null
      ? null
      : {
          name: guarantor.name,
          tel: guarantor.telephone,
          signedOn: vendorDay(guarantor.signedOn),
          allowsSmartCard: guarantor.allowsSmartId,
        },
});

export const decisionOf = (id: string, decision: Decision): cms.DecideApplication => ({
  applicationNo: id,
  approve: decision.approve,
  patronNo: decision.approve ? decision.patronId : null,
  decidedBy: decision.decidedBy,
  reason: decision.approve ? null : decision.reason,
});

export const newCardOf = (reference: string, credential: NewCredential): cms.IssueCard => ({
  clientRef: reference,
  patronNo: credential.patronId,
  type: vendorKinds[credential.kind],
  ...enrolledDocumentOf(credential),
});

/** The identity card that CMS enrols together with the credential. Null for a library card. */
function enrolledDocumentOf(credential: NewCredential): Pick<cms.IssueCard, 'hkid' | 'dateOfIssue'> {
  switch (credential.kind) {
    case 'LIBRARY_CARD':
      return { hkid: null, dateOfIssue: null };
    case 'SMART_ID':
      return { hkid: credential.identityNumber, dateOfIssue: vendorDay(credential.dateOfIssue) };
    default:
      return credential satisfies never;
  }
}

/** A date in CMS's form. Throws an `UpstreamError` with `unencodable` if the date doesn't exist. */
export function vendorDay(text: string): string {
  const date = slashedDay(text);
  if (date === null) {
    throw new UpstreamError('card management', 'unencodable', 'expected a date YYYY-MM-DD');
  }
  return date;
}

export const pinVerdictOf = ({ verified, lockedUntil }: cms.VerifyPinResponse): PinVerdict => ({
  verified,
  lockedUntil: orNull(lockedUntil, 'lockedUntil', instant),
});

/** Translates a field that may be nil. A nil field becomes null. */
function orNull(
  text: string | null,
  field: string,
  read: (text: string, field: string) => string,
): string | null {
  return text === null ? null : read(text, field);
}

function day(text: string, field: string): string {
  const date = dayOfSlashed(text);
  if (date === null) {
    throw invalid(`${field} is not a date`);
  }
  return date;
}

/**
 * Checks that a timestamp has an offset. The codec has checked the rest of the timestamp. XML Schema allows a timestamp
 * without an offset, but such a timestamp is ambiguous.
 */
function instant(text: string, field: string): string {
  if (!/(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)) {
    throw invalid(`${field} has no time zone`);
  }
  return text;
}
