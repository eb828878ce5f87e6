import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../../adapters/credentials/port.ts';
import type { PatronChanges } from '../../../../adapters/patrons/port.ts';
import { enrolledSmartIdProblems } from '../../../../subgraphs/patrons/rules/enrolled-smart-id.ts';

const today = '2026-11-25';
const smartId: Credential = {
  libraryCardNumber: '21852000000041',
  patronId: 'P0000002',
  kind: 'SMART_ID',
  state: 'ACTIVE',
  issuedOn: '2024-01-02',
  closedOn: null,
  identityNumber: 'D135790(6)',
  dateOfIssue: '2023-01-02',
  onReplacement: null,
  informationCardPrintedOn: null,
};
const libraryCard: Credential = { ...smartId, kind: 'LIBRARY_CARD', identityNumber: null, dateOfIssue: null };

const problems = (changes: PatronChanges, ...cards: readonly Credential[]) =>
  enrolledSmartIdProblems(changes, cards, today).map(({ code, field }) => [code, ...(field ?? [])].join(' '));

describe('R7, R18: a smart identity card is not parted from its holder', () => {
  const refused = ['SMART_ID_ENROLLED identityNumber'];

  test('while it is in use or lost, the record gets no other number, and keeps one', () => {
    for (const state of ['ACTIVE', 'LOST'] as const) {
      expect(problems({ identityNumber: 'Z683365(A)' }, libraryCard, { ...smartId, state })).toEqual(refused);
      expect(problems({ identityNumber: null }, { ...smartId, state })).toEqual(refused);
    }
  });

  test('once it has ended, the number can be changed', () => {
    expect(problems({ identityNumber: 'Z683365(A)' }, { ...smartId, state: 'CLOSED' }, libraryCard)).toEqual(
      [],
    );
  });

  test('a record whose number differs gets that of the card', () => {
    expect(problems({ identityNumber: 'D135790(6)' }, { ...smartId, identityNumber: 'd1357906' })).toEqual(
      [],
    );
  });

  test('other fields can be changed', () => {
    expect(problems({ birthCertificateNumber: null, englishName: 'NG' }, smartId)).toEqual([]);
  });
});

test('R4: the holder of a smart identity card is not made younger than 11', () => {
  expect(problems({ dateOfBirth: '2015-11-26' }, smartId)).toEqual(['SMART_ID_ENROLLED dateOfBirth']);
  expect(problems({ dateOfBirth: '2015-11-25' }, smartId)).toEqual([]);
  expect(problems({ dateOfBirth: '2015-11-26' }, libraryCard)).toEqual([]);
});
