/**
 * The Relay compiler's manifest, with requests like those of Relay's network layer: the id of a document and variables.
 */
import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { postJson } from '../../support/graph/ask-graph.ts';
import { systemForTests } from '../system-for-tests.ts';
import { manifestsDir, relayManifest } from './clients.ts';

const env = { TRUSTED_DOCUMENTS_DIR: manifestsDir, TRUSTED_DOCUMENTS_MODE: 'public=require,*=audit' };
const system = systemForTests(undefined, env);
let token: string;
beforeAll(async () => {
  token = await system.token({ subject: 'reader', patronId: 'P0000002' });
});

const idOf = (name: string) =>
  Object.keys(relayManifest).find((id) => relayManifest[id]?.includes(name)) ?? expect.fail(name);
const sha256Of = (name: string) =>
  createHash('sha256')
    .update(relayManifest[idOf(name)] ?? '')
    .digest('hex');

const post = (body: object) => postJson(`${system.url}/graphql`, body, { token });
const get = (parameters: Record<string, string>) =>
  fetch(`${system.url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: { authorization: `Bearer ${token}` },
  });

interface WithLoans {
  readonly id: string;
  readonly loans: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly endCursor: string };
  };
}
interface LoansAnswer {
  readonly data: { readonly me: WithLoans; readonly node: WithLoans };
}
const loanIds = ({ loans }: WithLoans): string[] => loans.edges.map(({ node }) => node.id);

const variables = { text: 'Walden' };
const walden = { data: { titles: { edges: [{ node: expect.objectContaining({ title: 'Walden' }) }] } } };

test.each<[string, object]>([
  ['id', { id: idOf('AppTitlesQuery'), variables }],
  ['id, with query: null', { id: idOf('AppTitlesQuery'), query: null, variables }],
  ['documentId', { documentId: idOf('AppTitlesQuery'), variables }],
  ['documentId with the SHA-256', { documentId: `sha256:${sha256Of('AppTitlesQuery')}`, variables }],
  [
    'the SHA-256 in extensions',
    { extensions: { persistedQuery: { version: 1, sha256Hash: sha256Of('AppTitlesQuery') } }, variables },
  ],
])('a query is asked for by %s', async (_what, body) => {
  const response = await post(body);
  expect([response.status, await response.json()]).toEqual([200, walden]);
});

test('the pages of a refetchable list are asked for by the patron’s id', async () => {
  const ask = async (name: string, more: object) => {
    const { data } = (await (await post({ id: idOf(name), variables: more })).json()) as LoansAnswer;
    return data;
  };
  const { me } = await ask('LoansQuery', {});
  const all = loanIds(me);
  expect(all).toHaveLength(5);
  const page = { id: me.id, count: 3, cursor: null };
  const first = (await ask('LoansPageQuery', page)).node;
  const { endCursor } = first.loans.pageInfo;
  const second = (await ask('LoansPageQuery', { ...page, cursor: endCursor })).node;
  expect([loanIds(first), loanIds(second)]).toEqual([all.slice(0, 3), all.slice(3)]);
});

test('a mutation is asked for by its id', async () => {
  const input = {
    reference: '5b0c8f1e-2f0e-4b1c-9f6e-0d6a3c1f7a77',
    reader: { patronId: 'P0000002' },
    loanId: 'L00000014',
  };
  const response = await post({ id: idOf('AppRenewMutation'), variables: { input } });
  expect(await response.json()).toEqual({
    data: { renewLoan: { operation: { state: 'DONE' }, problems: [] } },
  });
});

test.each(['id', 'documentId'])('GET serves a trusted document of the catalogue by %s', async (name) => {
  const response = await get({
    [name]: idOf('AppTitlesQuery'),
    variables: JSON.stringify(variables),
  });
  expect([response.status, await response.json()]).toEqual([200, walden]);
});

test.each(['AppHomeQuery', 'AppRenewMutation'])(
  'GET doesn’t serve %s, although it is trusted',
  async (name) => {
    expect((await get({ documentId: idOf(name) })).status).toBe(405);
  },
);

test.each([
  ['application/graphql-response+json', 400],
  ['application/json', 200],
  ['*/*', 400],
])('an unknown id is one error, with the status of the media type %s', async (accept, status) => {
  const body = { documentId: 'no-such-document' };
  const response = await postJson(`${system.url}/graphql`, body, { headers: { accept } });
  expect([response.status, await response.json()]).toEqual([
    status,
    {
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    },
  ]);
});
