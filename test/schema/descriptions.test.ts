/**
 * Front-end teams and partners read the graph's descriptions by introspection. They know nothing of the systems behind
 * the graph.
 */
import { readFileSync } from 'node:fs';
import { buildASTSchema, type GraphQLSchema, isObjectType, parse, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { audiences } from '../../gateway/audiences.ts';
import { readAccess } from '../../schema/access.ts';
import { readSdl, subgraphs } from '../../schema/sdl.ts';
import { type Coordinate, clientSchema, coordinatesOf } from './coordinates.ts';

const minCharacters = 15;
const maxColumns = 125;

/** Words for the systems behind the graph and for its code. They mean nothing to clients. */
const wordsOfTheBack =
  /\b(?:SOAP|WSDL|PRS|CMS|CIRC)\b|vendor|adapter|subgraph|resolver|journal|legacy|\bfault(?:s|\b)/i;

/** Words that explain nothing by themselves. */
const emptyWords = new Set('a an the of this that is it its in on by for to with and or one'.split(' '));

/** The mistake in a description, or null if there is none. */
function fault({ name, description }: Coordinate): string | null {
  if (description === '') {
    return 'has no description';
  }
  if (description.length < minCharacters) {
    return 'is too short to explain anything';
  }
  if (!/^[A-Z0-9`].*\.$/s.test(description)) {
    return 'is no sentence: it begins with a capital, and ends with a full stop';
  }
  if (wordsOfTheBack.test(description)) {
    return 'has a word that clients do not know';
  }
  return repeatsName(name, description) ? 'only repeats the name' : null;
}

/**
 * Whether every word of a description is also in the name. An example: `Patron.dateOfBirth` and "The patron's date of
 * birth." A description with an example in backticks says more than the name.
 */
function repeatsName(name: string, description: string): boolean {
  if (description.includes('`')) {
    return false;
  }
  const inName = new Set(wordsOf(name.replace(/([a-z])([A-Z])/g, '$1 $2')));
  return wordsOf(description).every((word) => inName.has(word) || emptyWords.has(word));
}

/** The words in lower case, without a plural `s`. */
const wordsOf = (text: string): string[] =>
  (text.replaceAll("'s", '').match(/[A-Za-z]+/g) ?? []).map((word) => word.toLowerCase().replace(/s$/, ''));

/** The names of the days of the week explain themselves. */
const isDay = ({ name }: Coordinate) => name.startsWith('Weekday.');

const coordinates = coordinatesOf(clientSchema());
const allNames = new Set(coordinates.map(({ name }) => name));

test('each name has a description that a newcomer understands', () => {
  const faults = coordinates
    .filter((each) => !isDay(each))
    .flatMap((each) => {
      const found = fault(each);
      return found === null ? [] : [`${each.name} ${found}`];
    });
  expect(faults).toEqual([]);
});

test('each day of the week has one, too', () => {
  expect(coordinates.filter(isDay).map(({ description }) => description)).not.toContain('');
});

test('who may have what is said where not everybody may', () => {
  const described = new Map(coordinates.map(({ name, description }) => [name, description]));
  const silent = [...readAccess()].flatMap(([name, access]) => {
    const description = described.get(name);
    const scopes = access.kind === 'limited' ? [...access.scopes, ...access.withPin] : [];
    const missing = scopes.filter((scope) => description !== undefined && !says(description, scope));
    return missing.length > 0 ? [`${name} does not name ${missing.join(', ')}`] : [];
  });
  expect(silent).toEqual([]);
});

/**
 * The scopes of stations and of the telephone service may be named in plain words. Scopes of staff must be named as
 * they are, because staff have several.
 */
const says = (description: string, scope: string): boolean =>
  description.includes(`\`${scope}\``) ||
  (scope === 'station' && /\bstations?\b/i.test(description)) ||
  (scope === 'telephone' && /\btelephone\b/i.test(description));

test.each(audiences)('%s is told of no field of a type that it does not have', (audience) => {
  const sdl = readFileSync(new URL(`../../schema/audiences/${audience}.graphql`, import.meta.url), 'utf8');
  const own = coordinatesOf(buildASTSchema(parse(sdl)));
  const ownNames = new Set(own.map(({ name }) => name));
  const strange = own.flatMap(({ name, description }) =>
    [...description.matchAll(/`([A-Z]\w+\.\w+)/g)]
      .filter(([, told = '']) => !ownNames.has(told) && allNames.has(told))
      .map(([, told]) => `${name} tells of ${told}`),
  );
  expect(strange).toEqual([]);
});

test('an idempotency key is explained in the same words in every input', () => {
  const keys = coordinates.filter(({ name }) => /Input\.reference$/.test(name));
  expect(keys.length).toBeGreaterThan(10);
  expect(new Set(keys.map(({ description }) => description)).size).toBe(1);
});

test('nothing is described in two subgraphs: composition takes one of them, and the other is never read', () => {
  const times = new Map<string, number>();
  for (const subgraph of subgraphs) {
    const schema = buildASTSchema(parse(readSdl(subgraph)), { assumeValidSDL: true });
    // Without the subgraph that overrides a field, the description of the other one is served.
    const overriding = new Set(overridingFieldsOf(schema));
    const ownNames = coordinatesOf(schema).filter(({ name }) => !overriding.has(name));
    for (const { name } of ownNames.filter(({ description }) => description !== '')) {
      times.set(name, (times.get(name) ?? 0) + 1);
    }
  }
  const twice = [...times].filter(([name, count]) => count > 1 && !name.startsWith('@'));
  expect(twice).toEqual([]);
});

const overridingFieldsOf = (schema: GraphQLSchema): readonly string[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ astNode }) => astNode?.directives?.some(({ name }) => name.value === 'override'))
        .map((field) => `${type.name}.${field.name}`),
    );

test.each(subgraphs)('descriptions of %s fit the page', (subgraph) => {
  const sdl = readSdl(subgraph);
  const described: string[] = [];
  visit(parse(sdl), {
    StringValue({ loc }, key) {
      if (key === 'description' && loc !== undefined) {
        // The description begins at the start of its line, so that the indentation counts.
        described.push(sdl.slice(sdl.lastIndexOf('\n', loc.start) + 1, loc.end));
      }
    },
  });
  expect(described.flatMap((text) => text.split('\n')).filter((line) => line.length > maxColumns)).toEqual(
    [],
  );
});

describe('the check of descriptions', () => {
  test.each([
    ['none', 'type Query { "How many loans there are." loans: Int }', 'Query has no description'],
    ['one of a field that is missing', '"All that is read." type Query { loans: Int }', 'Query.loans has no'],
    ['a word', '"All that is read." type Query { "Loans." loans: Int }', 'Query.loans is too short'],
    [
      'no full stop',
      '"All that can be read" type Query { "How many are out." loans: Int }',
      'Query is no sentence',
    ],
    [
      'the name alone',
      '"All that is read." type Query { "The loans of the query." loans: Int }',
      'only repeats',
    ],
    [
      'a word of the back',
      '"All that SOAP can read." type Query { "How many are out." loans: Int }',
      'do not know',
    ],
    [
      'an argument without',
      '"All that is read." type Query { "How many are out." loans(of: ID): Int }',
      '(of:) has no',
    ],
  ])('finds %s', (_what, sdl, expected) => {
    const faults = coordinatesOf(buildASTSchema(parse(sdl))).map((each) => `${each.name} ${fault(each)}`);
    expect(faults.filter((each) => !each.endsWith(' null')).join()).toContain(expected);
  });

  test('finds nothing wrong with a good one', () => {
    const sdl = '"All that can be read." type Query { "How many items are out, 0 to 10." loans: Int }';
    expect(coordinatesOf(buildASTSchema(parse(sdl))).map(fault)).toEqual([null, null]);
  });
});
