import { describe, expect, test } from 'vitest';
import type { Application, Credential } from '../../../../../adapters/credentials/port.ts';
import {
  currentProblems,
  reasonForReceipt,
  redactForReceipt,
} from '../../../../../subgraphs/credentials/rules/applications/application-problems.ts';
import { card, consent, received as receivedFor, told } from './cases.ts';

const submittedOn = '2026-11-23';
const received = receivedFor({ wants: ['SMART_ID'], patronId: 'P0000004' });
const applicant = (changes: Partial<Application['applicant']>, others: Partial<Application> = {}) => ({
  ...received,
  ...others,
  applicant: { ...received.applicant, ...changes },
});
const guarantor = { ...consent, telephone: null };
const problems = (application: Application, cards: readonly Credential[] = []) =>
  currentProblems(application, cards, submittedOn, '2026-11-24');
const codes = (...of: Parameters<typeof problems>) => problems(...of).map(({ code }) => code);

test('nothing, where all is in order', () => {
  expect(codes(received)).toEqual([]);
});

test('R2: a stranger proves an address, a registered patron need not', () => {
  expect(codes({ ...received, patronId: null })).toEqual(['ADDRESS_PROOF_NEEDED']);
  expect(codes(applicant({ addressProofShown: true }, { patronId: null }))).toEqual([]);
});

test('R2: the holder of a receipt is told of the proof, and of no field that only staff may send', () => {
  expect(told(redactForReceipt(problems({ ...received, patronId: null })))).toEqual(['ADDRESS_PROOF_NEEDED']);
});

test.each([
  ['the day before the eighteenth birthday', '2008-11-24', submittedOn, ['GUARANTOR_NEEDED']],
  ['the eighteenth birthday', '2008-11-23', submittedOn, []],
  ['28 February, for who was born on 29 February', '2008-02-29', '2026-02-28', ['GUARANTOR_NEEDED']],
  ['1 March, for who was born on 29 February', '2008-02-29', '2026-03-01', []],
])('R3: a guarantor signs for who is under 18: on %s', (_, dateOfBirth, day, expected) => {
  const found = currentProblems(applicant({ dateOfBirth }), [], day, '2026-11-24');
  expect(found.map(({ code }) => code)).toEqual(expected);
});

test('R3: the day of applying counts, however late the decision', () => {
  const found = currentProblems(applicant({ dateOfBirth: '2008-11-24' }), [], submittedOn, '2028-01-01');
  expect(told(found)).toEqual(['GUARANTOR_NEEDED guarantor']);
});

test('R3: a guarantor may refuse the smart identity card, not the library card', () => {
  const refused = applicant(
    { dateOfBirth: '2011-04-22' },
    { guarantor: { ...guarantor, allowsSmartId: false } },
  );
  expect(told(problems(refused))).toEqual(['GUARANTOR_REFUSED guarantor allowsSmartId']);
  expect(codes({ ...refused, wants: ['LIBRARY_CARD'] })).toEqual([]);
});

test("R3: an adult's guarantor has no say", () => {
  expect(codes({ ...received, guarantor: { ...guarantor, allowsSmartId: false } })).toEqual([]);
});

test.each([
  ['the day before the eleventh birthday', '2015-11-24', ['TOO_YOUNG_FOR_SMART_ID']],
  ['the eleventh birthday', '2015-11-23', []],
])('R4: under 11 there is no smart identity card: on %s', (_, dateOfBirth, expected) => {
  expect(codes(applicant({ dateOfBirth }, { guarantor }))).toEqual(expected);
});

test('R4: under 11 a library card is had by birth certificate', () => {
  const child = { dateOfBirth: '2016-01-01', smartIdDateOfIssue: null };
  const library = { wants: ['LIBRARY_CARD'], guarantor } as const;
  expect(told(problems(applicant(child, library)))).toEqual(['INVALID applicant birthCertificateNumber']);
  const certificate = { ...child, identityNumber: null, birthCertificateNumber: 'S1234567' };
  expect(codes(applicant(certificate, library))).toEqual([]);
  const eleven = { ...child, dateOfBirth: '2015-11-23' };
  expect(codes(applicant(eleven, library))).toEqual([]);
});

test('R7: from 11 on, a library card is had by either document, and by one at least', () => {
  const nobody = { identityNumber: null, smartIdDateOfIssue: null };
  const library = { wants: ['LIBRARY_CARD'] } as const;
  expect(told(problems(applicant(nobody, library)))).toEqual(['INVALID applicant identityNumber']);
  expect(codes(applicant({ ...nobody, birthCertificateNumber: 'S1234567' }, library))).toEqual([]);
});

test('R5: the smart card is in hand: with its number and its date of issue', () => {
  expect(told(problems(applicant({ smartIdDateOfIssue: null, identityNumber: null })))).toEqual([
    'SMART_ID_NEEDED applicant identityNumber',
    'SMART_ID_NEEDED applicant smartIdDateOfIssue',
  ]);
});

test('R5: a number that is wanted for both cards is asked for once', () => {
  const both = { wants: ['LIBRARY_CARD', 'SMART_ID'] } as const;
  expect(told(problems(applicant({ identityNumber: null }, both)))).toEqual([
    'SMART_ID_NEEDED applicant identityNumber',
  ]);
});

test.each([
  ['of the older kind', '2003-06-22', ['SMART_ID_NEEDED']],
  ['of the first day', '2003-06-23', []],
  ['of today', '2026-11-24', []],
  ['from the future', '2026-11-25', ['INVALID']],
])('R5: a smart identity card %s', (_, smartIdDateOfIssue, expected) => {
  expect(codes(applicant({ smartIdDateOfIssue }))).toEqual(expected);
});

test('R5: a card is not issued before its holder is born, nor in the future, whatever is applied for', () => {
  const dates = { dateOfBirth: '2012-01-01', smartIdDateOfIssue: '2011-12-31' };
  expect(codes(applicant(dates, { guarantor }))).toEqual(['INVALID']);
  expect(codes(applicant({ smartIdDateOfIssue: '2026-11-25' }, { wants: ['LIBRARY_CARD'] }))).toEqual([
    'INVALID',
  ]);
});

test('R5: who applies for a library card may have the older kind of identity card', () => {
  expect(codes(applicant({ smartIdDateOfIssue: '1999-01-01' }, { wants: ['LIBRARY_CARD'] }))).toEqual([]);
});

test('R7: one card in use of each kind', () => {
  expect(codes(received, [card({ kind: 'SMART_ID' })])).toEqual(['ALREADY_HELD']);
  expect(codes(received, [card({ kind: 'SMART_ID', state: 'CLOSED' }), card()])).toEqual([]);
});

test('R8: a wrong check digit', () => {
  expect(codes(applicant({ identityNumber: 'D135790(7)' }))).toEqual(['IDENTITY_NUMBER_INVALID']);
});

test('all problems come at once, each with its field', () => {
  const application = applicant({ dateOfBirth: '2010-01-01', smartIdDateOfIssue: null }, { patronId: null });
  expect(told(problems(application))).toEqual([
    'ADDRESS_PROOF_NEEDED applicant addressProofShown',
    'GUARANTOR_NEEDED guarantor',
    'SMART_ID_NEEDED applicant smartIdDateOfIssue',
  ]);
});

test('a rejection is told by its code where the counter left one, else as the staff have it', () => {
  const rejected = { ...received, status: 'REJECTED' as const };
  expect(codes({ ...rejected, reason: 'GUARANTOR_REFUSED' })).toEqual(['GUARANTOR_REFUSED']);
  expect(codes({ ...rejected, reason: 'form unreadable' })).toEqual(['REJECTED_BY_STAFF']);
  expect(codes({ ...rejected, reason: 'constructor' })).toEqual(['REJECTED_BY_STAFF']);
  expect(problems({ ...rejected, reason: null })).toMatchObject([{ code: 'REJECTED_BY_STAFF', field: null }]);
});

test.each(['APPROVED', 'WITHDRAWN'] as const)('an application that is %s has none', (status) => {
  expect(codes({ ...applicant({ smartIdDateOfIssue: null }), status })).toEqual([]);
});

describe('R7: the staff’s reason, for the holder of a receipt', () => {
  test.each([
    ['No proof was brought within a month.', 'No proof was brought within a month.'],
    ['ADDRESS_PROOF_NEEDED', null],
    ['ALREADY_REGISTERED', null],
    ['See ALREADY_REGISTERED.', null],
    [null, null],
  ])('%j is told as %j', (reason, told) => {
    expect(reasonForReceipt({ ...received, status: 'REJECTED', reason })).toBe(told);
  });

  test('is told of a rejection alone', () => {
    expect(reasonForReceipt({ ...received, status: 'APPROVED', reason: 'Welcome.' })).toBeNull();
  });
});
