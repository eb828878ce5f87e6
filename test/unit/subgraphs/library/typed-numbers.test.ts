import { readFileSync } from 'node:fs';
import { buildASTSchema, isInputObjectType, isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { subgraphs } from '../../../../schema/sdl.ts';
import { withParsedNumbers } from '../../../../subgraphs/library/typed-numbers.ts';

test.each([
  ['libraryCardNumber', '2185 2000 0000 33', '21852000000033'],
  ['libraryCardNumber', ' 2185-2000-0000-33\n', '21852000000033'],
  ['libraryCardNumber', '２１８５２０００００００３３', '21852000000033'],
  ['itemNumber', '31852 0000 00494', '31852000000494'],
  ['identityNumber', 'p432100(a)', 'P432100(A)'],
  ['identityNumber', 'P432100 A', 'P432100(A)'],
  ['identityNumber', 'P432100(A)', 'P432100(A)'],
  ['identityNumber', 'P432100(1)', 'P432100(1)'],
  ['birthCertificateNumber', 's 123\u200b4567', 'S1234567'],
  ['telephone', '6555 0012', '65550012'],
  ['telephone', '+852 (6555)-0012', '65550012'],
])('%s: %j is %j', (name, typed, number) => {
  expect(withParsedNumbers({ [name]: typed })).toEqual({ [name]: number });
  expect(withParsedNumbers({ [name]: number })).toEqual({ [name]: number });
});

test('numbers are found at any depth, and nothing else is touched', () => {
  const typed = {
    reference: 'a b',
    reader: { cardAndPin: { libraryCardNumber: '1 2', pin: '1 2' } },
    first: 1,
  };
  expect(withParsedNumbers(typed)).toEqual({
    ...typed,
    reader: { cardAndPin: { libraryCardNumber: '12', pin: '1 2' } },
  });
  expect(withParsedNumbers({ telephone: null, wants: ['A B', { telephone: '1 2' }] })).toEqual({
    telephone: null,
    wants: ['A B', { telephone: '12' }],
  });
});

test('text that is far too long for a number is left as it is', () => {
  const typed = { libraryCardNumber: ' 1'.repeat(1_000) };
  expect(withParsedNumbers(typed)).toEqual(typed);
});

/**
 * Names of numbers that have no parser. Nobody types title numbers with spaces. A document's `number` is parsed by the
 * kind of the document.
 */
const others = ['titleNumber', 'number'];

/** *charges* takes no number. */
const takingNumbers = subgraphs.filter((name) => name !== 'charges');

test.each(takingNumbers)('each number that %s takes has a parser', (name) => {
  const sdl = readFileSync(new URL(`../../../../schema/${name}.graphql`, import.meta.url), 'utf8');
  const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
  const names = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.keys(type.getFields());
    }
    if (!isObjectType(type)) {
      return [];
    }
    return Object.values(type.getFields()).flatMap(({ args }) => args.map((arg) => arg.name));
  });
  const numbers = names.filter((one) => /number|telephone/i.test(one) && !others.includes(one));
  expect(numbers.length).toBeGreaterThan(0);
  const typed = 'a123456 3';
  for (const one of numbers) {
    expect(withParsedNumbers({ [one]: typed }), one).not.toEqual({ [one]: typed });
  }
});
