import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { type Caller, requireRead } from '../../subgraphs/runtime/caller.ts';
import { allScopes } from '../../subgraphs/runtime/scopes.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const sdl = ['patrons', 'credentials', 'circulation']
  .map((name) => read(`schema/${name}.graphql`))
  .join('\n');
const sdlScopes = new Set(
  [...sdl.matchAll(/@requiresScopes\(scopes: ([^)]*)\)/g)].flatMap(([, lists = '']) =>
    [...lists.matchAll(/"([^"]+)"/g)].map(([, scope = '']) => scope),
  ),
);
/** Scopes that resolvers alone ask for: where a field is open to its own patron too, the SDL can't require one. */
const codeOnly = ['circulation:read'];

test('the scopes are those of @requiresScopes, and those that resolvers alone ask for', () => {
  expect(new Set(allScopes)).toEqual(new Set([...sdlScopes, ...codeOnly]));
  expect(codeOnly.filter((scope) => sdlScopes.has(scope))).toEqual([]);
});

test('each scope is asked for by a resolver, and explained in the README', () => {
  const files = globSync('subgraphs/{patrons,credentials,circulation}/**/*.ts', { cwd: root });
  const sources = files.map(read).join('\n');
  const readme = read('README.md');
  expect(allScopes.filter((scope) => !sources.includes(`'${scope}'`))).toEqual([]);
  expect(allScopes.filter((scope) => !readme.includes(`\`${scope}\``))).toEqual([]);
});

test('a misspelt scope does not compile', () => {
  const caller: Caller = {
    ...{ authenticated: true, issuer: 'i', subject: 's', patronId: null, clientId: null },
    scopes: new Set(['circulation:write']),
    language: 'en',
  };
  // @ts-expect-error: the right one is circulation:write.
  expect(() => requireRead(caller, null, ['circulation:wirte'])).toThrow(GraphQLError);
});
