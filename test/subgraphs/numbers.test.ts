import { expect, test } from 'vitest';
import { hasLuhnCheckDigit, isIdentityNumber, maskIdentityNumber } from '../../subgraphs/numbers.ts';
import seed from '../legacy/seed.json' with { type: 'json' };

test('R8: every identity number of the seed has the right check digit, and no other digit will do', () => {
  const numbers = seed.patrons.flatMap(({ hkid }) => (hkid === null ? [] : [hkid]));
  expect(numbers.length).toBeGreaterThan(10);
  for (const number of numbers) {
    expect(isIdentityNumber(number), number).toBe(true);
    const right = number.at(-2);
    for (const digit of '0123456789A') {
      expect(isIdentityNumber(`${number.slice(0, -2)}${digit})`), `${number} ending in ${digit}`).toBe(
        digit === right,
      );
    }
  }
});

test('R8: two letters, one letter, and a check digit of ten', () => {
  expect(isIdentityNumber('WX123450(A)')).toBe(true);
  expect(isIdentityNumber('A123456(3)')).toBe(true);
});

test.each(['', 'A123456', 'a123456(3)', 'A123456(3) ', 'ABC123456(3)', 'A12345(3)', 'A123456(B)'])(
  'R8: %j is not of the form of an identity number',
  (number) => {
    expect(isIdentityNumber(number)).toBe(false);
  },
);

test('R8: card and item numbers of the seed end in a Luhn check digit, and a digit changed spoils it', () => {
  for (const number of [...seed.cards.map((card) => card.cardNo), ...seed.items.map((item) => item.itemNo)]) {
    expect(hasLuhnCheckDigit(number), number).toBe(true);
    const other = (Number(number[5]) + 1) % 10;
    expect(hasLuhnCheckDigit(number.slice(0, 5) + other + number.slice(6))).toBe(false);
  }
  expect(hasLuhnCheckDigit('2185200000001')).toBe(false);
  expect(hasLuhnCheckDigit('')).toBe(false);
});

test.each([
  ['A123456(3)', 'A12****(*)'],
  ['WX123450(A)', 'WX12****(*)'],
  ['S1234567', 'S12*****'],
  ['no number', '** ******'],
  ['', ''],
])('%s is masked as %s', (number, masked) => {
  expect(maskIdentityNumber(number)).toBe(masked);
});
