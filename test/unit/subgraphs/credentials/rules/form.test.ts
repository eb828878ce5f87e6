import { expect, test } from 'vitest';
import {
  newApplicationOf,
  splitAddress,
} from '../../../../../subgraphs/credentials/rules/applications/form.ts';
import { form, submitted } from './cases.ts';

test('what is absent or null is null, and what is empty stays empty, for the rules to refuse', () => {
  const { applicant, guarantor, patronId } = submitted({}, { chineseName: ' ', telephone: '', email: null });
  expect(applicant).toMatchObject({ chineseName: '', telephone: '', email: null });
  expect(applicant.birthCertificateNumber).toBeNull();
  expect(applicant.addressProofShown).toBe(false);
  expect([guarantor, patronId]).toEqual([null, null]);
});

test.each([
  ['Chan, Tai Man', 'CHAN, TAI MAN'],
  ['  chan ,tai   man ', 'CHAN, TAI MAN'],
  ['ＣＨＡＮ，ＴＡＩ ＭＡＮ', 'CHAN, TAI MAN'],
  ["O'Neil, Mary-Ann", "O'NEIL, MARY-ANN"],
  ['Madonna', 'MADONNA'],
])('the name %s is taken as the registry has names: %s', (typed, name) => {
  expect(submitted({}, { englishName: typed }).applicant.englishName).toBe(name);
});

test("a guarantor's name is taken in upper case, and the telephone number as it is dialled", () => {
  const guarantor = { name: 'Yip, Kwok Wah', telephone: '+852 2000 9999', signedOn: '2026-10-10' };
  expect(submitted({ guarantor: { ...guarantor, allowsSmartId: true } }).guarantor).toEqual({
    name: 'YIP, KWOK WAH',
    telephone: '20009999',
    signedOn: '2026-10-10',
    allowsSmartId: true,
  });
});

test('R8: an identity number is taken in the form of the registry; what is none stays as typed', () => {
  const number = (typed: string) => submitted({}, { identityNumber: typed }).applicant.identityNumber;
  expect(number('d1357906')).toBe('D135790(6)');
  expect(number(' D135790(7) ')).toBe('D135790(7)');
});

test('a birth certificate is taken in upper case without spaces', () => {
  const { applicant } = submitted({}, { birthCertificateNumber: ' s 1234567' });
  expect(applicant.birthCertificateNumber).toBe('S1234567');
});

test('a card wanted twice is wanted once', () => {
  expect(submitted({ wants: ['SMART_ID', 'SMART_ID'] }).wants).toEqual(['SMART_ID']);
});

test('the lines of an address come back as they were, without the empty ones', () => {
  const addressLines = ['Flat 4,\nBlock A', '', '  1 Library  Road '];
  const { address } = newApplicationOf(form({}, { addressLines })).applicant;
  expect(splitAddress(address)).toEqual(['Flat 4, Block A', '1 Library Road']);
  expect(splitAddress(submitted({}, { addressLines: null }).applicant.address)).toEqual([]);
});
