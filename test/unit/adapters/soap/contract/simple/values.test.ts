import { describe, expect, test } from 'vitest';
import { readSimple, writeSimple } from '../../../../../../adapters/soap/contract/simple/simple-values.ts';
import {
  type Facets,
  list,
  restriction,
  union,
} from '../../../../../../adapters/soap/contract/tables/simple.ts';
import { xs, xsdType } from '../../../../../../adapters/soap/contract/tables/xsd-types.ts';

const scope = {
  namespaceOf: (prefix: string) => (prefix === 'p' ? 'urn:p' : prefix === '' ? '' : undefined),
};
const declare = () => 'p';

describe("XML Schema's own types", () => {
  test.each<
    [type: string, valid: readonly (readonly [text: string, value: unknown])[], invalid: readonly string[]]
  >([
    ['string', [[' a\tb ', ' a\tb ']], []],
    ['normalizedString', [[' a\tb ', ' a b ']], []],
    ['token', [[' a\t\nb ', 'a b']], []],
    ['language', [['zh-HK', 'zh-HK']], ['zh_HK', '']],
    ['NMTOKEN', [['-1.a', '-1.a']], ['a b']],
    ['NCName', [['a-1', 'a-1']], ['a:b', '1a']],
    ['NMTOKENS', [['a  b', ['a', 'b']]], ['']],
    [
      'boolean',
      [
        ['1', true],
        [' false ', false],
      ],
      ['TRUE', ''],
    ],
    [
      'decimal',
      [
        ['+01.50', '+01.50'],
        ['.5', '.5'],
        ['1.', '1.'],
      ],
      ['1e3', '.', '', 'INF'],
    ],
    [
      'integer',
      [
        [`-1${'0'.repeat(30)}`, -(10n ** 30n)],
        ['+5', 5n],
      ],
      ['1.0', ''],
    ],
    ['long', [['9223372036854775807', 2n ** 63n - 1n]], ['9223372036854775808']],
    ['unsignedLong', [['18446744073709551615', 2n ** 64n - 1n]], ['-1']],
    [
      'int',
      [
        ['-2147483648', -2147483648],
        ['-0', 0],
      ],
      ['2147483648', '1.0'],
    ],
    ['unsignedInt', [['4294967295', 4294967295]], ['4294967296', '-1']],
    ['byte', [['-128', -128]], ['128']],
    ['positiveInteger', [['1', 1n]], ['0']],
    ['negativeInteger', [['-1', -1n]], ['0']],
    [
      'double',
      [
        ['1e3', 1000],
        ['-INF', Number.NEGATIVE_INFINITY],
        ['NaN', Number.NaN],
      ],
      ['inf', '+INF', ''],
    ],
    [
      'duration',
      [
        ['P1Y2M3DT4H5M6.7S', 'P1Y2M3DT4H5M6.7S'],
        ['-P1D', '-P1D'],
      ],
      ['P', 'PT', 'P1S', '1D', 'P-1D'],
    ],
    [
      'dateTime',
      [
        ['2024-02-29T24:00:00Z', '2024-02-29T24:00:00Z'],
        ['-0044-03-15T12:00:00.5', '-0044-03-15T12:00:00.5'],
        ['12026-01-01T00:00:00+14:00', '12026-01-01T00:00:00+14:00'],
      ],
      [
        '2023-02-29T00:00:00',
        '2024-01-01',
        '2024-01-01T24:00:01',
        '0000-01-01T00:00:00',
        '2024-01-01T00:00:00+14:01',
        '24-01-01T00:00:00',
      ],
    ],
    ['date', [['2024-02-29+08:00', '2024-02-29+08:00']], ['2024-2-9', '2024-04-31']],
    ['time', [['23:59:59.999', '23:59:59.999']], ['25:00:00', '12:60:00']],
    ['gYearMonth', [['2024-02', '2024-02']], ['2024-13']],
    ['gYear', [['2024Z', '2024Z']], ['024']],
    ['gMonthDay', [['--02-29', '--02-29']], ['--02-30']],
    ['gDay', [['---31', '---31']], ['---32']],
    [
      'gMonth',
      [
        ['--12', '--12'],
        ['--12--', '--12--'],
      ],
      ['--13'],
    ],
    ['hexBinary', [['0aFF', new Uint8Array([10, 255])]], ['0', 'xx']],
    [
      'base64Binary',
      [
        ['AQ I=', new Uint8Array([1, 2])],
        ['', new Uint8Array()],
      ],
      ['AQI', 'AR==', 'A-=='],
    ],
    [
      'anyURI',
      [
        ['a b', 'a b'],
        ['http://é.example/?x=1#y', 'http://é.example/?x=1#y'],
        ['', ''],
      ],
      ['%', 'a#b#c', '1:x', 'http://[x'],
    ],
    [
      'QName',
      [
        ['p:a', '{urn:p}a'],
        ['a', '{}a'],
      ],
      ['x:a', 'p:', ':a'],
    ],
    ['anySimpleType', [[' x ', ' x ']], []],
  ])('%s', (name, valid, invalid) => {
    const type = xsdType(name);
    if (type === undefined) {
      throw new Error(`no type ${name}`);
    }
    for (const [text, value] of valid) {
      expect([text, readSimple(type, text, scope)]).toEqual([text, value]);
      // What is written means the same.
      const written = writeSimple(type, value, declare);
      expect([text, readSimple(type, written ?? 'nothing', scope)]).toEqual([text, value]);
    }
    for (const text of invalid) {
      expect([text, readSimple(type, text, scope)]).toEqual([text, undefined]);
    }
  });
});

describe('facets', () => {
  test.each<
    [
      what: string,
      base: Parameters<typeof restriction>[1],
      facets: Facets,
      valid: readonly string[],
      invalid: readonly string[],
    ]
  >([
    [
      'length in characters, not in halves of them',
      xs.string,
      { length: 2 },
      ['ab', '\u{20000}\u{20000}'],
      ['a', 'abc', '\u{20000}'],
    ],
    ['length in bytes', xs.hexBinary, { minLength: 1, maxLength: 2 }, ['00', '0000'], ['', '000000']],
    [
      'patterns of one type, of which one must match',
      xs.string,
      { patterns: ['a+', 'b+'] },
      ['aa', 'b'],
      ['ab', ''],
    ],
    [
      'an enumeration of values, not of texts',
      xs.decimal,
      { enumeration: ['1.5', '2'] },
      ['1.50', '+2.0'],
      ['1.51'],
    ],
    [
      'an enumeration of moments',
      xs.dateTime,
      { enumeration: ['2026-01-01T00:00:00Z'] },
      ['2026-01-01T08:00:00+08:00'],
      ['2026-01-01T00:00:00'],
    ],
    ['an enumeration of names', xs.QName, { enumeration: ['{urn:p}a'] }, ['p:a'], ['a']],
    [
      'bounds of a decimal',
      xs.decimal,
      { minInclusive: '-0.5', maxExclusive: '10' },
      ['-.50', '9.999'],
      ['-0.51', '10.0'],
    ],
    [
      'bounds of an integer',
      xs.long,
      { minExclusive: '9007199254740992' },
      ['9007199254740993'],
      ['9007199254740992'],
    ],
    ['bounds of a double', xs.double, { maxInclusive: '1E3' }, ['1000', '-INF'], ['1000.1', 'NaN']],
    [
      'bounds of a date, as far as there is an order',
      xs.date,
      { minInclusive: '2026-01-02Z' },
      ['2026-01-02Z', '2026-01-03'],
      ['2026-01-01Z', '2026-01-02'],
    ],
    ['bounds of a duration', xs.duration, { minInclusive: 'P1M' }, ['P32D', 'P1M'], ['P30D', 'P27D']],
    [
      'digits',
      xs.decimal,
      { totalDigits: 3, fractionDigits: 1 },
      ['12.3', '0012.30', '.1'],
      ['123.4', '1.23', '1234'],
    ],
    ['white space', xs.string, { whiteSpace: 'collapse', enumeration: ['a b'] }, [' a \n b '], ['ab']],
  ])('%s', (_what, base, facets, valid, invalid) => {
    const type = restriction('X', base, facets);
    for (const text of valid) {
      expect([text, readSimple(type, text, scope) === undefined]).toEqual([text, false]);
    }
    for (const text of invalid) {
      expect([text, readSimple(type, text, scope)]).toEqual([text, undefined]);
    }
  });

  test('of a type and of its bases all hold', () => {
    const base = restriction('A', xs.string, { patterns: ['[a-z]+'], maxLength: 5 });
    const type = restriction('B', base, { patterns: ['.*x'], minLength: 2 });
    expect(['abx', 'x', 'ab', 'abcdex', 'ABx'].map((text) => readSimple(type, text))).toEqual([
      'abx',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('of lists count and compare items', () => {
    const type = restriction('L', list('Ints', xs.int), { minLength: 1, maxLength: 2 });
    expect(['', '1', ' 1\n2 ', '1 2 3', 'x'].map((text) => readSimple(type, text))).toEqual([
      undefined,
      [1],
      [1, 2],
      undefined,
      undefined,
    ]);
    const chosen = restriction('E', list('Ints', xs.int), { enumeration: ['1 2'] });
    expect(['01 2', '2 1'].map((text) => readSimple(chosen, text))).toEqual([[1, 2], undefined]);
  });
});

describe('a union', () => {
  const type = union('U', [
    xs.int,
    restriction('Word', xs.token, { patterns: ['[a-z]+'] }),
    list('Ints', xs.int),
  ]);

  test('has the value of the first member that accepts the text', () => {
    expect(['7', ' ab ', '1 2', 'A'].map((text) => readSimple(type, text))).toEqual([
      7,
      'ab',
      [1, 2],
      undefined,
    ]);
  });

  test('writes a value only if a reader would read the same', () => {
    expect([7, 'ab', [1, 2], [7], '7', 1.5].map((value) => writeSimple(type, value, declare))).toEqual([
      '7',
      'ab',
      '1 2',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test('values of another type, and texts that a reader would change, are not written', () => {
  const refused: [Parameters<typeof writeSimple>[0], unknown][] = [
    [xs.token, ' a'],
    [xs.normalizedString, 'a\tb'],
    [xs.string, 'a\u0000'],
    [xs.string, '\ud800'],
    [xs.int, 1.5],
    [xs.int, '1'],
    [xs.int, 1n],
    [xs.long, 1],
    [xs.date, new Date()],
    [xs.decimal, 1.5],
    [xs.base64Binary, 'AQI='],
    [xs.QName, 'p:a'],
    [list('L', xs.string), ['a b']],
    [list('L', xs.string), ['']],
    [list('L', xs.string), 'a'],
  ];
  expect(refused.filter(([type, value]) => writeSimple(type, value, declare) !== undefined)).toEqual([]);
});
