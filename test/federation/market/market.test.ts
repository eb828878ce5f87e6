/** The market has all the features that its tests need. */
import { expect, test } from 'vitest';
import { market } from './market.ts';

const sdls = Object.values(market).map(({ sdl }) => sdl);

test.each([
  ['several keys of an entity', /@key\(fields: "id"\) @key\(fields: "sku/],
  ['a key of several fields, one of them nested', /@key\(fields: "sku region \{ code \}"\)/],
  ['a key that is not resolvable', /resolvable: false/],
  ['@requires of a nested field', /@requires\(fields: "maker \{ name \}"\)/],
  ['@requires of a field with arguments', /@requires\(fields: "price\(currency: HKD\)/],
  ['@requires of an interface', /@requires\(fields: "sample \{ grams \.\.\. on Powder/],
  ['@requires of a union', /extra \{ \.\.\. on Liquid/],
  ['@requires of a field that requires another', /@requires\(fields: "shipping"\)/],
  ['@provides', /@provides\(/],
  ['@external', /: \w+ @external/],
  ['@shareable', /@shareable/],
  ['@override', /@override\(from: "\w+"\)/],
  ['@override with a label', /@override\(from: "\w+", label: "percent/],
  ['@interfaceObject', /@interfaceObject/],
  ['@inaccessible, on a field', /Role @inaccessible/],
  ['@inaccessible, on an enum value', /enum Kind \{ A B @inaccessible/],
  ['@extends', /type \w+ @extends/],
  ['Federation 1', /^\s*extend type Query/],
  ['an entity interface', /interface \w+ @key/],
  ['a union', /union Result = Book/],
  ['the same union with other members', /union Result = Product \| Maker/],
  ['an enum', /enum Mood \{ GOOD BAD \}/],
  ['the same enum with other values', /enum Mood \{ BAD ODD \}/],
  ['@composeDirective', /@composeDirective/],
  ['a custom scalar', /scalar JSON/],
  ['@oneOf', /@oneOf/],
  ['lists in lists', /\[\[Product\]\]/],
])('the market has %s', (_, pattern) => {
  expect(sdls.filter((sdl) => pattern.test(sdl))).not.toEqual([]);
});

test('the market has at least six subgraphs', () => {
  expect(sdls.length).toBeGreaterThanOrEqual(6);
});
