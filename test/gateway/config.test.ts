import { expect, test } from 'vitest';
import { readGatewayConfig, readServerConfig } from '../../gateway/config.ts';
import { defaultLimits } from '../../gateway/limits.ts';
import { readLegacyConfig, readSubgraphConfig } from '../../subgraphs/config.ts';

const secret = 'a secret of thirty-two characters';

test('an empty environment gives the defaults', () => {
  expect(readGatewayConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4000,
    dataDir: '.data',
    logLevel: 'info',
    production: false,
    jwks: null,
    limits: defaultLimits,
    subgraphs: new Map(),
    subgraphSecret: null,
  });
  expect(readLegacyConfig({})).toEqual({ prs: null, cms: null, circ: null });
});

test('the configuration is frozen', () => {
  expect(Object.isFrozen(readGatewayConfig({}))).toBe(true);
});

test('a variable that is set to nothing counts as not set', () => {
  expect(readGatewayConfig({ PORT: '', JWKS_URL: '' }).port).toBe(4000);
});

test('limits are whole numbers within bounds, and the others stay as they are', () => {
  const { limits } = readGatewayConfig({ MAX_COST: '7', MAX_INTROSPECTION_FIELDS: '0' });
  expect(limits).toEqual({ ...defaultLimits, maxCost: 7, maxIntrospectionFields: 0 });
});

test('a gateway over any graph does without an issuer, in production too', () => {
  expect(readServerConfig({ NODE_ENV: 'production' })).toMatchObject({ production: true, jwks: null });
  expect(() => readServerConfig({ JWT_ISSUER: 'https://id.example' })).toThrow('JWKS_URL');
});

test.each<[string, NodeJS.ProcessEnv]>([
  ['MAX_DEPTH', { MAX_DEPTH: '0' }],
  ['MAX_TOKENS', { MAX_TOKENS: '1e3' }],
  ['MAX_BATCH', { MAX_BATCH: '101' }],
  ['REQUEST_TIMEOUT_MS', { REQUEST_TIMEOUT_MS: '-1' }],
  ['PORT', { PORT: 'http' }],
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '80.5' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ['JWKS_URL', { JWKS_URL: 'keys.json' }],
  ['JWKS_URL', { NODE_ENV: 'production' }],
  ['JWKS_URL', { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'patron-graph' }],
  ['PORT', { PORT: ' ' }],
  ['PATRONS_URL', { PATRONS_URL: 'http://patrons:4001/other', SUBGRAPH_SECRET: secret }],
  ['JWT_ISSUER', { JWKS_URL: 'https://id.example/jwks', JWT_AUDIENCE: 'patron-graph' }],
  ['JWT_AUDIENCE', { JWKS_URL: 'https://id.example/jwks', JWT_ISSUER: 'https://id.example' }],
  ['PATRONS_URL', { PATRONS_URL: 'patrons:4001', SUBGRAPH_SECRET: secret }],
  ['SUBGRAPH_SECRET', { PATRONS_URL: 'http://patrons:4001' }],
  ['SUBGRAPH_SECRET', { SUBGRAPH_SECRET: 'short' }],
])('the gateway refuses to start and names %s, given %j', (variable, env) => {
  expect(() => readGatewayConfig(env)).toThrow(variable);
});

test.each<[string, () => unknown]>([
  ['PRS_URL', () => readLegacyConfig({ PRS_URL: 'ftp://prs' })],
  ['CMS_PASSWORD', () => readLegacyConfig({ CMS_URL: 'http://cms', CMS_USER: 'gateway' })],
  ['CIRC_USER', () => readLegacyConfig({ CIRC_URL: 'http://circ', CIRC_PASSWORD: 'x' })],
  ['SUBGRAPH_SECRET', () => readSubgraphConfig({}, 4001)],
  ['PORT', () => readSubgraphConfig({ PORT: '-1', SUBGRAPH_SECRET: secret }, 4001)],
])('a subgraph refuses to start and names %s', (variable, read) => {
  expect(read).toThrow(variable);
});

test('no refusal quotes a secret', () => {
  expect(() => readGatewayConfig({ SUBGRAPH_SECRET: 'hunter2' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test('subgraphs elsewhere are known by name', () => {
  const { subgraphs } = readGatewayConfig({
    PATRONS_URL: 'http://patrons:4001',
    CIRCULATION_URL: 'http://circulation:4003/graphql',
    SUBGRAPH_SECRET: secret,
  });
  expect([...subgraphs.keys()]).toEqual(['patrons', 'circulation']);
});
