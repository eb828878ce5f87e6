import { expect, test } from 'vitest';
import {
  idAlphabet,
  newOperationId,
  operationCode,
  parseOperationCode,
} from '../../../../store/journal/operation-id.ts';

test('the code is made of the first eight letters of the id, and is a code', () => {
  expect(operationCode('7hQz02PLmnAbCdEfGhIjKl')).toBe('7BTX02SN');
  expect(operationCode('7hQz02PLxxxxxxxxxxxxxx')).toBe('7BTX02SN');
  for (let count = 0; count < 1_000; count += 1) {
    const code = operationCode(newOperationId());
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(parseOperationCode(code)).toBe(code);
  }
});

test('30 letters of a code stand for two letters of an id each, and two for one', () => {
  const codes = [...idAlphabet].map((letter) => operationCode(letter.repeat(22)).charAt(0));
  const counts = [...Map.groupBy(codes, (letter) => letter).values()].map(({ length }) => length);
  expect(counts.toSorted()).toEqual([1, 1, ...Array.from({ length: 30 }, () => 2)]);
});

test.each([
  ['7BTX02SN', '7BTX02SN'],
  ['7btx02sn', '7BTX02SN'],
  [' 7BTX 02SN\n', '7BTX02SN'],
  ['7btx-o2sn', '7BTX02SN'],
  ['7BTX–O2SN', '7BTX02SN'],
  ['OoIiLl00', '00111100'],
  ['７ＢＴＸ０２ＳＮ', '7BTX02SN'],
  ['７btx－　Ｏ２ｓｎ', '7BTX02SN'],
])('%j is read as %s', (typed, code) => {
  expect(parseOperationCode(typed)).toBe(code);
});

test.each(['', '7BTX02S', '7BTX02SN1', '7BTX02SU', '7BTX.02S', '7BTX02SÑ', 'ﬀBTX02S'])(
  '%j is no code',
  (typed) => {
    expect(parseOperationCode(typed)).toBeNull();
  },
);
