import { expect, test } from 'vitest';
import { forAllAudiences, parseByAudience } from '../../../gateway/audiences.ts';

const values = ['off', 'audit', 'require'] as const;
const parse = (text: string) => parseByAudience(text, values, 'off');

test('one value is for every audience', () => {
  expect(parse('audit')).toEqual(forAllAudiences('audit'));
});

test('`*` is for the audiences that are not named, wherever it stands', () => {
  const expected = { ...forAllAudiences('audit'), staff: 'off', public: 'require' };
  expect(parse('staff=off,public=require,*=audit')).toEqual(expected);
  expect(parse('*=audit, public = require, staff=off')).toEqual(expected);
});

test('without `*` the others have the fallback', () => {
  expect(parse('public=require')).toEqual({ ...forAllAudiences('off'), public: 'require' });
});

test.each([
  ['', '"" must be off or audit or require'],
  ['on', '"on" must be off or audit or require'],
  ['staff=on', '"on" must be off or audit or require'],
  [
    'everyone=off',
    '"everyone" must be an audience (reader, partner, station, telephone, sign-in, staff, public) or *',
  ],
  ['staff=off,audit', '"audit" must be AUDIENCE=VALUE'],
  ['staff=off=audit', '"staff=off=audit" must be AUDIENCE=VALUE'],
  ['staff=off,', '"" must be AUDIENCE=VALUE'],
  ['staff=off,staff=audit', '"staff" is there twice'],
  ['*=off,*=audit', '"*" is there twice'],
])('%j is rejected', (text, message) => {
  expect(() => parse(text)).toThrow(message);
});
