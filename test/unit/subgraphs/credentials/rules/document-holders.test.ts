import { expect, test } from 'vitest';
import type { Patron } from '../../../../../adapters/patrons/port.ts';
import {
  identityProblems,
  undisclosedHolders,
} from '../../../../../subgraphs/credentials/rules/applications/document-holders.ts';
import { patron, submitted, told } from './cases.ts';

const child: Partial<Patron> = {
  number: 'P0000005',
  dateOfBirth: '2014-09-09',
  identityDocuments: [{ kind: 'BIRTH_CERTIFICATE', number: 'S1234567' }],
};
const isChild = { dateOfBirth: '2014-09-09' };
const of = (
  applicant: Parameters<typeof submitted>[1],
  record: Patron | null = patron(),
  holders = undisclosedHolders,
) => {
  const application = submitted({ patronId: record?.number ?? 'P9999999' }, applicant);
  return told(identityProblems(application, record, holders));
};

test("R7: a patron's application bears the registry's own document number and date of birth", () => {
  expect(of({})).toEqual([]);
  expect(of({ identityNumber: 'A123456(3)', dateOfBirth: '1960-01-02' })).toEqual([
    'IDENTITY_MISMATCH applicant identityNumber',
    'IDENTITY_MISMATCH applicant dateOfBirth',
  ]);
});

test('R7: the answer is the same whether or not the number given is registered', () => {
  const holders = { ...undisclosedHolders, identityNumber: 'P0000001' };
  expect(of({ identityNumber: 'A123456(3)' }, patron(), holders)).toEqual(
    of({ identityNumber: 'A123456(3)' }),
  );
});

test('R7: who was registered by birth certificate and has an identity card now is matched by staff', () => {
  expect(of({ ...isChild, identityNumber: 'Z683365(A)' }, patron(child))).toEqual([]);
  expect(of({ ...isChild, birthCertificateNumber: 's1234567' }, patron(child))).toEqual([]);
  expect(of({ ...isChild, birthCertificateNumber: 'S7654321' }, patron(child))).toEqual([
    'IDENTITY_MISMATCH applicant birthCertificateNumber',
  ]);
});

test('R7: of a record with both documents, an application bears the registered number of each', () => {
  const record = patron({
    identityDocuments: [...patron().identityDocuments, { kind: 'BIRTH_CERTIFICATE', number: 'S1234567' }],
  });
  expect(of({ identityNumber: null, birthCertificateNumber: 'S1234567' }, record)).toEqual([]);
  expect(of({ birthCertificateNumber: 'S7654321' }, record)).toEqual([
    'IDENTITY_MISMATCH applicant birthCertificateNumber',
  ]);
});

test("R7: but not with somebody else's identity card", () => {
  const holders = { ...undisclosedHolders, identityNumber: 'P0000001' };
  expect(of({ ...isChild, identityNumber: 'A123456(3)' }, patron(child), holders)).toEqual([
    'IDENTITY_MISMATCH applicant identityNumber',
  ]);
});

test('R7: a birth certificate alone stands for an identity card only where the registry knows it', () => {
  const certificate = { identityNumber: null, birthCertificateNumber: 'S1234567' };
  const known = { ...undisclosedHolders, birthCertificateNumber: 'P0000004' };
  expect(of(certificate)).toEqual(['IDENTITY_MISMATCH applicant birthCertificateNumber']);
  expect(of(certificate, patron(), known)).toEqual([]);
  expect(of({ birthCertificateNumber: 'S1234567' })).toEqual([]);
});

test('R7: a record without any document is matched by staff', () => {
  const record = patron({ identityDocuments: [] });
  expect(of({}, record)).toEqual([]);
  expect(of({ identityNumber: null, birthCertificateNumber: 'S1234567' }, record)).toEqual([]);
});

test('a patron number that the registry does not know', () => {
  expect(of({}, null)).toEqual(['NOT_FOUND patronId']);
});

test('R7: a stranger with a known document is registered already, by whichever', () => {
  const holders = { identityNumber: 'P0000004', birthCertificateNumber: 'P0000005' };
  expect(told(identityProblems(submitted(), null, holders))).toEqual([
    'ALREADY_REGISTERED applicant identityNumber',
    'ALREADY_REGISTERED applicant birthCertificateNumber',
  ]);
  expect(identityProblems(submitted(), null, undisclosedHolders)).toEqual([]);
});
