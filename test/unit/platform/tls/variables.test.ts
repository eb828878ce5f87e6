import { describe, expect, test } from 'vitest';
import { readSignInConfig } from '../../../../edge/sign-in/config.ts';
import { readWebConfig } from '../../../../edge/web/config.ts';
import { readGatewayConfig, readServerConfig } from '../../../../gateway/config.ts';
import { readSubgraphConfig } from '../../../../subgraphs/runtime/config.ts';
import { readLegacyConfig } from '../../../../subgraphs/runtime/environment/legacy-systems.ts';
import { readOperationsConfig } from '../../../../subgraphs/runtime/operations-config.ts';

const secret = '6d0c94b1f7a83e25c8d17f609ab42e53';
const readSubgraph = (env: NodeJS.ProcessEnv) =>
  readSubgraphConfig({ SUBGRAPH_SECRET: secret, ...env }, 4001);

test('each system has settings of its own', () => {
  const { prs, cms } = readLegacyConfig({
    PRS_URL: 'https://registry.example.org/',
    PRS_TLS_CA_FILE: '/tls/ca.pem',
    PRS_TLS_CERT_FILE: '/tls/gateway.pem',
    PRS_TLS_KEY_FILE: '/tls/gateway.key',
    PRS_TLS_MIN_VERSION: 'TLSv1.3',
    PRS_TLS_SERVER_NAME: 'registry.internal',
    CMS_URL: 'http://cards.example.org/',
    CMS_USER: 'gateway',
    CMS_PASSWORD: 'password',
  });
  expect(prs?.tls).toEqual({
    files: {
      ca: { variable: 'PRS_TLS_CA_FILE', path: '/tls/ca.pem' },
      certificate: { variable: 'PRS_TLS_CERT_FILE', path: '/tls/gateway.pem' },
      key: { variable: 'PRS_TLS_KEY_FILE', path: '/tls/gateway.key' },
    },
    minVersion: 'TLSv1.3',
    serverName: 'registry.internal',
  });
  expect(cms?.tls).toBeNull();
});

test('one variable is enough, and the smallest version is TLS 1.2', () => {
  expect(readServerConfig({ SUBGRAPHS_TLS_CA_FILE: '/ca.pem' }).subgraphsTls).toMatchObject({
    files: { ca: { path: '/ca.pem' }, certificate: null, key: null },
    minVersion: 'TLSv1.2',
    serverName: null,
  });
});

const subgraphs = { SUBGRAPH_SECRET: secret, PATRONS_URL: 'http://patrons:4001' };
const database = { DATABASE_URL: 'postgresql://journal@db/journal' };

test.each<[string, (env: NodeJS.ProcessEnv) => unknown, NodeJS.ProcessEnv]>([
  ['PRS_TLS_KEY_FILE', readLegacyConfig, { PRS_TLS_CERT_FILE: '/a.pem' }],
  ['CIRC_TLS_CERT_FILE', readLegacyConfig, { CIRC_TLS_KEY_FILE: '/a.key' }],
  ['PRS_TLS_MIN_VERSION', readLegacyConfig, { PRS_TLS_MIN_VERSION: 'TLSv1.1' }],
  ['PRS_TLS_SERVER_NAME', readLegacyConfig, { PRS_TLS_SERVER_NAME: 'https://registry' }],
  ['PRS_URL', readLegacyConfig, { PRS_TLS_CA_FILE: '/ca.pem', PRS_URL: 'http://registry/' }],
  ['PATRONS_URL', readGatewayConfig, { ...subgraphs, SUBGRAPHS_TLS_CA_FILE: '/ca.pem' }],
  ['TLS_KEY_FILE', readServerConfig, { TLS_CERT_FILE: '/a.pem' }],
  ['TLS_CERT_FILE', readServerConfig, { TLS_CLIENT_CA_FILE: '/ca.pem' }],
  ['TLS_CERT_FILE', readSubgraph, { TLS_CLIENT_CA_FILE: '/ca.pem' }],
  ['TLS_CERT_FILE', readSubgraph, { TLS_KEY_FILE: '/a.key' }],
  ['JOURNAL_TLS_KEY_FILE', readOperationsConfig, { ...database, JOURNAL_TLS_CERT_FILE: '/a.pem' }],
  [
    'DATABASE_URL',
    readOperationsConfig,
    { DATABASE_URL: 'postgresql://db/journal?sslmode=require', JOURNAL_TLS_CA_FILE: '/ca.pem' },
  ],
])('%s is named where it is wrong or missing: case %#', (name, read, env) => {
  expect(() => read(env)).toThrow(new RegExp(`at ${name}$`, 'm'));
});

test.each<[string, (env: NodeJS.ProcessEnv) => unknown, NodeJS.ProcessEnv]>([
  ['NODE_TLS_REJECT_UNAUTHORIZED', readOperationsConfig, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
  [
    'NODE_TLS_REJECT_UNAUTHORIZED',
    readServerConfig,
    { NODE_TLS_REJECT_UNAUTHORIZED: '0', JWKS_URL: 'https://login/', JWT_ISSUER: 'a', JWT_AUDIENCE: 'b' },
  ],
  ['PGSSLMODE', readOperationsConfig, { PGSSLMODE: 'no-verify' }],
  ['DATABASE_URL', readOperationsConfig, { DATABASE_URL: 'postgresql://db/journal?sslmode=no-verify' }],
  [
    'DATABASE_URL',
    readOperationsConfig,
    { DATABASE_URL: 'postgresql://db/journal?uselibpqcompat=true&sslmode=require' },
  ],
])('production refuses what would not verify certificates: %s, case %#', (name, read, env) => {
  expect(() => read(env)).not.toThrow();
  expect(() => read({ ...env, NODE_ENV: 'production' })).toThrow(new RegExp(`at ${name}$`, 'm'));
});

/**
 * Each configuration with a database: the variable of the URL, the function that reads it, and the other variables that
 * it needs.
 */
const withDatabases: readonly [string, (env: NodeJS.ProcessEnv) => unknown, NodeJS.ProcessEnv][] = [
  ['DATABASE_URL', readOperationsConfig, {}],
  [
    'RATES_DATABASE_URL',
    readGatewayConfig,
    {
      SUBGRAPH_SECRET: secret,
      JWKS_URL: 'https://login/',
      JWT_ISSUER: 'a',
      JWT_AUDIENCE: 'b',
    },
  ],
  [
    'DATABASE_URL',
    readSignInConfig,
    {
      SIGN_IN_CLIENTS_FILE: 'clients.json',
      SIGN_IN_SECRET: secret,
      GRAPH_URL: 'http://graph/graphql',
      SIGN_IN_URL: 'https://library.example/sign-in',
    },
  ],
  [
    'DATABASE_URL',
    readWebConfig,
    {
      WEB_SECRET: secret,
      WEB_ORIGIN: 'https://library.example',
      GRAPH_URL: 'http://graph/graphql',
      WEB_STAFF_ISSUER: 'https://login.example',
      WEB_STAFF_CLIENT_ID: 'dashboard',
      WEB_STAFF_CLIENT_SECRET: secret,
    },
  ],
];

describe.each(withDatabases)('a database at %s, case %#', (variable, read, needed) => {
  const inProduction = (env: NodeJS.ProcessEnv) => read({ ...needed, ...env, NODE_ENV: 'production' });

  test('is accepted in production where its certificate is verified', () => {
    expect(() => inProduction({ [variable]: 'postgresql://db/name?sslmode=verify-full' })).not.toThrow();
  });

  test.each(['sslmode=no-verify', 'uselibpqcompat=true&sslmode=require'])(
    'is refused with %s',
    (parameters) => {
      const env = { [variable]: `postgresql://db/name?${parameters}` };
      expect(() => inProduction(env)).toThrow(new RegExp(`at ${variable}$`, 'm'));
    },
  );

  test('is refused where libpq’s variable switches verification off', () => {
    expect(() => inProduction({ PGSSLMODE: 'no-verify' })).toThrow(/at PGSSLMODE$/m);
  });
});
