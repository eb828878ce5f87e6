import fc from 'fast-check';
import { expect, test } from 'vitest';
import library from '../../../../simulators/seed.json' with { type: 'json' };
import {
  hasLuhnCheckDigit,
  isIdentityNumber,
  maskIdentityNumber,
  parseIdentityNumber,
} from '../../../../subgraphs/library/card-and-identity-numbers.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));

test('R8: every identity number of the seed has the right check digit, and no other digit will do', () => {
  const numbers = library.patrons.flatMap(({ hkid }) => (hkid === null ? [] : [hkid]));
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

test.each([
  ['A123456(3)', 'A123456(3)'],
  ['a1234563', 'A123456(3)'],
  [' a 123456 (3) ', 'A123456(3)'],
  ['Ａ１２３４５６（３）', 'A123456(3)'],
  ['\u202aA123456(3)\u202c', 'A123456(3)'],
  ['wx123450a', 'WX123450(A)'],
  ['wx123450(a)', 'WX123450(A)'],
])('R8: what people type, %j, is %s', (typed, number) => {
  expect(parseIdentityNumber(typed)).toBe(number);
});

test.each([
  '',
  'A123456',
  'A1234564',
  'A123456(3',
  'A123456)3',
  'A123456((3))',
  'ı123456(3)',
  'A-123456(3)',
  'ABC1234563',
])('R8: %j is none', (typed) => {
  expect(parseIdentityNumber(typed)).toBeNull();
});

test(`R8: of all check digits one is right, however the number is typed (SEED=${seed})`, () => {
  const letters = fc.stringMatching(/^[A-Z]{1,2}$/);
  const digits = fc.stringMatching(/^[0-9]{6}$/);
  const brackets = fc.constantFrom(['(', ')'], [' （', '）'], ['', '']);
  fc.assert(
    fc.property(letters, digits, brackets, fc.boolean(), (prefix, middle, [open, close], isLower) => {
      const typed = [...'0123456789A'].map((digit) => {
        const text = `${prefix}${middle}${open}${digit}${close}`;
        return isLower ? text.toLowerCase() : text;
      });
      const parsed = typed.map(parseIdentityNumber).filter((number) => number !== null);
      expect(parsed).toHaveLength(1);
      expect(parsed.every(isIdentityNumber)).toBe(true);
      expect(parsed.map(parseIdentityNumber)).toEqual(parsed);
    }),
    { seed },
  );
});

test('R8: card and item numbers of the seed end in a Luhn check digit, and a digit changed spoils it', () => {
  for (const number of [
    ...library.cards.map((card) => card.cardNo),
    ...library.items.map((item) => item.itemNo),
  ]) {
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
