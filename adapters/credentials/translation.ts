import { dayOfSlashed } from '../soap/calendar.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as cms from './contract.generated.ts';
import type {
  Applicant,
  Application,
  ApplicationGuarantor,
  ApplicationStatus,
  Credential,
  CredentialKind,
  CredentialState,
  LossReport,
  OnReplacement,
} from './port.ts';

/** CMS's words and dates in the port's. An impossible date is an `UpstreamError`: `invalid-response`. */

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
    status: applicationStatuses[application.status],
    channel: channels[application.channel],
    wants: application.wants.map((type) => kinds[type]),
    patronId: application.patronNo,
    applicant: applicantOf(application.applicant),
    guarantor: application.guarantor === null ? null : guarantorOf(application.guarantor),
    submittedAt: instant(application.submittedAt, 'submittedAt'),
    decidedAt: orNull(application.decidedAt, 'decidedAt', instant),
    reason: application.reason,
  };
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

/** A field of CMS's that may be nil. */
function orNull(
  text: string | null,
  field: string,
  read: (text: string, field: string) => string,
): string | null {
  return text === null ? null : read(text, field);
}

function day(text: string, field: string): string {
  const found = dayOfSlashed(text);
  if (found === null) throw invalid(`${field} is no date`);
  return found;
}

/** The codec has checked the rest of it; one without a zone would be another moment to each reader. */
function instant(text: string, field: string): string {
  if (!/(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)) throw invalid(`${field} has no time zone`);
  return text;
}
