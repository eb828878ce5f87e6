import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { readAccess } from '../../schema/access.ts';
import { type Caller, requireRead } from '../../subgraphs/runtime/caller.ts';
import { allScopes } from '../../subgraphs/runtime/scopes.ts';
import { anonymous } from '../support/callers.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('the scopes are those that the SDLs name', () => {
  const named = [...readAccess().values()].flatMap((access) =>
    access.kind === 'limited' ? [...access.scopes, ...access.withPin] : [],
  );
  expect(new Set(allScopes)).toEqual(new Set(named));
});

test('the supergraph has the gateway’s guards, and no @access', () => {
  const supergraph = read('schema/supergraph.graphql');
  expect(supergraph).toContain('@requiresScopes(scopes: [["identity:read"]])');
  expect(supergraph).not.toContain('@access');
});

test('each scope is asked for by a resolver, and explained in the guide', () => {
  const files = globSync('subgraphs/{patrons,credentials,circulation,charges}/**/*.ts', { cwd: root });
  const sources = files.map(read).join('\n');
  const guide = read('docs/guides/scopes.md');
  const [table = ''] = guide.split('<!-- Generated');
  expect(allScopes.filter((scope) => !sources.includes(`'${scope}'`))).toEqual([]);
  expect(allScopes.filter((scope) => !table.includes(`\`${scope}\``))).toEqual([]);
});

test('a misspelt scope does not compile', () => {
  const caller: Caller = { ...anonymous, authenticated: true, scopes: new Set(['circulation:write']) };
  // @ts-expect-error: the right one is circulation:write.
  expect(() => requireRead(caller, null, ['circulation:wirte'])).toThrow(GraphQLError);
});
