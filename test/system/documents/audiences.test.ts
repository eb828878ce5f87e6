/** The documents and the introspection of each audience. The issuer's entry assigns an audience to each client. */
import { expect, test } from 'vitest';
import { type AnswerBody, postJson } from '../../support/graph/ask-graph.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';
import { manifestsDir, relayManifest } from './clients.ts';

const issuer = 'https://login.example';
const provider = openedForTests(() => startIdentityProvider());
const system = openedForTests(() => {
  const entry = {
    name: 'login',
    issuer,
    audiences: ['patron-graph'],
    keys: { url: provider.url },
    grants: [
      { clients: ['staff'], audience: 'staff', scopes: ['circulation:read'] },
      { clients: ['station'], audience: 'station', scopes: ['station'] },
      { clients: ['reader'], audience: 'reader' },
    ],
  };
  const env = {
    TRUSTED_DOCUMENTS_DIR: manifestsDir,
    TRUSTED_DOCUMENTS_MODE: 'staff=off,station=audit,*=require',
    INTROSPECTION: 'staff=on',
  };
  return startSystem(undefined, env, { issuers: [entry] });
});

/** Every client asks for these scopes. Its token has only those scopes that the client is granted. */
const scope = 'circulation:read station';

/** The error's code, or `served` if there is no error. */
async function outcomeFor(client: string | null, body: object): Promise<string> {
  const claims = { iss: issuer, aud: 'patron-graph', sub: 'somebody', client_id: client, scope };
  const token = client === null ? null : await provider.token(claims);
  const response = await postJson(`${system.url}/graphql`, body, { token });
  const { data, errors } = (await response.json()) as AnswerBody;
  return data === undefined ? String(errors?.[0]?.extensions.code) : 'served';
}

const clients = ['staff', 'station', 'reader', null];
const outcomesFor = (body: object) => Promise.all(clients.map((client) => outcomeFor(client, body)));

test('a text that is in no manifest is served, logged or refused', async () => {
  system.log.splice(0);
  expect(await outcomesFor({ query: '{ branches { code } }' })).toEqual([
    'served',
    'served',
    'QUERY_NOT_IN_SAFELIST',
    'QUERY_NOT_IN_SAFELIST',
  ]);
  const lines = system.log.filter((line) => line.includes('no manifest has'));
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { audience: 'station', issuer, clientId: 'station', operationName: null },
  ]);
});

test('a trusted document is served to everybody', async () => {
  const id = Object.keys(relayManifest).find((key) => relayManifest[key]?.includes('AppTitlesQuery'));
  const outcomes = await outcomesFor({ id, variables: { text: 'Walden' } });
  expect(outcomes).toEqual(['served', 'served', 'served', 'served']);
});

test('only the audience that may see the schema is shown it', async () => {
  expect(await outcomesFor({ query: '{ __schema { queryType { name } } }' })).toEqual([
    'served',
    'GRAPHQL_VALIDATION_FAILED',
    'QUERY_NOT_IN_SAFELIST',
    'QUERY_NOT_IN_SAFELIST',
  ]);
});

test('a block that is delivered later has only what its audience sees', async () => {
  const query =
    '{ branches { code ... @defer { name } } ... @defer { patrons(first: 1) { edges { node { id } } } } }';
  expect(await outcomeFor('staff', { query })).toBe('served');
  expect(await outcomeFor('station', { query })).toBe('GRAPHQL_VALIDATION_FAILED');
});
