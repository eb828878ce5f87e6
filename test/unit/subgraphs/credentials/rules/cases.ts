import type { Application, Credential, NewApplication } from '../../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../../adapters/patrons/port.ts';
import {
  type ApplicantForm,
  type ApplicationForm,
  type GuarantorForm,
  newApplicationOf,
} from '../../../../../subgraphs/credentials/rules/applications/form.ts';
import type { CredentialProblem } from '../../../../../subgraphs/credentials/rules/problem.ts';

/** The day in Hong Kong on which the tests take place. */
export const today = '2026-11-24';

/** A library card in use. */
export const card = (changes: Partial<Credential> = {}): Credential => ({
  libraryCardNumber: '21852000000017',
  patronId: 'P0000001',
  kind: 'LIBRARY_CARD',
  state: 'ACTIVE',
  issuedOn: '2012-05-02',
  closedOn: null,
  identityNumber: null,
  dateOfIssue: null,
  onReplacement: null,
  informationCardPrintedOn: null,
  ...changes,
});

/** A smart identity card in use. */
export const smartId = (changes: Partial<Credential> = {}): Credential =>
  card({
    libraryCardNumber: '21852000000025',
    kind: 'SMART_ID',
    identityNumber: 'A123456(3)',
    dateOfIssue: '2019-02-20',
    ...changes,
  });

/** The form of an adult stranger, sent over the internet for both kinds of cards. It is free of mistakes. */
export const form = (
  changes: Partial<ApplicationForm> = {},
  applicant: Partial<ApplicantForm> = {},
): ApplicationForm => ({
  channel: 'INTERNET',
  wants: ['LIBRARY_CARD', 'SMART_ID'],
  applicant: {
    englishName: 'NG, WAI',
    identityNumber: 'D135790(6)',
    dateOfBirth: '1960-01-01',
    smartIdDateOfIssue: '2024-05-06',
    addressLines: ['Flat 4, Block A', '1 Library Road', 'Hong Kong'],
    ...applicant,
  },
  ...changes,
});

export const consent: GuarantorForm = {
  name: 'YIP, KWOK WAH',
  signedOn: '2026-10-10',
  allowsSmartId: true,
};

export const submitted = (
  changes: Partial<ApplicationForm> = {},
  applicant: Partial<ApplicantForm> = {},
): NewApplication => newApplicationOf(form(changes, applicant));

/** The application of {@link form}, as it was received the day before. */
export const received = (
  changes: Partial<ApplicationForm> = {},
  applicant: Partial<ApplicantForm> = {},
): Application => ({
  ...submitted(changes, applicant),
  id: 'A0000001',
  status: 'RECEIVED',
  submittedAt: '2026-11-23T10:00:00+08:00',
  decidedAt: null,
  decidedBy: null,
  reason: null,
});

/** The registry's record of the person who applies in {@link form}. */
export const patron = (changes: Partial<Patron> = {}): Patron => ({
  number: 'P0000004',
  englishName: 'NG, WAI',
  chineseName: null,
  identityDocuments: [{ kind: 'HKID', number: 'D135790(6)' }],
  dateOfBirth: '1960-01-01',
  addressLines: ['Flat 4, Block A', '1 Library Road', 'Hong Kong'],
  addressProven: true,
  telephone: '20000004',
  email: null,
  guarantor: null,
  status: 'ACTIVE',
  registeredOn: '2010-04-01',
  version: '20250101090000',
  ...changes,
});

/** Each problem as a text: its code, and the path of the field. */
export const told = (problems: readonly CredentialProblem[]): string[] =>
  problems.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
