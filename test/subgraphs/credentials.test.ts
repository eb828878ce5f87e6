import { describe, expect, test } from 'vitest';
import type { Application, Credential } from '../../adapters/credentials/port.ts';
import { problemsOf } from '../../subgraphs/credentials/applications.ts';
import { checkPresented } from '../../subgraphs/credentials/presented.ts';
import { libraryCardNumberOf, sortCards, statusOf } from '../../subgraphs/credentials/status.ts';

const card = (changes: Partial<Credential> = {}): Credential => ({
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

describe('the status of a card', () => {
  const closed = card({ state: 'CLOSED', closedOn: '2026-09-09' });
  const later = card({ libraryCardNumber: '21852000000249', issuedOn: '2026-09-09' });

  test('a closed library card was replaced where a later library card came after it', () => {
    expect(statusOf(closed, [closed, later])).toBe('REPLACED');
  });

  test('a closed library card without a later one was discontinued', () => {
    const earlier = card({ issuedOn: '2001-01-01' });
    const smartId = card({ kind: 'SMART_ID', issuedOn: '2026-10-01' });
    expect(statusOf(closed, [closed, earlier, smartId])).toBe('DISCONTINUED');
  });

  test('a closed smart identity card was discontinued, whatever came after it', () => {
    expect(statusOf({ ...closed, kind: 'SMART_ID' }, [later])).toBe('DISCONTINUED');
  });

  test('of two library cards issued on one day the higher number is the later', () => {
    const sameDay = card({ state: 'CLOSED', issuedOn: '2026-09-09' });
    expect(statusOf(sameDay, [sameDay, later])).toBe('REPLACED');
    expect(statusOf({ ...later, state: 'CLOSED' }, [sameDay, later])).toBe('DISCONTINUED');
  });
});

describe('the order of cards', () => {
  const old = card({ libraryCardNumber: '1', issuedOn: '2001-01-01' });
  const newest = card({ libraryCardNumber: '2', issuedOn: '2020-01-01', kind: 'SMART_ID' });
  const lost = card({ libraryCardNumber: '3', issuedOn: '2022-01-01', state: 'LOST' });

  test('those in use come first, then the newest', () => {
    expect(sortCards([old, lost, newest]).map((each) => each.libraryCardNumber)).toEqual(['2', '1', '3']);
  });

  test('R10: the number is that of a library card in use, else of a smart identity card in use', () => {
    expect(libraryCardNumberOf([newest, old, lost])).toBe('1');
    expect(libraryCardNumberOf([newest, lost])).toBe('2');
    expect(libraryCardNumberOf([lost])).toBeNull();
  });
});

describe('what stands in the way of an application', () => {
  const received: Application = {
    id: 'A0000001',
    status: 'RECEIVED',
    channel: 'INTERNET',
    wants: ['SMART_ID'],
    patronId: 'P0000004',
    applicant: {
      englishName: 'NG, WAI',
      chineseName: null,
      identityNumber: 'D135790(6)',
      birthCertificateNumber: null,
      dateOfBirth: '1960-01-01',
      smartIdDateOfIssue: '2024-05-06',
      address: null,
      addressProofShown: false,
      telephone: null,
      email: null,
    },
    guarantor: null,
    submittedAt: '2026-11-23T10:00:00+08:00',
    decidedAt: null,
    reason: null,
  };
  const consent = { name: 'YIP, KWOK WAH', telephone: null, signedOn: '2026-10-10', allowsSmartId: true };
  const applicant = (changes: Partial<Application['applicant']>) => ({
    ...received,
    applicant: { ...received.applicant, ...changes },
  });
  const codes = (application: Application, cards: readonly Credential[] = []) =>
    problemsOf(application, cards, '2026-11-23', '2026-11-24').map(({ code }) => code);

  test('nothing, where all is in order', () => {
    expect(codes(received)).toEqual([]);
  });
  test('R2: a stranger proves an address, a registered patron need not', () => {
    expect(codes({ ...received, patronId: null })).toEqual(['ADDRESS_PROOF_NEEDED']);
  });
  test('R3: under 18 on the day of applying a guarantor signs', () => {
    expect(codes(applicant({ dateOfBirth: '2008-11-24' }))).toEqual(['GUARANTOR_NEEDED']);
    expect(codes(applicant({ dateOfBirth: '2008-11-23' }))).toEqual([]);
  });
  test('R3: a guarantor may refuse the smart identity card, not the library card', () => {
    const refused = {
      ...applicant({ dateOfBirth: '2011-04-22' }),
      guarantor: { ...consent, allowsSmartId: false },
    };
    expect(codes(refused)).toEqual(['GUARANTOR_REFUSED']);
    expect(codes({ ...refused, wants: ['LIBRARY_CARD'] })).toEqual([]);
  });
  test('R4: under 11 there is no smart identity card', () => {
    const child = { ...applicant({ dateOfBirth: '2015-11-24' }), guarantor: consent };
    expect(codes(child)).toEqual(['TOO_YOUNG_FOR_SMART_ID']);
    expect(codes({ ...applicant({ dateOfBirth: '2015-11-23' }), guarantor: consent })).toEqual([]);
  });
  test('R5: the smart card is in hand, and is neither the older kind nor from the future', () => {
    expect(codes(applicant({ smartIdDateOfIssue: null }))).toEqual(['SMART_ID_NEEDED']);
    expect(codes(applicant({ smartIdDateOfIssue: '2003-06-22' }))).toEqual(['SMART_ID_NEEDED']);
    expect(codes(applicant({ smartIdDateOfIssue: '2003-06-23' }))).toEqual([]);
    expect(codes(applicant({ smartIdDateOfIssue: '2026-11-25' }))).toEqual(['INVALID']);
  });
  test('R7: one card in use of each kind', () => {
    expect(codes(received, [card({ kind: 'SMART_ID' })])).toEqual(['ALREADY_HELD']);
    expect(codes(received, [card({ kind: 'SMART_ID', state: 'CLOSED' }), card()])).toEqual([]);
  });
  test('R8: a wrong check digit', () => {
    expect(codes(applicant({ identityNumber: 'D135790(7)' }))).toEqual(['IDENTITY_NUMBER_INVALID']);
  });
  test('all problems come at once, each with its field', () => {
    const problems = problemsOf(
      { ...applicant({ dateOfBirth: '2010-01-01', smartIdDateOfIssue: null }), patronId: null },
      [],
      '2026-11-23',
      '2026-11-24',
    );
    expect(problems.map(({ code, field }) => [code, field])).toEqual([
      ['ADDRESS_PROOF_NEEDED', ['applicant', 'addressProofShown']],
      ['GUARANTOR_NEEDED', ['guarantor']],
      ['SMART_ID_NEEDED', ['applicant', 'smartIdDateOfIssue']],
    ]);
  });
  test('a rejection is told by its code where the counter left one, else as the staff have it', () => {
    const rejected = { ...received, status: 'REJECTED' as const };
    expect(codes({ ...rejected, reason: 'GUARANTOR_REFUSED' })).toEqual(['GUARANTOR_REFUSED']);
    expect(codes({ ...rejected, reason: 'form unreadable' })).toEqual(['REJECTED_BY_STAFF']);
    expect(codes({ ...rejected, reason: 'constructor' })).toEqual(['REJECTED_BY_STAFF']);
  });
  test.each(['APPROVED', 'WITHDRAWN'] as const)('an application that is %s has none', (status) => {
    expect(codes({ ...applicant({ smartIdDateOfIssue: null }), status })).toEqual([]);
  });
});

describe('the card in the reader', () => {
  const today = '2026-11-24';
  test.each([
    ['A123456(4)', '2019-02-20', 'IDENTITY_NUMBER_INVALID'],
    ['A123456(3)', '2003-06-22', 'SMART_ID_NEEDED'],
    ['A123456(3)', '2026-11-25', 'INVALID'],
  ])(
    'R5, R8: %s of %s is refused with %s before any system is asked',
    (identityNumber, dateOfIssue, code) => {
      expect(() => checkPresented({ identityNumber, dateOfIssue }, today)).toThrow(
        expect.objectContaining({ extensions: { code } }),
      );
    },
  );

  test('R30: the refusal never quotes the number', () => {
    try {
      checkPresented({ identityNumber: 'A123456(4)', dateOfIssue: '2019-02-20' }, today);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('123456');
    }
  });
});
