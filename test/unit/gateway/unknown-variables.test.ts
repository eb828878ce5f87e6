import { expect, test } from 'vitest';
import { gatewayVariables, serverVariables } from '../../../gateway/config.ts';
import { unknownVariables as atGateway, warnOfUnknown } from '../../../gateway/unknown-variables.ts';
import { subgraphVariables } from '../../../subgraphs/runtime/start.ts';
import { unknownVariables as atSubgraph } from '../../../subgraphs/runtime/unknown-variables.ts';

const sides = [
  ['the gateway', atGateway],
  ['a subgraph', atSubgraph],
] as const;

test.each(sides)(
  '%s names what begins as a variable of its own and is none, and what may be meant',
  (_, find) => {
    const known = [...gatewayVariables, ...subgraphVariables];
    expect(
      find(
        {
          MAX_DEPHT: '5',
          MAX_COSTS: '5',
          JWT_AUDIANCE: 'a',
          SUBGRAPH_SECRETS: 's',
          CIRC_DEADLINE: '5',
          MAX_SOMETHING_QUITE_DIFFERENT: '5',
          MAX_DEPTH: '5',
        },
        known,
      ),
    ).toEqual([
      { name: 'CIRC_DEADLINE', nearest: 'CIRC_DEADLINE_MS' },
      { name: 'JWT_AUDIANCE', nearest: 'JWT_AUDIENCE' },
      { name: 'MAX_COSTS', nearest: 'MAX_COST' },
      { name: 'MAX_DEPHT', nearest: 'MAX_DEPTH' },
      { name: 'MAX_SOMETHING_QUITE_DIFFERENT', nearest: undefined },
      { name: 'SUBGRAPH_SECRETS', nearest: 'SUBGRAPH_SECRET' },
    ]);
  },
);

test.each(sides)("%s leaves alone what is others', whatever it begins with", (_, find) => {
  const others = {
    ...{ PATH: '/bin', HOME: '/', HOSTNAME: 'h', PORTS: '1', LANG: 'C', MAXIMUM: '1' },
    ...{ NODE_OPTIONS: '', NODE_VERSION: '24', NODE_PATH: '', NODE_EXTRA_CA_CERTS: '', LOG_FORMAT: 'json' },
    ...{ DATABASE_PASSWORD: 'p', DATA_HOME: '/', REQUEST_METHOD: 'GET' },
    // A service of that name in Kubernetes.
    ...{ PATRONS_SERVICE_HOST: '10.0.0.1', PATRONS_SERVICE_PORT: '4001', PATRONS_SERVICE_PORT_HTTP: '4001' },
    ...{ PATRONS_PORT: 'tcp://10.0.0.1:4001', PATRONS_PORT_4001_TCP: 'tcp://10.0.0.1:4001' },
    ...{ CIRC_PORT_4001_TCP_ADDR: '10.0.0.1', CIRC_PORT_4001_TCP_PROTO: 'tcp' },
  };
  expect(find(others, [...gatewayVariables, ...subgraphVariables])).toEqual([]);
});

test.each(sides)('%s names a typing error in a name that others begin so, too', (_, find) => {
  const env = {
    NODE_ENVI: 'production',
    LOG_LEVLE: 'debug',
    DATABASE_URI: 'postgresql://h/d',
    REQUEST_TIMEOUT: '1',
  };
  expect(find(env, [...gatewayVariables, ...subgraphVariables]).map(({ nearest }) => nearest)).toEqual([
    'DATABASE_URL',
    'LOG_LEVEL',
    'NODE_ENV',
  ]);
});

test('a process knows its own: what is for another is none of its business', () => {
  expect(atGateway({ PRS_URL: 'http://prs', JOURNAL_SECRET: 's' }, gatewayVariables)).toEqual([]);
  expect(atGateway({ PATRONS_URL: 'http://patrons' }, serverVariables)).toEqual([]);
  expect(atSubgraph({ MAX_DEPTH: '5', JWKS_URL: 'https://id.example' }, subgraphVariables)).toEqual([]);
});

test('a warning has the names, and never the value', () => {
  const warnings: unknown[] = [];
  const log = { warn: (...said: unknown[]) => warnings.push(said) };
  warnOfUnknown(
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
