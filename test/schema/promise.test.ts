import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systems } from '../../platform/systems.ts';
import { broken } from './broken-promises.ts';

/**
 * The breaking changes of the next release. The CHANGELOG lists them. `promised/` has the SDLs of the last release,
 * without descriptions, guards and costs, which are not promised.
 */
const changedNext = new Set<string>();

const read = (url: string) => readFileSync(new URL(url, import.meta.url), 'utf8');

const subgraphs = systems.map(({ subgraph }) => subgraph.name);

test.each(subgraphs)('%s serves every name that was promised, as it was promised', async (subgraph) => {
  const promised = read(`./promised/${subgraph}.graphql`);
  const changes = await broken(promised, read(`../../schema/${subgraph}.graphql`));
  expect(changes.filter((change) => !changedNext.has(change))).toEqual([]);
});

describe('a promise', () => {
  const promised = `
    type Query { one(first: Int! = 10, by: By): One many: [One!] }
    type One { id: ID! kind: Kind old: String }
    enum Kind { A B }
    input By { id: ID name: String = "x" }`;

  test.each([
    ['a field', 'old: String', ''],
    ['a type', 'kind: Kind', 'kind: String'],
    ['what is never null', 'id: ID! kind', 'id: ID kind'],
    ['an argument', ', by: By', ''],
    ['an argument’s default', '= 10', '= 20'],
    ['an argument that may be absent', 'by: By', 'by: By!'],
    [
      'a field of a type that becomes an interface',
      'type One { id: ID! kind: Kind',
      'type Two implements One { id: ID! } interface One { id: ID!',
    ],
    ['a value', 'A B', 'A'],
    ['a field of an input', 'id: ID name', 'name'],
    ['a field of an input that may be absent', 'input By { id: ID', 'input By { id: ID!'],
    ['the default of a field of an input', '"x"', '"y"'],
    ['fields of an input beside each other', 'input By', 'input By @oneOf #'],
  ])('of %s is broken where that is gone', async (_what, before, after) => {
    const served = promised.replace(before, after).replace('#', '');
    expect(served).not.toBe(promised);
    expect(await broken(promised, served)).not.toEqual([]);
  });

  test.each([
    ['a field', 'old: String', 'old: String new: String'],
    ['an argument that may be absent', 'by: By', 'by: By, also: By'],
    ['a value', 'A B', 'A B C'],
    ['a field of an input that may be absent', 'id: ID name', 'id: ID also: ID name'],
    ['a type', 'enum Kind', 'type Other { id: ID } enum Kind'],
    ['what guards a field', 'many: [One!]', 'many: [One!] @authenticated'],
    ['what a field costs', 'many: [One!]', 'many: [One!] @listSize(assumedSize: 5)'],
    ['a description', 'type One', '"One of many." type One'],
    ['that it is never null', 'kind: Kind', 'kind: Kind!'],
    [
      'a type of a promised interface',
      'type One',
      'type Two implements One { id: ID! kind: Kind old: String } interface One',
    ],
  ])('holds where %s is added', async (_what, before, after) => {
    const served = promised.replace(before, after);
    expect(served).not.toBe(promised);
    expect(await broken(promised, served)).toEqual([]);
  });
});
