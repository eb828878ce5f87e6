import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressFault,
  addressLinesOf,
  emailFault,
  isText,
  telephoneFault,
  telephoneOf,
} from '../../../../subgraphs/library/contact.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));

describe('a telephone number', () => {
  test.each([
    ['20000001', '20000001'],
    ['2000 0001', '20000001'],
    ['(852) 2000-0001', '85220000001'],
    ['+852 2000 0001', '20000001'],
    ['00852 2000–0001', '20000001'],
    ['２０００ ０００１', '20000001'],
    ['\u202a20000001\u202c', '20000001'],
    ['+44 20 7946 0000', '+442079460000'],
    ['+852 1234', '+8521234'],
  ])('%j is kept as %s', (typed, kept) => {
    expect(telephoneOf(typed)).toBe(kept);
    expect(telephoneFault(kept)).toBeNull();
  });

  test.each(['', '123456', '1234567890123456', 'ask me', '2000x0001', '٢٠٠٠٠٠٠١', '2000+0001'])(
    '%j is none',
    (typed) => {
      expect(telephoneFault(telephoneOf(typed))?.en).toContain('7 to 15 digits');
    },
  );

  test(`is kept as it is where it was kept before (SEED=${seed})`, () => {
    const typed = fc.string({ unit: fc.constantFrom(...'0123456789+ -()８５２\u202a'), maxLength: 24 });
    fc.assert(
      fc.property(typed, (each) => {
        const kept = telephoneOf(each);
        if (telephoneFault(kept) === null) {
          expect(telephoneOf(kept)).toBe(kept);
        }
      }),
      { seed, numRuns: 1_000 },
    );
  });
});

describe('an e-mail address', () => {
  test.each(['p1@patrons.example', "o'neil+library@mail.patrons.example", '陳@例子.example'])(
    '%s',
    (email) => {
      expect(emailFault(email)).toBeNull();
    },
  );
  test.each([
    '',
    'nobody',
    '@patrons.example',
    'a@b',
    'a@@b.example',
    'a b@c.example',
    'a@b..example',
    'a@b.',
  ])('%j is none', (email) => {
    expect(emailFault(email)?.en).toContain('one @');
  });
  test('has 254 characters at most', () => {
    const of = (length: number) => `${'a'.repeat(length - '@b.example'.length)}@b.example`;
    expect(emailFault(of(254))).toBeNull();
    expect(emailFault(of(255))).not.toBeNull();
  });
});

test('an address has one to four lines, of a hundred characters each', () => {
  expect(addressLinesOf([' Flat  1,\tBlock A ', '', '\n', '1 Library Road'])).toEqual([
    'Flat 1, Block A',
    '1 Library Road',
  ]);
  expect(addressFault([])?.en).toContain('at least one line');
  expect(addressFault(['1', '2', '3', 'x'.repeat(100)])).toBeNull();
  expect(addressFault(['1', '2', '3', '4', '5'])?.en).toContain('4 lines');
  expect(addressFault(['x'.repeat(101)])?.en).toContain('100 characters');
});

test.each(['\u0000', 'a\u0007', '\ud835', '\uffff', 'four!'])(
  '%j is no text that XML carries in 4',
  (text) => {
    expect(isText(text, 4)).toBe(false);
  },
);

test.each(['a\u202eb', '\u2066a', 'a\u200f', 'a\u200bb', 'a\u00adb', 'a\u2028b', '\u{e0041}', '\ufdd0'])(
  '%j is no plain text: what it does is not seen',
  (text) => {
    expect(isText(text, 4)).toBe(false);
  },
);

test.each(['Ōé', 'é', '葛\u{e0100}', '\ue000', '1/F'])('%j is plain text', (text) => {
  expect(isText(text, 4)).toBe(true);
});

test('a character beyond the basic plane is text', () => {
  expect(isText('蕭𨱏', 4)).toBe(true);
});
