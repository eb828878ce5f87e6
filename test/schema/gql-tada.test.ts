/** A program of gql.tada, which infers the types of results from the texts of operations, type-checks on our schema. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const typesFile = './introspection.d.ts';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gql-tada-'));
  const schema = buildSchema(readFileSync(join(root, 'schema/audiences/reader.graphql'), 'utf8'));
  const introspection = minifyIntrospection(introspectionFromSchema(schema));
  const types = outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true });
  await writeFile(join(folder, typesFile), types);
});
afterAll(() => rm(folder, { recursive: true }));

/** The errors that the compiler finds in a program, one on each line. */
async function faultsOf(program: string): Promise<string> {
  const file = join(folder, 'program.ts');
  await writeFile(file, program);
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
  const tsc = join(root, 'node_modules/.bin/tsc');
  const run = promisify(execFile)(tsc, ['--ignoreConfig', ...options, file], { cwd: folder });
  return await run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
}

const program = (use: string) => `
import { initGraphQLTada, type ResultOf, type VariablesOf } from '${require.resolve('gql.tada')}';
import type { introspection } from '${typesFile}';

const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string; Date: string } }>();
const home = graphql(\`query Home { me { id loanQuota { remaining } loans(first: 5) { edges { node { dueOn } } } } }\`);
const renew = graphql(\`mutation Renew($input: RenewLoanInput!) {
  renewLoan(input: $input) { operation { code } problems { reason } }
}\`);
declare const result: ResultOf<typeof home>;
declare const renewed: ResultOf<typeof renew>;
declare const variables: VariablesOf<typeof renew>;
${use}
`;

test('the results of a query and a mutation have types', { timeout: 60_000 }, async () => {
  const right = program(`
    export const remaining: number | null | undefined = result.me?.loanQuota?.remaining;
    export const dueOn: string | undefined = result.me?.loans?.edges[0]?.node.dueOn;
    export const isLast: boolean | undefined = renewed.renewLoan?.problems.some(({ reason }) => reason === 'NO_RENEWALS_LEFT');
    export const loanId: string = variables.input.loanId;`);
  expect(await faultsOf(right)).toBe('');
});

test('a reason of another mutation, and a field that is not asked for, are faults', {
  timeout: 60_000,
}, async () => {
  const wrong = program(`
    export const isHeld = renewed.renewLoan?.problems.some(({ reason }) => reason === 'ITEM_NOT_FOUND');
    export const limit = result.me?.loanQuota?.limit;`);
  const faults = await faultsOf(wrong);
  expect(faults).toMatch(/have no overlap/);
  expect(faults).toMatch(/Property 'limit' does not exist/);
});
