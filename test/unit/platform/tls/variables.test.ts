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

test('each system has a folder of its own', () => {
  const { prs, cms } = readLegacyConfig({
    PRS_URL: 'https://registry.example.org/',
    PRS_TLS_DIR: '/tls',
    CMS_URL: 'http://cards.example.org/',
    CMS_USER: 'gateway',
    CMS_PASSWORD: 'password',
  });
  expect(prs?.tls).toEqual({
    ca: { variable: 'PRS_TLS_DIR/ca.crt', path: '/tls/ca.crt', isOptional: true },
    certificate: { variable: 'PRS_TLS_DIR/tls.crt', path: '/tls/tls.crt', isOptional: true },
    key: { variable: 'PRS_TLS_DIR/tls.key', path: '/tls/tls.key', isOptional: true },
  });
  expect(cms?.tls).toBeNull();
});

const subgraphs = { SUBGRAPH_SECRET: secret, PATRONS_URL: 'http://patrons:4001' };

test.each<[string, (env: NodeJS.ProcessEnv) => unknown, NodeJS.ProcessEnv]>([
  ['PRS_URL', readLegacyConfig, { PRS_TLS_DIR: '/tls', PRS_URL: 'http://registry/' }],
  ['PATRONS_URL', readGatewayConfig, { ...subgraphs, SUBGRAPHS_TLS_DIR: '/tls' }],
  ['TLS_DIR', readServerConfig, { TLS_CLIENT_CA_FILE: '/ca.pem' }],
  ['TLS_DIR', readSubgraph, { TLS_CLIENT_CA_FILE: '/ca.pem' }],
  [
    'DATABASE_URL',
    readOperationsConfig,
    { DATABASE_URL: 'postgresql://db/journal?sslmode=require', JOURNAL_TLS_DIR: '/tls' },
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
