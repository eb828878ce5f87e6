import { expect, test } from 'vitest';
import { identityCheckDigit, isIdentityNumber, luhnDigit } from '../../simulators/check-digits.ts';
import { parseSeed, readSeed } from '../../simulators/index.ts';

test('seed.json is valid: shapes, keys, references and check digits', () => {
  const { patrons, cards, items, loans } = readSeed();
  expect([patrons.length, cards.length, items.length, loans.length]).toEqual([18, 25, 72, 48]);
  for (const { hkid } of patrons) {
    expect(hkid === null || isIdentityNumber(hkid)).toBe(true);
  }
  for (const number of [...cards.map(({ cardNo }) => cardNo), ...items.map(({ itemNo }) => itemNo)]) {
    expect(luhnDigit(number.slice(0, 13))).toBe(number.slice(13));
  }
});

test('check digits are those of R8', () => {
  expect(identityCheckDigit('A123456')).toBe('3');
  expect(identityCheckDigit('WX123450')).toBe('A');
  expect(isIdentityNumber('A123456(4)')).toBe(false);
});

test('an invalid seed is rejected with everything that is wrong, and where', () => {
  const base = readSeed();
  const [patron] = base.patrons;
  const spoilt = {
    ...base,
    patrons: [{ ...patron, dob: '1970-02-30' }, patron, patron],
    cards: base.cards.map((card, index) => (index === 3 ? { ...card, status: 'OLD', extra: 1 } : card)),
    loans: base.loans.map((loan, index) => (index === 0 ? { ...loan, itemNo: '1' } : loan)),
  };
  const message = (value: unknown): string => {
    try {
      parseSeed(value);
      return 'taken';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  expect(message(spoilt)).toContain('seed.patrons.0.dob: not a day YYYY-MM-DD');
  expect(message(spoilt)).toContain('seed.cards.3.status');
  expect(message({ ...base, patrons: [patron, patron] })).toContain(
    'seed.patrons.1: P0000001 is there twice',
  );
  expect(message({ ...base, loans: spoilt.loans })).toContain('seed.loans.0.itemNo: there is no such item');
  expect(message({ ...base, patrons: [{ ...patron, engName: 'A\u0000' }] })).toContain('XML does not allow');
  expect(message(null)).toContain('not valid');
});
