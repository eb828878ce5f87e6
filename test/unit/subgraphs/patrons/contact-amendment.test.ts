import { describe, expect, test } from 'vitest';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import {
  amendmentProblems,
  type ContactAmendment,
  contactChangesOf,
} from '../../../../subgraphs/patrons/rules/contact-amendment.ts';

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
type Fields = Omit<ContactAmendment, 'version'>;
const changes = (fields: Fields, record = patron) =>
  contactChangesOf({ version: record.version, ...fields }, record);
const fields = (amendment: Partial<ContactAmendment>, isStaff = false, record = patron) =>
  amendmentProblems({ version: record.version, ...amendment }, record, isStaff).map(({ code, field }) =>
    [code, ...(field ?? [])].join(' '),
  );

describe('what is to change', () => {
  test('what is absent is kept, what is null is cleared', () => {
    expect(changes({})).toEqual({});
    const withEmail = { ...patron, email: 'p4@patrons.example' };
    expect(changes({ telephone: null, email: null }, withEmail)).toEqual({ telephone: null, email: null });
    expect(changes({ addressLines: null })).toEqual({ addressLines: [], addressProven: false });
  });

  test('what is given is kept in the form of the registry', () => {
    expect(changes({ telephone: '+852 2000-0009', email: ' p4@patrons.example ' })).toEqual({
      telephone: '20000009',
      email: 'p4@patrons.example',
    });
  });

  test('what the record has already is no change', () => {
    const { telephone, email, addressLines } = patron;
    const same = { telephone: `+852 ${telephone}`, email, addressLines, addressProofShown: true };
    expect(changes(same)).toEqual({});
  });

  test('R2: a changed address counts as not proven, unless proof was shown', () => {
    const addressLines = ['2 Library Road'];
    expect(changes({ addressLines })).toEqual({ addressLines, addressProven: false });
    expect(changes({ addressLines, addressProofShown: true })).toEqual({ addressLines, addressProven: true });
  });

  test('R2: the same address stays proven, and another order of lines is another address', () => {
    expect(changes({ addressLines: [...patron.addressLines, ''] })).toEqual({});
    const padded = { ...patron, addressLines: [' Flat 4,  Block A ', '1 Library Road', ' '] };
    expect(changes({ addressLines: padded.addressLines }, padded)).toEqual({});
    expect(changes({ addressLines: patron.addressLines }, padded)).toEqual({});
    expect(changes({ addressLines: patron.addressLines.toReversed() })).toMatchObject({
      addressProven: false,
    });
  });

  test('R2: proof may be shown of the address that is there; that none was shown says nothing', () => {
    expect(changes({ addressProofShown: true }, { ...patron, addressProven: false })).toEqual({
      addressProven: true,
    });
    expect(changes({ addressProofShown: false })).toEqual({});
    expect(changes({ addressProofShown: null })).toEqual({});
  });
});

describe('what is wrong with it', () => {
  test('nothing, where all is in order', () => {
    expect(fields({})).toEqual([]);
    expect(fields({ addressLines: ['2 Library Road'], telephone: '20000009', email: null })).toEqual([]);
  });

  test('all problems come at once, each with its field', () => {
    const amendment = { version: '0', addressLines: ['1', '2', '3', '4', '5'], telephone: 'x', email: 'x' };
    expect(fields({ ...amendment, addressProofShown: true })).toEqual([
      'VERSION_CONFLICT version',
      'INVALID addressLines',
      'INVALID addressProofShown',
      'INVALID telephone',
      'INVALID email',
    ]);
  });

  test('what is empty, or has no letter or digit', () => {
    expect(fields({ addressLines: [], telephone: '', email: ' ' })).toEqual([
      'INVALID addressLines',
      'INVALID telephone',
      'INVALID email',
    ]);
    expect(fields({ addressLines: [' ', ''], telephone: '-' })).toEqual([
      'INVALID addressLines',
      'INVALID telephone',
    ]);
    expect(fields({ addressLines: [] }, false, { ...patron, addressLines: [] })).toEqual([
      'INVALID addressLines',
    ]);
    expect(fields({ addressLines: null })).toEqual([]);
  });

  test('R27: only staff say that proof was shown', () => {
    expect(fields({ addressProofShown: true })).toEqual(['INVALID addressProofShown']);
    expect(fields({ addressProofShown: false })).toEqual([]);
    expect(fields({ addressProofShown: true }, true)).toEqual([]);
  });

  test('there is no proof of no address', () => {
    expect(fields({ addressProofShown: true, addressLines: null }, true)).toEqual([
      'INVALID addressProofShown',
    ]);
    expect(fields({ addressProofShown: true }, true, { ...patron, addressLines: [] })).toEqual([
      'INVALID addressProofShown',
    ]);
  });

  test('R30: no message quotes what was given', () => {
    const amendment = { version: 'zq1', addressLines: ['zq\u0000'], telephone: 'zq3', email: 'zq4' };
    const problems = amendmentProblems(amendment, patron, false);
    expect(problems).toHaveLength(4);
    expect(JSON.stringify(problems)).not.toContain('zq');
  });
});
