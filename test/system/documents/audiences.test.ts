/** Documents and introspection by audience, as the issuer's entry gives it to each client. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type IdentityProvider,
  issuersFile,
  startIdentityProvider,
} from '../../support/identity-provider.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';
import { manifestsDir, relayManifest } from './clients.ts';

const issuer = 'https://login.example';
const resources = new AsyncDisposableStack();
let provider: IdentityProvider;
let system: RunningSystem;
beforeAll(async () => {
  provider = resources.use(await startIdentityProvider());
  const entry = {
    name: 'login',
    issuer,
    audiences: ['patron-graph'],
    keys: { url: provider.url },
    grants: ['staff', 'station', 'reader'].map((audience) => ({ clients: [audience], audience })),
  };
  const file = await issuersFile([entry], resources);
  system = resources.use(
    await startSystem(undefined, {
      ISSUERS_FILE: file,
      TRUSTED_DOCUMENTS_DIR: manifestsDir,
      TRUSTED_DOCUMENTS_MODE: 'staff=off,station=audit,*=require',
      INTROSPECTION: 'staff=on',
    }),
  );
});
afterAll(() => resources.disposeAsync());

/** The code of the error, or `served`. */
async function outcomeFor(client: string | null, body: object): Promise<string> {
  const payload = {
    iss: issuer,
    aud: 'patron-graph',
    sub: 'somebody',
    client_id: client,
    exp: Date.now() / 1000 + 60,
  };
  const token = client === null ? null : await provider.sign(payload, { alg: 'ES256', kid: 'one' });
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as {
    data?: object;
    errors?: { extensions: { code: string } }[];
  };
  return data === undefined ? String(errors?.[0]?.extensions.code) : 'served';
}

const clients = ['staff', 'station', 'reader', null];
const outcomesFor = (body: object) => Promise.all(clients.map((client) => outcomeFor(client, body)));

test('a text that no manifest has is served, logged or refused', async () => {
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

test('the schema is shown to the one audience that may see it', async () => {
  expect(await outcomesFor({ query: '{ __schema { queryType { name } } }' })).toEqual([
    'served',
    'GRAPHQL_VALIDATION_FAILED',
    'QUERY_NOT_IN_SAFELIST',
    'QUERY_NOT_IN_SAFELIST',
  ]);
});
