/** `Problem` is one interface with one enum, although each subgraph has problems of its own. */
import { readFile } from 'node:fs/promises';
import { buildASTSchema, isEnumType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const caller = callerForTests(system, {
  subject: 'staff',
  scope: 'patrons:read patrons:write credentials:write circulation:write',
});

type Input = Readonly<Record<string, unknown>>;

/** An operation of each subgraph that is refused, the expected problem without its message, and its interface. */
const refused: readonly (readonly [string, Input, Input, string])[] = [
  [
    'amendContact',
    { reader: { patronId: 'P9999999' }, version: '20000101000000', telephone: '21110099' },
    {
      __typename: 'AmendContactProblem',
      code: 'NOT_FOUND',
      reason: 'NOT_FOUND',
      field: ['reader', 'patronId'],
    },
    'PatronProblem',
  ],
  [
    'setPin',
    { libraryCardNumber: '21852000009992', newPin: '864209' },
    { __typename: 'SetPinProblem', code: 'NOT_FOUND', reason: 'NOT_FOUND', field: ['libraryCardNumber'] },
    'CredentialProblem',
  ],
  [
    'checkOut',
    { credential: { libraryCardNumber: '21852000009992' }, itemNumber: '31852000000494' },
    {
      __typename: 'CheckOutProblem',
      code: 'CREDENTIAL_NOT_FOUND',
      reason: 'CREDENTIAL_NOT_FOUND',
      field: ['credential', 'libraryCardNumber'],
    },
    'CirculationProblem',
  ],
];

const problemsOf = async (name: string, selection: string, input: Input) =>
  (await system.change<{ problems: unknown }>(name, `problems { ${selection} }`, input, caller)).problems;

test.each(refused)(
  '%s answers a problem, also by its interfaces',
  async (name, input, problem, ofSubgraph) => {
    const expected = [{ ...problem, message: expect.stringMatching(/\w{4}/) }];
    expect(await problemsOf(name, '__typename code reason message field', input)).toEqual(expected);
    const byInterfaces = `reason ... on Problem { __typename code } ... on ${ofSubgraph} { message field }`;
    expect(await problemsOf(name, byInterfaces, input)).toEqual(expected);
  },
);

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
