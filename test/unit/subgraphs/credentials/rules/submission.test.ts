import { describe, expect, test } from 'vitest';
import { undisclosedHolders } from '../../../../../subgraphs/credentials/rules/applications/document-holders.ts';
import type { Submitter } from '../../../../../subgraphs/credentials/rules/applications/staff-only-facts.ts';
import {
  type ApplicantRecords,
  formProblems,
  mayReadRecords,
  recordProblems,
} from '../../../../../subgraphs/credentials/rules/applications/submission.ts';
import { card, consent, type form, patron, received, smartId, submitted, today, told } from './cases.ts';

const anonymous: Submitter = { isStaff: false, patronId: null };
const signedIn: Submitter = { isStaff: false, patronId: 'P0000004' };
const staff: Submitter = { isStaff: true, patronId: null };

const problems = (application = submitted(), submitter = anonymous) =>
  told(formProblems(application, submitter, today));
const ofApplicant = (applicant: Parameters<typeof form>[1], changes: Parameters<typeof form>[0] = {}) =>
  problems(submitted(changes, applicant));

describe('what is filled in', () => {
  test('R1: a stranger may ask for one card, for the other, or for both', () => {
    expect(problems()).toEqual([]);
    expect(problems(submitted({ wants: ['SMART_ID'] }))).toEqual([]);
    expect(problems(submitted({ wants: ['LIBRARY_CARD'] }))).toEqual([]);
    expect(problems(submitted({ wants: [] }))).toEqual(['INVALID wants']);
  });

  test.each(['', '-, -', '陳大文', '1234', 'A'.repeat(101), 'CHAN\u0000', '\ud835'])(
    'the English name %j is none',
    (englishName) => {
      expect(ofApplicant({ englishName })).toEqual(['INVALID applicant englishName']);
    },
  );

  test.each(['Müller, José', 'KUMAR S/O RAM', 'CHAN, TAI MAN (PETER)', 'D’ARCY, A.'])(
    'the English name %j is one',
    (englishName) => {
      expect(ofApplicant({ englishName })).toEqual([]);
    },
  );

  test('a Chinese name beyond the basic plane is one; one without an end is none', () => {
    expect(ofApplicant({ chineseName: '蕭𨱏' })).toEqual([]);
    expect(ofApplicant({ chineseName: '蕭'.repeat(101) })).toEqual(['INVALID applicant chineseName']);
  });

  test('a date of birth lies neither in the future nor more than 130 years back', () => {
    const born = (dateOfBirth: string) =>
      ofApplicant({ dateOfBirth }, { wants: ['LIBRARY_CARD'], guarantor: { ...consent, signedOn: today } });
    expect(born('2026-11-25')).toContain('INVALID applicant dateOfBirth');
    expect(ofApplicant({ dateOfBirth: '1895-11-25' })).toEqual([]);
    expect(ofApplicant({ dateOfBirth: '1895-11-24' })).toEqual(['INVALID applicant dateOfBirth']);
  });

  test('R2: a stranger gives an address of one to four lines, a registered patron need not', () => {
    const lines = (addressLines: string[]) => ofApplicant({ addressLines });
    expect(lines([])).toEqual(['INVALID applicant addressLines']);
    expect(lines([' ', '\t'])).toEqual(['INVALID applicant addressLines']);
    expect(lines(['1', '2', '3', '4'])).toEqual([]);
    expect(lines(['1', '2', '3', '4', '5'])).toEqual(['INVALID applicant addressLines']);
    expect(lines(['x'.repeat(101)])).toEqual(['INVALID applicant addressLines']);
    expect(problems(submitted({ patronId: 'P0000004' }, { addressLines: [] }), signedIn)).toEqual([]);
  });

  test('an empty text is no value', () => {
    const empty = {
      chineseName: '',
      identityNumber: ' ',
      birthCertificateNumber: '',
      telephone: '-',
      email: ' ',
    };
    expect(ofApplicant(empty)).toEqual([
      'INVALID applicant chineseName',
      'INVALID applicant birthCertificateNumber',
      'INVALID applicant telephone',
      'INVALID applicant email',
      'IDENTITY_NUMBER_INVALID applicant identityNumber',
    ]);
  });

  test('telephone, e-mail and birth certificate have their forms', () => {
    expect(
      ofApplicant({
        telephone: 'none',
        email: 'nobody',
        birthCertificateNumber: 'No. 12',
        addressLines: ['1'],
      }),
    ).toEqual([
      'INVALID applicant birthCertificateNumber',
      'INVALID applicant telephone',
      'INVALID applicant email',
    ]);
  });

  test('a guarantor has a name, and signs by today and not before the applicant is born', () => {
    const signed = (signedOn: string, name = 'YIP, KWOK WAH') =>
      problems(submitted({ guarantor: { ...consent, name, signedOn } }, { dateOfBirth: '2011-04-22' }));
    expect(signed(today)).toEqual([]);
    expect(signed('2026-11-25')).toEqual(['INVALID guarantor signedOn']);
    expect(signed('2011-04-21', ' ')).toEqual(['INVALID guarantor name', 'INVALID guarantor signedOn']);
  });

  test('all problems come at once, each with its field', () => {
    const application = submitted(
      { wants: ['LIBRARY_CARD', 'SMART_ID'] },
      { englishName: '', identityNumber: 'D135790(7)', dateOfBirth: '2016-01-01', smartIdDateOfIssue: null },
    );
    expect(problems(application)).toEqual([
      'INVALID applicant englishName',
      'GUARANTOR_NEEDED guarantor',
      'IDENTITY_NUMBER_INVALID applicant identityNumber',
      'TOO_YOUNG_FOR_SMART_ID wants',
      'SMART_ID_NEEDED applicant smartIdDateOfIssue',
      'INVALID applicant birthCertificateNumber',
    ]);
  });
});

describe('R2: proof of address', () => {
  test('over the internet an application is received without it', () => {
    expect(problems()).toEqual([]);
    expect(problems(submitted(), staff)).toEqual([]);
  });

  test('at a counter it is shown by a stranger, and need not be by a registered patron', () => {
    expect(problems(submitted({ channel: 'COUNTER' }), staff)).toEqual([
      'ADDRESS_PROOF_NEEDED applicant addressProofShown',
    ]);
    expect(problems(submitted({ channel: 'COUNTER' }, { addressProofShown: true }), staff)).toEqual([]);
    expect(problems(submitted({ channel: 'COUNTER', patronId: 'P0000004' }), staff)).toEqual([]);
  });
});

describe('R27: what only staff are believed', () => {
  const boast = submitted({ channel: 'COUNTER', patronId: 'P0000001' }, { addressProofShown: true });

  test.each([
    ['nobody signed in', anonymous],
    ['another patron', signedIn],
  ])('not of %s', (_, submitter) => {
    expect(problems(boast, submitter)).toEqual([
      'INVALID patronId',
      'INVALID channel',
      'INVALID applicant addressProofShown',
    ]);
  });

  test('who is refused the counter is not asked for what is shown at one', () => {
    expect(problems(submitted({ channel: 'COUNTER' }))).toEqual(['INVALID channel']);
  });

  test('of staff all of it, and of patrons that they apply for themselves or for a stranger', () => {
    expect(problems(boast, staff)).toEqual([]);
    expect(problems(submitted({ patronId: 'P0000004' }), signedIn)).toEqual([]);
    expect(problems(submitted(), signedIn)).toEqual([]);
  });
});

describe('whether the systems are asked', () => {
  const mayAsk = (application = submitted(), submitter = signedIn) =>
    mayReadRecords(formProblems(application, submitter, today));

  test('R8: not with a wrong check digit', () => {
    expect(mayAsk(submitted({}, { identityNumber: 'D135790(7)' }))).toBe(false);
  });
  test('R27: not about someone else', () => {
    expect(mayAsk(submitted({ patronId: 'P0000001' }))).toBe(false);
  });
  test('with any other problem they are, so that all problems come at once', () => {
    expect(mayAsk(submitted({}, { smartIdDateOfIssue: null }))).toBe(true);
    expect(mayAsk()).toBe(true);
  });
});

describe("what the systems' records say", () => {
  const own = submitted({ patronId: 'P0000004', wants: ['SMART_ID'] });
  const records = (changes: Partial<ApplicantRecords> = {}): ApplicantRecords => ({
    patron: patron(),
    isMerged: false,
    cards: [],
    lostEarlier: new Set(),
    applications: [],
    holders: undisclosedHolders,
    ...changes,
  });
  const found = (changes: Partial<ApplicantRecords>, application = own) =>
    told(recordProblems(application, records(changes)));

  test('R7: one card in use of each kind', () => {
    expect(found({ cards: [smartId()] })).toEqual(['ALREADY_HELD wants']);
    expect(found({ cards: [card(), smartId({ state: 'CLOSED' })] })).toEqual([]);
  });

  test('R9, R15: nobody applies on a record that was merged or closed', () => {
    expect(found({ patron: patron({ status: 'SUSPENDED' }), isMerged: true })).toEqual([
      'ALREADY_MERGED patronId',
    ]);
    expect(found({ patron: patron({ status: 'CLOSED' }) })).toEqual(['PATRON_CLOSED patronId']);
  });

  test('R18: a lost smart identity card waits for its replacement; a lost library card does not', () => {
    expect(found({ cards: [smartId({ state: 'LOST' })] })).toEqual(['ALREADY_HELD wants']);
    const library = submitted({ patronId: 'P0000004', wants: ['LIBRARY_CARD'] });
    expect(found({ cards: [card({ state: 'LOST' })] }, library)).toEqual([]);
  });

  test('a second application for the same card waits for the first', () => {
    const other = received({ patronId: 'P0000004', wants: ['LIBRARY_CARD', 'SMART_ID'] });
    expect(found({ applications: [other] })).toEqual(['ANOTHER_OPERATION_OPEN wants']);
    expect(found({ applications: [{ ...other, status: 'REJECTED' }] })).toEqual([]);
    expect(found({ applications: [{ ...other, wants: ['LIBRARY_CARD'] }] })).toEqual([]);
  });

  test('R7: a stranger is told nothing of who is registered, unless staff ask', () => {
    const stranger = { patron: null, holders: undisclosedHolders };
    expect(found(stranger, submitted())).toEqual([]);
    const holders = { ...undisclosedHolders, identityNumber: 'P0000004' };
    expect(found({ ...stranger, holders }, submitted())).toEqual([
      'ALREADY_REGISTERED applicant identityNumber',
    ]);
  });
});
