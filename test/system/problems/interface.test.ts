/** `Problem` is one interface and one enum, although each subgraph has problems of its own. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buildASTSchema, isEnumType, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutationOf } from '../../support/mutation.ts';
import { type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let token: string;
beforeAll(async () => {
  system = await startSystem();
  token = await system.token({
    subject: 'staff',
    scope: 'patrons:read patrons:write credentials:write circulation:write',
  });
});
afterAll(() => system[Symbol.asyncDispose]());

type Input = Readonly<Record<string, unknown>>;

/** An operation of each subgraph that is refused, and its problem without the message. */
const refused: readonly (readonly [string, Input, Input])[] = [
  [
    'amendContact',
    { reader: { patronId: 'P9999999' }, version: '20000101000000', telephone: '21110099' },
    { __typename: 'PatronProblem', code: 'NOT_FOUND', field: ['reader', 'patronId'] },
  ],
  [
    'setPin',
    { libraryCardNumber: '21852000009992', newPin: '864209' },
    { __typename: 'CredentialProblem', code: 'NOT_FOUND', field: ['libraryCardNumber'] },
  ],
  [
    'checkOut',
    { credential: { libraryCardNumber: '21852000009992' }, itemNumber: '31852000000494' },
    { __typename: 'CirculationProblem', code: 'CREDENTIAL_NOT_FOUND', field: null },
  ],
];

async function problemsOf(name: string, selection: string, input: Input): Promise<unknown> {
  const variables = { input: { reference: randomUUID(), ...input } };
  const { body } = await system.ask(mutationOf(name, `problems { ${selection} }`), { token, variables });
  expect(body.errors).toBeUndefined();
  return rootField<{ readonly problems: unknown }>(body, name).problems;
}

test.each(refused)(
  '%s answers a problem with its type, code, message and field',
  async (name, input, problem) => {
    const told = await problemsOf(name, '__typename code message field', input);
    expect(told).toEqual([{ ...problem, message: expect.stringMatching(/\w{4}/) }]);
  },
);

test.each(refused)('%s answers a fragment on the interface', async (name, input, problem) => {
  const told = await problemsOf(name, '... on Problem { __typename code message field }', input);
  expect(told).toEqual([{ ...problem, message: expect.stringMatching(/\w{4}/) }]);
});

test('the codes of the graph are those of the subgraphs', async () => {
  const codesOf = async (file: string) => {
    const sdl = await readFile(new URL(`../../../schema/${file}.graphql`, import.meta.url), 'utf8');
    const type = buildASTSchema(parse(sdl), { assumeValidSDL: true }).getType('ProblemCode');
    return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  };
  const [patrons, credentials, circulation, all] = await Promise.all(
    ['patrons', 'credentials', 'circulation', 'supergraph'].map(codesOf),
  );
  expect(all?.sort()).toEqual(
    [...new Set([...(patrons ?? []), ...(credentials ?? []), ...(circulation ?? [])])].sort(),
  );
});
