import type { Application, Credential, LossReport } from '../../adapters/credentials/port.ts';
import type { Patron } from '../../adapters/patrons/port.ts';
import { recordVersion } from '../../adapters/patrons/record-version.ts';

/** The data of `php/fixture.json`, in the types of our ports. */

export const patrons: readonly [Patron, Patron, Patron] = [
  {
    number: 'P0000001',
    englishName: `SIU & SONS <![CDATA[X]]> "Q" 'A' ]]>`,
    chineseName: '蕭𨱏',
    identityDocuments: [{ kind: 'HKID', number: 'A123456(3)' }],
    dateOfBirth: '1980-02-29',
    addressLines: ['FLAT 1 & 2, 3/F', '', '  007  ', '香港𠝹'],
    addressProven: true,
    telephone: '00852',
    email: 'a&b@example.org',
    guarantor: { name: 'CHAN, TAI MAN', telephone: '0012' },
    status: 'ACTIVE',
    registeredOn: '2004-01-02',
    version: recordVersion('P0000001', '20040102030405'),
  },
  {
    number: 'P0000002',
    englishName: 'AU',
    chineseName: null,
    identityDocuments: [{ kind: 'BIRTH_CERTIFICATE', number: 'R&D <![CDATA[1]]> 𨱏' }],
    dateOfBirth: '2020-01-31',
    addressLines: ['ONE LINE'],
    addressProven: false,
    telephone: null,
    email: null,
    guarantor: null,
    status: 'SUSPENDED',
    registeredOn: '2025-06-07',
    version: recordVersion('P0000002', '00010203040506'),
  },
  {
    number: 'P0000003',
    englishName: 'BO',
    chineseName: null,
    identityDocuments: [],
    dateOfBirth: '1999-12-31',
    addressLines: [],
    addressProven: false,
    telephone: null,
    email: null,
    guarantor: null,
    status: 'CLOSED',
    registeredOn: '2025-06-07',
    version: recordVersion('P0000003', '20250607000000'),
  },
];

export const lostCard: Credential = {
  libraryCardNumber: '00000000000018',
  patronId: 'P0000001',
  kind: 'SMART_ID',
  state: 'LOST',
  issuedOn: '2024-02-29',
  closedOn: null,
  identityNumber: 'A123456(3)',
  dateOfIssue: '2003-02-01',
  onReplacement: 'CONTINUE',
  informationCardPrintedOn: '2025-04-03',
};

export const cancelledCard: Credential = {
  libraryCardNumber: '00000000000026',
  patronId: 'P0000001',
  kind: 'LIBRARY_CARD',
  state: 'CLOSED',
  issuedOn: '2010-01-01',
  closedOn: '2020-12-31',
  identityNumber: null,
  dateOfIssue: null,
  onReplacement: null,
  informationCardPrintedOn: null,
};

export const siu: Application = {
  id: '007',
  status: 'APPROVED',
  channel: 'COUNTER',
  wants: ['LIBRARY_CARD', 'SMART_ID'],
  patronId: 'P0000001',
  applicant: {
    englishName: 'SIU & SONS <![CDATA[X]]> ]]>',
    chineseName: '蕭𨱏',
    identityNumber: 'A123456(3)',
    birthCertificateNumber: null,
    dateOfBirth: '1980-02-29',
    smartIdDateOfIssue: '2003-02-01',
    address: '1/F\r\n香港\t𠝹\n',
    addressProofShown: true,
    telephone: '00852',
    // Card management distinguishes an empty text from nil.
    email: '',
  },
  guarantor: { name: 'CHAN, TAI MAN', telephone: null, signedOn: '2024-03-01', allowsSmartId: false },
  submittedAt: '2024-03-01T09:00:00+08:00',
  decidedAt: '2024-03-02T01:00:00.125Z',
  decidedBy: 'staff',
  reason: null,
};

export const bo: Application = {
  id: 'A & <b> 𨱏',
  status: 'RECEIVED',
  channel: 'INTERNET',
  wants: ['LIBRARY_CARD'],
  patronId: null,
  applicant: {
    englishName: 'BO',
    chineseName: null,
    identityNumber: null,
    birthCertificateNumber: '01',
    dateOfBirth: '1999-12-31',
    smartIdDateOfIssue: null,
    address: null,
    addressProofShown: false,
    telephone: null,
    email: null,
  },
  guarantor: null,
  submittedAt: '2025-03-01T09:00:00+08:00',
  decidedAt: null,
  decidedBy: null,
  reason: null,
};

export const loss1: LossReport = {
  id: '0001',
  libraryCardNumber: '00000000000018',
  reportedAt: '2025-01-01T00:00:00+08:00',
  onReplacement: 'CONTINUE',
};

export const loss2: LossReport = {
  id: '0002',
  libraryCardNumber: '00000000000026',
  reportedAt: '2025-01-02T00:00:00Z',
  onReplacement: null,
};
