/**
 * A supergraph is refused as a whole if it needs a feature that the gateway does not support. The error names the
 * cause.
 */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';

const join = '@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)';

/** A valid supergraph of two subgraphs, in which each key of `replacements` is replaced by its value. */
function supergraph(replacements: Readonly<Record<string, string>> = {}): string {
  let sdl = `
    schema @link(url: "https://specs.apollo.dev/link/v1.0") ${join} { query: Query }
    scalar join__FieldSet
    enum join__Graph {
      SHOP @join__graph(name: "shop", url: "http://shop")
      DEPOT @join__graph(name: "depot", url: "http://depot")
    }
    type Query @join__type(graph: SHOP) @join__type(graph: DEPOT) { book: Book @join__field(graph: SHOP) }
    type Book @join__type(graph: SHOP, key: "isbn owner { id }") @join__type(graph: DEPOT, key: "isbn") {
      isbn: ID!
      owner: Owner @join__field(graph: SHOP, provides: "name")
      weight: Int @join__field(graph: SHOP) @join__field(graph: DEPOT, external: true)
      postage: Int @join__field(graph: DEPOT, requires: "weight")
    }
    type Owner @join__type(graph: SHOP) { id: ID!  name: String @join__field(graph: SHOP, external: true) }`;
  for (const [text, other] of Object.entries(replacements)) {
    expect(sdl).toContain(text);
    sdl = sdl.replace(text, other);
  }
  return sdl;
}

test('the supergraph that the others are made of can be used', () => {
  expect(() => createEngine(supergraph())).not.toThrow();
});

describe('features', () => {
  test.each([
    [
      'an unknown one for: EXECUTION',
      { [join]: `${join} @link(url: "https://example.org/sharding/v1.2", for: EXECUTION)` },
      'its execution needs https://example.org/sharding/v1.2, which this gateway does not know',
    ],
    [
      'an unknown one for: SECURITY',
      { [join]: `${join} @link(url: "https://example.org/vault/v0.1", for: SECURITY)` },
      'it is guarded by https://example.org/vault/v0.1, which this gateway does not know',
    ],
    [
      'an unknown one for: SECURITY, linked by @core',
      { [join]: `${join} @core(feature: "https://example.org/vault/v0.1", for: SECURITY)` },
      'it is guarded by https://example.org/vault/v0.1, which this gateway does not know',
    ],
    [
      'an unknown version of join',
      { [join]: '@link(url: "https://specs.apollo.dev/join/v0.6", for: EXECUTION)' },
      'it is composed by https://specs.apollo.dev/join/v0.6, and this gateway knows join v0.1 to v0.5',
    ],
    [
      'a version 1 of join, linked by @core',
      { [join]: '@core(feature: "https://specs.apollo.dev/join/v1.0")' },
      'it is composed by https://specs.apollo.dev/join/v1.0, and this gateway knows join v0.1 to v0.5',
    ],
    [
      'connectors',
      { [join]: `${join} @link(url: "https://specs.apollo.dev/connect/v0.2", for: EXECUTION)` },
      'its execution needs https://specs.apollo.dev/connect/v0.2, which this gateway does not know',
    ],
    [
      'connectors that only a subgraph links',
      {
        [join]: `${join} @join__directive(graphs: [SHOP], name: "link",
          args: { url: "https://specs.apollo.dev/connect/v0.1", import: ["@connect", "@source"] })`,
      },
      'its execution needs https://specs.apollo.dev/connect/v0.1, which this gateway does not know',
    ],
  ])('%s', (_what, replacements, reason) => {
    expect(() => createEngine(supergraph(replacements))).toThrow(reason);
  });

  test.each([
    ['no purpose', '@link(url: "https://example.org/notes/v1.2")'],
    [
      'cache tags, without which answers are the same',
      '@link(url: "https://specs.apollo.dev/cacheTag/v0.1", for: EXECUTION)',
    ],
    [
      'a subgraph’s link to a feature that changes no answer',
      '@join__directive(graphs: [SHOP], name: "link", args: { url: "https://specs.apollo.dev/cacheTag/v0.1" })',
    ],
  ])('one that needs nothing is accepted: %s', (_what, link) => {
    expect(() => createEngine(supergraph({ [join]: `${join} ${link}` }))).not.toThrow();
  });
});

test.each([
  [{ '"depot"': '"shop"' }, 'two subgraphs have the name shop'],
  [
    { 'DEPOT @join__graph(name: "depot"': 'SHOP @join__graph(name: "depot"' },
    'two subgraphs have the value SHOP',
  ],
])('a name of a subgraph that is used twice: %j', (replacements, reason) => {
  expect(() => createEngine(supergraph(replacements))).toThrow(reason);
});

describe('a set of fields', () => {
  test.each([
    [{ 'key: "isbn")': 'key: "number")' }, '"number" can\'t be the key of Book: Book has no field number'],
    [
      { 'owner { id }': 'owner { number }' },
      '"isbn owner { number }" can\'t be the key of Book: Owner has no field number',
    ],
    [{ 'owner { id }': 'owner' }, '"isbn owner" can\'t be the key of Book: it selects nothing of Book.owner'],
    [
      { 'key: "isbn")': 'key: "isbn { id }")' },
      '"isbn { id }" can\'t be the key of Book: ID has no field id',
    ],
    [
      { 'key: "isbn")': 'key: "... on Film { isbn }")' },
      '"... on Film { isbn }" can\'t be the key of Book: there is no type Film',
    ],
    [
      { 'key: "isbn")': 'key: "isbn {")' },
      '"isbn {" can\'t be the key of Book: Syntax Error: Expected Name, found "}"',
    ],
    [{ '"weight"': '"height"' }, '"height" can\'t be the requires of Book.postage: Book has no field height'],
    [{ '"name")': '"title")' }, '"title" can\'t be the provides of Book.owner: Owner has no field title'],
  ])('%j', (replacements, reason) => {
    expect(() => createEngine(supergraph(replacements))).toThrow(reason);
  });

  test('may have the name of the type, and fields of one of several types', () => {
    const sdl = supergraph({ 'key: "isbn")': 'key: "__typename ... on Book { isbn }")' });
    expect(() => createEngine(sdl)).not.toThrow();
  });
});
