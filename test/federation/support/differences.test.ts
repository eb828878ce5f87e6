import { expect, test } from 'vitest';
import { differences } from './differences.ts';

const expected = { a: { b: [1, { c: 2 }] }, d: 3 };
const errorAt = (...path: (string | number)[]) => ({ message: 'failed', path });

test.each([
  ['another value', { a: { b: [1, { c: 9 }] }, d: 3 }, ['a.b.1.c: 9, not 2']],
  ['a null', { a: { b: null }, d: 3 }, ['a.b: null, not [1,{"c":2}]']],
  ['fewer items', { a: { b: [1] }, d: 3 }, ['a.b: [1], not [1,{"c":2}]']],
  [
    'another order',
    { d: 3, a: expected.a },
    [`: {"d":3,"a":{"b":[1,{"c":2}]}}, not ${JSON.stringify(expected)}`],
  ],
])('%s differs', (_, data, expectedDifferences) => {
  expect(differences({ data }, expected)).toEqual(expectedDifferences);
  expect(differences({ data, errors: [errorAt('elsewhere')] }, expected)).toEqual(expectedDifferences);
});

test('a null that an error led to does not differ, but a wrong value beside it does', () => {
  expect(differences({ data: { a: null, d: 3 }, errors: [errorAt('a')] }, expected)).toEqual([]);
  expect(differences({ data: { a: null, d: 4 }, errors: [errorAt('a', 'b', 1, 'c')] }, expected)).toEqual([
    'd: 4, not 3',
  ]);
});
