import { expect, test } from 'vitest';
import { gatewayVariables, serverVariables } from '../../../../gateway/config.ts';
import {
  findUnknownVariables,
  warnAboutUnknownVariables,
} from '../../../../platform/lifecycle/unknown-variables.ts';
import { subgraphVariables } from '../../../../subgraphs/runtime/start.ts';

test('finds unknown variables with the prefix of a known one, and names the nearest known one', () => {
  const knownNames = [...gatewayVariables, ...subgraphVariables];
  expect(
    findUnknownVariables(
      {
        MAX_BACTH: '5',
        MAX_COSTS: '5',
        JWT_AUDIANCE: 'a',
        SUBGRAPH_SECRETS: 's',
        CIRC_CONNECTION: '5',
        MAX_SOMETHING_QUITE_DIFFERENT: '5',
        MAX_BATCH: '5',
      },
      knownNames,
    ),
  ).toEqual([
    { name: 'CIRC_CONNECTION', nearest: 'CIRC_CONNECTIONS' },
    { name: 'JWT_AUDIANCE', nearest: 'JWT_AUDIENCE' },
    { name: 'MAX_BACTH', nearest: 'MAX_BATCH' },
    { name: 'MAX_COSTS', nearest: 'MAX_COST' },
    { name: 'MAX_SOMETHING_QUITE_DIFFERENT', nearest: undefined },
    { name: 'SUBGRAPH_SECRETS', nearest: 'SUBGRAPH_SECRET' },
  ]);
});

test('ignores the variables of other programs, even where they share a prefix with ours', () => {
  const others = {
    PATH: '/bin',
    HOME: '/',
    HOSTNAME: 'h',
    PORTS: '1',
    LANG: 'C',
    MAXIMUM: '1',
    NODE_OPTIONS: '',
    NODE_VERSION: '24',
    NODE_PATH: '',
    NODE_EXTRA_CA_CERTS: '',
    LOG_FORMAT: 'json',
    DATABASE_PASSWORD: 'p',
    DATA_HOME: '/',
    REQUEST_METHOD: 'GET',
    // Kubernetes sets these variables for services with the names `patrons` and `circ`.
    PATRONS_SERVICE_HOST: '10.0.0.1',
    PATRONS_SERVICE_PORT: '4001',
    PATRONS_SERVICE_PORT_HTTP: '4001',
    PATRONS_PORT: 'tcp://10.0.0.1:4001',
    PATRONS_PORT_4001_TCP: 'tcp://10.0.0.1:4001',
    CIRC_PORT_4001_TCP_ADDR: '10.0.0.1',
    CIRC_PORT_4001_TCP_PROTO: 'tcp',
  };
  expect(findUnknownVariables(others, [...gatewayVariables, ...subgraphVariables])).toEqual([]);
});

test('finds a typing error in a name whose prefix other programs use too', () => {
  const env = {
    NODE_ENVI: 'production',
    LOG_LEVLE: 'debug',
    DATABASE_URI: 'postgresql://h/d',
    REQUEST_TIMEOUT: '1',
  };
  expect(
    findUnknownVariables(env, [...gatewayVariables, ...subgraphVariables]).map(({ nearest }) => nearest),
  ).toEqual(['DATABASE_URL', 'LOG_LEVEL', 'NODE_ENV']);
});

test('a process ignores the variables of other processes of ours', () => {
  expect(findUnknownVariables({ PRS_URL: 'http://prs', JOURNAL_SECRET: 's' }, gatewayVariables)).toEqual([]);
  expect(findUnknownVariables({ PATRONS_URL: 'http://patrons' }, serverVariables)).toEqual([]);
  expect(findUnknownVariables({ MAX_BATCH: '5', JWKS_URL: 'https://id.example' }, subgraphVariables)).toEqual(
    [],
  );
});

test('a warning contains the names, and never the value', () => {
  const warnings: unknown[] = [];
  const log = { warn: (...said: unknown[]) => warnings.push(said) };
  warnAboutUnknownVariables(
    log,
    { SUBGRAPH_SECRETS: 'hunter2', MAX_SOMETHING_ELSE_ALTOGETHER: 'hunter2' },
    gatewayVariables,
  );
  expect(warnings).toEqual([
    [
      { variable: 'MAX_SOMETHING_ELSE_ALTOGETHER' },
      'MAX_SOMETHING_ELSE_ALTOGETHER is set, and not known here',
    ],
    [
      { variable: 'SUBGRAPH_SECRETS', nearest: 'SUBGRAPH_SECRET' },
      'SUBGRAPH_SECRETS is set, and not known here: SUBGRAPH_SECRET may be meant',
    ],
  ]);
});
