import { describe, expect, test } from 'vitest';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import {
  hasPatronChanges,
  type PatronAmendmentForm,
  patronAmendmentProblems,
  patronChangesOf,
  registeredProblems,
} from '../../../../subgraphs/patrons/rules/patron-amendment.ts';

const today = '2026-11-25';
const patron: Patron = {
  number: 'P0000004',
  englishName: 'NG, WAI',
  chineseName: null,
  identityDocuments: [{ kind: 'HKID', number: 'D135790(6)' }],
  dateOfBirth: '1960-01-01',
  addressLines: ['Flat 4, Block A', '1 Library Road'],
  addressProven: true,
  telephone: '20000004',
  email: null,
  guarantor: null,
  status: 'ACTIVE',
  registeredOn: '2010-04-01',
  version: '20250101090000',
};
const child: Patron = {
  ...patron,
  dateOfBirth: '2015-03-04',
  identityDocuments: [{ kind: 'BIRTH_CERTIFICATE', number: 'S1234567' }],
  guarantor: { name: 'NG, MAN', telephone: '20000005' },
};

type Fields = Omit<PatronAmendmentForm, 'version'>;
const changes = (fields: Fields, record = patron) =>
  patronChangesOf({ version: record.version, ...fields }, record);
const problems = (fields: Partial<PatronAmendmentForm>, record = patron) =>
  patronAmendmentProblems({ version: record.version, ...fields }, record, today).map(({ code, field }) =>
    [code, ...(field ?? [])].join(' '),
  );

describe('what is to change', () => {
  test('is what differs from the record', () => {
    expect(changes({})).toEqual({});
    expect(changes({ englishName: 'ng ,wai', chineseName: null, status: 'ACTIVE', guarantor: null })).toEqual(
      {},
    );
    expect(changes({ identityNumber: 'd1357906' })).toEqual({});
    expect(changes({ guarantor: { name: 'ng, man', telephone: '2000 0005' } }, child)).toEqual({});
  });

  test('is kept in the form of the registry', () => {
    expect(
      changes({
        englishName: 'ng ,wai  man',
        chineseName: ' 吳偉 ',
        identityNumber: 'ｚ683365a',
        birthCertificateNumber: 's 7654321',
        guarantor: { name: 'chan, tai', telephone: '+852 2000-0009' },
        status: 'SUSPENDED',
      }),
    ).toEqual({
      englishName: 'NG, WAI MAN',
      chineseName: '吳偉',
      identityNumber: 'Z683365(A)',
      birthCertificateNumber: 'S7654321',
      guarantor: { name: 'CHAN, TAI', telephone: '20000009' },
      status: 'SUSPENDED',
    });
  });

  test('a guarantor of the same name keeps the telephone number; a new one has none', () => {
    expect(changes({ guarantor: { name: 'ng, man' } }, child)).toEqual({});
    expect(changes({ guarantor: { name: 'NG, WAI' } }, child)).toEqual({
      guarantor: { name: 'NG, WAI', telephone: null },
    });
    const cleared = { guarantor: { name: 'NG, MAN', telephone: null } };
    expect(changes({ guarantorTelephone: null }, child)).toEqual(cleared);
    expect(changes({ guarantor: { name: 'ng, man' }, guarantorTelephone: null }, child)).toEqual(cleared);
    expect(changes({ guarantor: null, guarantorTelephone: null }, child)).toEqual({ guarantor: null });
    expect(changes({ guarantorTelephone: null })).toEqual({});
  });

  test('is made where the record has all of it', () => {
    expect(hasPatronChanges(patron, { status: 'ACTIVE', englishName: 'NG, WAI' })).toBe(true);
    expect(hasPatronChanges(patron, { status: 'ACTIVE', englishName: 'NG, MAN' })).toBe(false);
    expect(hasPatronChanges(child, { guarantor: { name: 'NG, MAN', telephone: '20000005' } })).toBe(true);
    expect(hasPatronChanges(child, { identityNumber: null, birthCertificateNumber: 'S1234567' })).toBe(true);
  });
});

describe('what is wrong with it', () => {
  test('nothing, where all is in order', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ status: 'CLOSED', chineseName: null, dateOfBirth: '1961-01-01' })).toEqual([]);
  });

  test('all problems come at once, each with its field', () => {
    expect(
      problems({
        version: '0',
        englishName: '吳',
        chineseName: '\u0001',
        dateOfBirth: '2027-01-01',
        birthCertificateNumber: '#',
        identityNumber: 'Z683365(1)',
        guarantor: { name: '', telephone: 'x' },
      }),
    ).toEqual([
      'VERSION_CONFLICT version',
      'IDENTITY_NUMBER_INVALID identityNumber',
      'INVALID englishName',
      'INVALID chineseName',
      'INVALID dateOfBirth',
      'INVALID birthCertificateNumber',
      'INVALID guarantor name',
      'INVALID guarantor telephone',
    ]);
  });

  test('what is empty', () => {
    expect(
      problems({
        englishName: '',
        chineseName: ' ',
        identityNumber: '',
        birthCertificateNumber: ' ',
        guarantor: { name: '', telephone: '' },
      }),
    ).toEqual([
      'IDENTITY_NUMBER_INVALID identityNumber',
      'INVALID englishName',
      'INVALID chineseName',
      'INVALID birthCertificateNumber',
      'INVALID guarantor name',
      'INVALID guarantor telephone',
    ]);
  });

  test('R7: one document stays', () => {
    expect(problems({ identityNumber: null })).toEqual(['INVALID clear']);
    expect(problems({ identityNumber: null, birthCertificateNumber: 'S1' })).toEqual([]);
    expect(problems({ status: 'SUSPENDED' }, { ...patron, identityDocuments: [] })).toEqual([]);
  });

  test('R3: under 18 a guarantor is not cleared', () => {
    expect(problems({ guarantor: null }, child)).toEqual(['INVALID clear']);
    expect(problems({ guarantor: null, dateOfBirth: '2005-03-04' }, child)).toEqual([]);
  });

  test('R3: under 18 a record has a guarantor once the date of birth is corrected', () => {
    expect(problems({ dateOfBirth: '2010-03-04' })).toEqual(['INVALID guarantor']);
    expect(problems({ dateOfBirth: '2010-03-04', guarantor: { name: 'NG, MAN' } })).toEqual([]);
    expect(problems({ dateOfBirth: '2008-11-25' })).toEqual([]);
    expect(problems({ chineseName: '吳偉' }, { ...child, guarantor: null })).toEqual([]);
  });

  test('R4: under 11 a record has a birth certificate, where a document or the date of birth changes', () => {
    const guarantor = { name: 'NG, MAN', telephone: null };
    const needed = ['INVALID birthCertificateNumber'];
    expect(problems({ dateOfBirth: '2015-11-26', guarantor })).toEqual(needed);
    expect(problems({ dateOfBirth: '2015-11-25', guarantor })).toEqual([]);
    expect(problems({ dateOfBirth: '2016-03-04', guarantor, birthCertificateNumber: 'S7' })).toEqual([]);
    const infant = { ...child, dateOfBirth: '2020-03-04' };
    expect(problems({ identityNumber: 'Z683365(A)', birthCertificateNumber: null }, infant)).toEqual([
      'INVALID clear',
    ]);
    expect(problems({ identityNumber: 'Z683365(A)' }, infant)).toEqual([]);
    const withoutCertificate = { ...infant, identityDocuments: patron.identityDocuments };
    expect(problems({ chineseName: '吳偉' }, withoutCertificate)).toEqual([]);
  });

  test('a Chinese name is in Chinese characters', () => {
    for (const chineseName of ['蕭𨱏', '歐陽 娜娜', '買買提·阿卜杜拉', '〇', '⿰金夭']) {
      expect(problems({ chineseName })).toEqual([]);
    }
    for (const chineseName of ['Wai', '吳 Wai', '吳1', '·', '⿰', 'ウ', '吳,偉']) {
      expect(problems({ chineseName }), chineseName).toEqual(['INVALID chineseName']);
    }
  });

  test('R3: whose age the registry does not know keeps the guarantor, until a date of birth is given', () => {
    const unknown = { ...child, dateOfBirth: null };
    expect(problems({ guarantor: null }, unknown)).toEqual(['INVALID clear']);
    expect(problems({ guarantor: null, dateOfBirth: '2005-03-04' }, unknown)).toEqual([]);
    expect(changes({ dateOfBirth: '2005-03-04' }, unknown)).toEqual({ dateOfBirth: '2005-03-04' });
    expect(problems({ status: 'SUSPENDED' }, unknown)).toEqual([]);
  });

  test('R7: one patron per document', () => {
    expect(registeredProblems('P0000004', { identityNumber: 'P0000004' })).toEqual([]);
    expect(
      registeredProblems('P0000004', { identityNumber: null, birthCertificateNumber: 'P0000005' }),
    ).toMatchObject([{ code: 'ALREADY_REGISTERED', field: ['birthCertificateNumber'] }]);
  });

  test('R30: no message quotes what was given', () => {
    const quoted = patronAmendmentProblems(
      { version: 'zq1', chineseName: 'zq\u0000', guarantor: { name: 'zq\u0000', telephone: 'zq4' } },
      patron,
      today,
    );
    expect(quoted).toHaveLength(4);
    expect(JSON.stringify(quoted)).not.toMatch(/zq/i);
  });
});
