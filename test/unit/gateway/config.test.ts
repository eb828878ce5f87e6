import { expect, test } from 'vitest';
import { forAllAudiences } from '../../../gateway/audiences.ts';
import { readGatewayConfig, readServerConfig } from '../../../gateway/config.ts';
import { defaultLimits } from '../../../gateway/limits.ts';
import { defaultRates } from '../../../gateway/rates.ts';
import { readSubgraphConfig } from '../../../subgraphs/runtime/config.ts';
import { readLegacyConfig } from '../../../subgraphs/runtime/environment/legacy-systems.ts';
import { readOperationsConfig } from '../../../subgraphs/runtime/operations-config.ts';

const secret = 'a secret of thirty-two characters';

test('an empty environment gives the defaults', () => {
  expect(readGatewayConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4000,
    dataDir: '.data',
    allowDevelopmentIssuer: false,
    logLevel: 'info',
    production: false,
    issuers: null,
    issuerKeysDir: null,
    limits: defaultLimits,
    rates: defaultRates,
    trustedProxies: [],
    corsOrigins: [],
    publicMaxAgeSeconds: 10,
    publicCacheSeconds: 2,
    shutdownDelayMs: 0,
    metrics: { kind: 'this machine' },
    workers: 1,
    trustedDocuments: null,
    automaticPersistedQueries: false,
    introspection: forAllAudiences(true),
    tls: null,
    subgraphsTls: null,
    subgraphs: new Map(),
    subgraphSecret: null,
    servesPortal: true,
    sharedRates: null,
  });
  expect(readLegacyConfig({})).toEqual({ prs: null, cms: null, circ: null, added: new Map() });
});

test('the configuration is frozen', () => {
  expect(Object.isFrozen(readGatewayConfig({}))).toBe(true);
});

test('a variable with an empty value counts as not set', () => {
  expect(readGatewayConfig({ PORT: '', JWKS_URL: '' }).port).toBe(4000);
});

test('a file of issuers is enough for production', () => {
  const { issuers } = readGatewayConfig({ NODE_ENV: 'production', ISSUERS_FILE: 'issuers.json' });
  expect(issuers).toEqual({ file: 'issuers.json' });
});

test('a limit is set by its variable, and the others keep their defaults', () => {
  const { limits } = readGatewayConfig({ MAX_COST: '7', ASSUMED_LIST_SIZE: '0' });
  expect(limits).toEqual({ ...defaultLimits, maxCost: 7, assumedListSize: 0 });
});

test('origins are separated by commas, with or without spaces, and each counts once', () => {
  const CORS_ORIGINS = 'https://a.example, http://127.0.0.1:5173,https://a.example';
  expect(readServerConfig({ CORS_ORIGINS }).corsOrigins).toEqual([
    'https://a.example',
    'http://127.0.0.1:5173',
  ]);
});

test('settings that differ by audience', () => {
  expect(readGatewayConfig({ TRUSTED_DOCUMENTS_DIR: '/manifests' }).trustedDocuments).toEqual({
    dir: '/manifests',
    modes: forAllAudiences('audit'),
  });
  const { trustedDocuments, introspection } = readGatewayConfig({
    TRUSTED_DOCUMENTS_DIR: '/manifests',
    TRUSTED_DOCUMENTS_MODE: 'staff=off, public=require, *=audit',
    INTROSPECTION: 'staff=on',
  });
  expect(trustedDocuments?.modes).toEqual({
    ...forAllAudiences('audit'),
    staff: 'off',
    public: 'require',
  });
  expect(introspection).toEqual({ ...forAllAudiences(false), staff: true });
});

test('in production nobody may ask for the schema, unless it is said', () => {
  const production = { NODE_ENV: 'production' };
  expect(readServerConfig(production).introspection).toEqual(forAllAudiences(false));
  expect(readServerConfig({ ...production, INTROSPECTION: 'on' }).introspection).toEqual(
    forAllAudiences(true),
  );
});

test('a gateway of any other graph needs no issuer, even in production', () => {
  expect(readServerConfig({ NODE_ENV: 'production' })).toMatchObject({ production: true, issuers: null });
  expect(() => readServerConfig({ JWT_ISSUER: 'https://id.example' })).toThrow('JWKS_URL');
});

test.each<[string, NodeJS.ProcessEnv]>([
  ['MAX_COST', { MAX_COST: '0' }],
  ['MAX_BODY_BYTES', { MAX_BODY_BYTES: '1e3' }],
  ['MAX_BATCH', { MAX_BATCH: '101' }],
  ['REQUEST_TIMEOUT_MS', { REQUEST_TIMEOUT_MS: '-1' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: '*' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'null' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'www.library.example' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://www.library.example/' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://www.library.example:443' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://*.library.example' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://WWW.library.example' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example,,https://b.example' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'capacitor://localhost' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: Array.from({ length: 101 }, (_, n) => `https://p${n}.example`).join() }],
  ['PUBLIC_MAX_AGE_SECONDS', { PUBLIC_MAX_AGE_SECONDS: '301' }],
  ['PUBLIC_MAX_AGE_SECONDS', { PUBLIC_MAX_AGE_SECONDS: '1.5' }],
  ['PORT', { PORT: 'http' }],
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '80.5' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ['JWKS_URL', { JWKS_URL: 'keys.json' }],
  ['JWKS_URL', { NODE_ENV: 'production' }],
  ['JWKS_URL', { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'patron-graph' }],
  ['JWKS_URL', { NODE_ENV: 'production', ALLOW_DEVELOPMENT_ISSUER: '1' }],
  ['JWKS_URL', { JWKS_URL: 'http://id.example/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }],
  ['JWKS_URL', { JWKS_URL: 'http://localhost.id.example/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }],
  ['JWKS_URL', { JWKS_URL: 'http://127.0.0.1.id.example/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }],
  [
    'ISSUERS_FILE',
    { ISSUERS_FILE: 'issuers.json', JWKS_URL: 'https://id.example/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' },
  ],
  ['NODE_ENV', { NODE_ENV: 'Production' }],
  ['NODE_ENV', { NODE_ENV: 'prod' }],
  ['NODE_ENV', { NODE_ENV: ' ' }],
  ['ALLOW_DEVELOPMENT_ISSUER', { ALLOW_DEVELOPMENT_ISSUER: 'true' }],
  ['PORT', { PORT: ' ' }],
  ['PATRONS_URL', { PATRONS_URL: 'http://patrons:4001/other', SUBGRAPH_SECRET: secret }],
  ['JWT_ISSUER', { JWKS_URL: 'https://id.example/jwks', JWT_AUDIENCE: 'patron-graph' }],
  ['JWT_AUDIENCE', { JWKS_URL: 'https://id.example/jwks', JWT_ISSUER: 'https://id.example' }],
  ['PATRONS_URL', { PATRONS_URL: 'patrons:4001', SUBGRAPH_SECRET: secret }],
  ['PATRONS_URL', { PATRONS_URL: 'patrons', SUBGRAPH_SECRET: secret }],
  ['SUBGRAPH_SECRET', { PATRONS_URL: 'http://patrons:4001' }],
  ['SUBGRAPH_SECRET', { SUBGRAPH_SECRET: 'short' }],
  ['TRUSTED_DOCUMENTS_DIR', { TRUSTED_DOCUMENTS_MODE: 'require' }],
  ['TRUSTED_DOCUMENTS_MODE', { TRUSTED_DOCUMENTS_DIR: 'd', TRUSTED_DOCUMENTS_MODE: 'on' }],
  ['TRUSTED_DOCUMENTS_MODE', { TRUSTED_DOCUMENTS_DIR: 'd', TRUSTED_DOCUMENTS_MODE: 'everybody=off' }],
  ['TRUSTED_DOCUMENTS_MODE', { TRUSTED_DOCUMENTS_DIR: 'd', TRUSTED_DOCUMENTS_MODE: 'staff=off,audit' }],
  ['AUTOMATIC_PERSISTED_QUERIES', { AUTOMATIC_PERSISTED_QUERIES: 'true' }],
  ['INTROSPECTION', { INTROSPECTION: 'staff=on,staff=off' }],
  ['INTROSPECTION', { INTROSPECTION: '1' }],
])('the gateway refuses to start and names %s, given %j', (variable, env) => {
  expect(() => readGatewayConfig(env)).toThrow(variable);
});

test.each<[string, () => unknown]>([
  ['PRS_URL', () => readLegacyConfig({ PRS_URL: 'ftp://prs' })],
  ['CMS_PASSWORD', () => readLegacyConfig({ CMS_URL: 'http://cms', CMS_USER: 'gateway' })],
  ['CIRC_USER', () => readLegacyConfig({ CIRC_URL: 'http://circ', CIRC_PASSWORD: 'x' })],
  ['SUBGRAPH_SECRET', () => readSubgraphConfig({}, 4001)],
  ['NODE_ENV', () => readOperationsConfig({ NODE_ENV: 'Production' })],
  ['PORT', () => readSubgraphConfig({ PORT: '-1', SUBGRAPH_SECRET: secret }, 4001)],
])('a subgraph refuses to start and names %s', (variable, read) => {
  expect(read).toThrow(variable);
});

test.each([
  'https://id.example/jwks',
  'http://localhost:4100/jwks',
  'http://127.0.0.1/jwks',
  'http://[::1]:8/jwks',
])('keys may come from %s', (url) => {
  const { issuers } = readGatewayConfig({ JWKS_URL: url, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' });
  expect(issuers).toEqual({ url: new URL(url), issuer: 'i', audience: 'a' });
});

test.each([undefined, '', 'development', 'test'])('NODE_ENV %j is not production', (NODE_ENV) => {
  expect(readGatewayConfig({ NODE_ENV }).production).toBe(false);
  expect(readServerConfig({ NODE_ENV }).production).toBe(false);
  expect(readOperationsConfig({ NODE_ENV }).production).toBe(false);
});

test('an error never quotes a secret', () => {
  expect(() => readGatewayConfig({ SUBGRAPH_SECRET: 'hunter2' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test('subgraphs in other processes have a URL by name', () => {
  const { subgraphs } = readGatewayConfig({
    PATRONS_URL: 'http://patrons:4001',
    CIRCULATION_URL: 'http://circulation:4003/graphql',
    SUBGRAPH_SECRET: secret,
  });
  expect([...subgraphs.keys()]).toEqual(['patrons', 'circulation']);
});

test('rates are those of the table, of the variable, or none', () => {
  const anonymous = { unitsPerSecond: 1, burst: 5 };
  expect(readGatewayConfig({ RATES: 'anonymous=1/5' }).rates).toEqual({ ...defaultRates, anonymous });
  expect(readGatewayConfig({ RATES: 'off' }).rates).toBeNull();
  expect(() => readGatewayConfig({ RATES: 'everybody=1/5' })).toThrow(/RATES/);
});

test("another graph's costs are not known, so that nothing is counted by default", () => {
  expect(readServerConfig({}).rates).toBeNull();
  expect(readServerConfig({ RATES: 'anonymous=1/5' }).rates).not.toBeNull();
});

test('trusted proxies are addresses and networks', () => {
  const TRUSTED_PROXIES = '10.0.0.5, 10.1.0.0/16,2001:db8::/32';
  expect(readServerConfig({ TRUSTED_PROXIES }).trustedProxies).toEqual([
    '10.0.0.5',
    '10.1.0.0/16',
    '2001:db8::/32',
  ]);
  expect(() => readServerConfig({ TRUSTED_PROXIES: 'everybody' })).toThrow(/TRUSTED_PROXIES/);
});
