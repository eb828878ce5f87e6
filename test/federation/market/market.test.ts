import { expect, test } from 'vitest';
import { market } from './market.ts';

const sdls = Object.values(market).map(({ sdl }) => sdl);

test.each([
  ['several keys of an entity', /@key\(fields: "id"\) @key\(fields: "sku/],
  ['a key of several fields, one within another', /@key\(fields: "sku region \{ code \}"\)/],
  ['a key that is not resolvable', /resolvable: false/],
  ['a requirement within another field', /@requires\(fields: "maker \{ name \}"\)/],
  ['a requirement with arguments', /@requires\(fields: "price\(currency: HKD\)/],
  ['a requirement of an interface', /@requires\(fields: "sample \{ grams \.\.\. on Powder/],
  ['a requirement of a union', /extra \{ \.\.\. on Liquid/],
  ['a requirement of what requires something', /@requires\(fields: "shipping"\)/],
  ['@provides', /@provides\(/],
  ['@external', /: \w+ @external/],
  ['@shareable', /@shareable/],
  ['@override', /@override\(from: "\w+"\)/],
  ['@override by a label', /@override\(from: "\w+", label: "percent/],
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

test('the market has six subgraphs at least', () => {
  expect(sdls.length).toBeGreaterThanOrEqual(6);
});
