import { expect, test } from 'vitest';
import {
  type ApprovalRecords,
  approvalProblems,
  openProblems,
  rejectionProblems,
} from '../../../../../subgraphs/credentials/rules/applications/decision.ts';
import {
  identityNumberToAdd,
  undisclosedHolders,
} from '../../../../../subgraphs/credentials/rules/applications/document-holders.ts';
import { newPatronOf } from '../../../../../subgraphs/credentials/rules/applications/new-patron.ts';
import { consent, patron, received, smartId, today, told } from './cases.ts';

const submittedOn = '2026-11-23';
const stranger: ApprovalRecords = {
  patron: null,
  isMerged: false,
  cards: [],
  lostEarlier: new Set(),
  holders: undisclosedHolders,
  isEnrolledElsewhere: false,
  others: { open: [], areAllListed: true },
};
const approving = (
  application = received(),
  records = stranger,
  addressProofShown = false,
  identityDocumentSeen = false,
) =>
  told(
    approvalProblems(
      application,
      { addressProofShown, identityDocumentSeen, otherApplicationsSeen: [], applicationsSearched: false },
      records,
      submittedOn,
      today,
    ),
  );

test('R2: proof of address that was seen since the application came in is proof', () => {
  expect(approving()).toEqual(['ADDRESS_PROOF_NEEDED applicant addressProofShown']);
  expect(approving(received(), stranger, true)).toEqual([]);
  expect(approving(received({}, { addressProofShown: true }))).toEqual([]);
});

test('R7: a stranger with a known document is not registered a second time', () => {
  const known = { ...stranger, holders: { ...undisclosedHolders, identityNumber: 'P0000004' } };
  expect(approving(received(), known, true)).toEqual(['ALREADY_REGISTERED applicant identityNumber']);
});

test('R7: a smart identity card that is enrolled for another patron is not enrolled again', () => {
  const elsewhere = { ...stranger, isEnrolledElsewhere: true };
  expect(approving(received(), elsewhere, true)).toEqual(['SMART_ID_ENROLLED applicant identityNumber']);
  const known = { ...elsewhere, holders: { ...undisclosedHolders, identityNumber: 'P0000004' } };
  expect(approving(received(), known, true)).toEqual(['ALREADY_REGISTERED applicant identityNumber']);
});

test("R7: a patron's application matches the record, and asks for no card that is in use by now", () => {
  const application = received({ patronId: 'P0000004', wants: ['SMART_ID'] }, { dateOfBirth: '1960-01-02' });
  expect(approving(application, { ...stranger, patron: patron(), cards: [smartId()] })).toEqual([
    'ALREADY_HELD wants',
    'IDENTITY_MISMATCH applicant dateOfBirth',
  ]);
});

test('R7: what the registry gets of an identity card, staff have seen', () => {
  const identityDocuments = [{ kind: 'BIRTH_CERTIFICATE', number: 'S1234567' }] as const;
  const records = { ...stranger, patron: patron({ identityDocuments }) };
  const application = received({ patronId: 'P0000004', wants: ['SMART_ID'] });
  expect(approving(application, records)).toEqual(['IDENTITY_DOCUMENT_NEEDED identityDocumentSeen']);
  expect(approving(application, records, false, true)).toEqual([]);
  const certificate = { identityNumber: null, birthCertificateNumber: 'S1234567' };
  const forLibraryCard = received({ patronId: 'P0000004', wants: ['LIBRARY_CARD'] }, certificate);
  expect(approving(forLibraryCard, records)).toEqual([]);
});

test('R7: an identity number that the record has is never written over', () => {
  const another = received({ patronId: 'P0000004', wants: ['SMART_ID'] }, { identityNumber: 'A123456(3)' });
  expect(approving(another, { ...stranger, patron: patron() }, false, true)).toEqual([
    'IDENTITY_MISMATCH applicant identityNumber',
  ]);
  expect(identityNumberToAdd(another.applicant, patron())).toBeNull();
});

test.each(['APPROVED', 'REJECTED', 'WITHDRAWN'] as const)('nobody decides on what is %s', (status) => {
  expect(told(openProblems({ ...received(), status }))).toEqual(['WRONG_STATE applicationId']);
  expect(openProblems(received())).toEqual([]);
});

test.each([null, '', ' \n', 'x'.repeat(501), 'a\u0000b', ' Withdrawn by the applicant.'])(
  'a rejection wants words: %j are none',
  (reason) => {
    expect(told(rejectionProblems(reason))).toEqual(['INVALID reason']);
  },
);

test('a rejection in words', () => {
  expect(rejectionProblems('The form is\nunreadable.')).toEqual([]);
});

test('R2, R3: who is registered has what was filled in, with the proof and the guarantor that count', () => {
  const guarantor = { ...consent, telephone: '20009999' };
  const application = received({ guarantor }, { englishName: 'Yip, Hoi Ching', dateOfBirth: '2011-04-22' });
  expect(newPatronOf(application, true, submittedOn)).toEqual({
    englishName: 'YIP, HOI CHING',
    chineseName: null,
    identityNumber: 'D135790(6)',
    birthCertificateNumber: null,
    dateOfBirth: '2011-04-22',
    addressLines: ['Flat 4, Block A', '1 Library Road', 'Hong Kong'],
    addressProven: true,
    telephone: null,
    email: null,
    guarantor: { name: 'YIP, KWOK WAH', telephone: '20009999' },
  });
  expect(newPatronOf(received({ guarantor }), false, submittedOn)).toMatchObject({
    guarantor: null,
    addressProven: false,
  });
  const proven = received({}, { addressProofShown: true });
  expect(newPatronOf(proven, false, submittedOn).addressProven).toBe(true);
});

test('telephone text of a counter that is not one number stays as it was typed', () => {
  const { applicant, ...others } = received();
  const typed = { ...applicant, dateOfBirth: '2011-04-22', telephone: ' 2345 6789 (day) /  9876 5432 ' };
  const guarantor = { ...consent, telephone: '2000 9999 ext. 12' };
  expect(newPatronOf({ ...others, guarantor, applicant: typed }, true, submittedOn)).toMatchObject({
    telephone: '2345 6789 (day) / 9876 5432',
    guarantor: { telephone: '2000 9999 ext. 12' },
  });
  const dashed = { ...applicant, telephone: ' - ' };
  expect(newPatronOf({ ...others, applicant: dashed }, true, submittedOn).telephone).toBeNull();
});

test('what a counter left as written, and an address of more lines than the registry takes', () => {
  const { applicant, ...others } = received();
  const counters = {
    ...applicant,
    englishName: ' Ng ,Wai  Man',
    chineseName: ' 吳 ',
    dateOfBirth: '2011-04-22',
    address: '1\r\n2\n3\n\n4\n5',
    telephone: '+852 2345-6789',
    email: ' ng@patrons.example ',
  };
  const guarantor = { ...consent, name: ' Ng  Kwok', telephone: '(2000) 9999' };
  expect(newPatronOf({ ...others, guarantor, applicant: counters }, true, submittedOn)).toMatchObject({
    englishName: 'NG, WAI MAN',
    chineseName: '吳',
    addressLines: ['1', '2', '3', '4, 5'],
    telephone: '23456789',
    email: 'ng@patrons.example',
    guarantor: { name: 'NG KWOK', telephone: '20009999' },
  });
  const blank = { ...applicant, chineseName: ' ', telephone: '', email: ' ' };
  expect(newPatronOf({ ...others, applicant: blank }, true, submittedOn)).toMatchObject({
    chineseName: null,
    telephone: null,
    email: null,
  });
  const without = { ...applicant, address: null };
  expect(newPatronOf({ ...others, applicant: without }, true, submittedOn).addressLines).toEqual([]);
});
