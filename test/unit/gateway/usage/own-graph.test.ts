import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { readGatewayConfig } from '../../../../gateway/config.ts';
import { startGateway } from '../../../../gateway/start.ts';
import { openPostgresUsage } from '../../../../store/shared-state/postgres/usage.ts';
import { findPostgres } from '../../../support/postgres.ts';
import { preparedForProcesses, urlAs } from '../../../support/set-up/process-roles.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('usage of our own graph', server.reason);
} else {
  test('gateways that share a database record there what clients ask of our own graph', async () => {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await preparedForProcesses(server)());
    const dataDir = await mkdtemp(join(tmpdir(), 'usage-'));
    resources.defer(() => rm(dataDir, { recursive: true }));
    const url = urlAs('patron_graph_gateway', database.url);
    const gateway = await startGateway(
      readGatewayConfig({
        PORT: '0',
        DATA_DIR: dataDir,
        ALLOW_DEVELOPMENT_ISSUER: '1',
        RATES_DATABASE_URL: url,
        SUBGRAPH_SECRET: 'a secret of the tests that is long enough',
      }),
      { transports: new Map(), streams: new Map(), dependencies: [], journal: null, onlySimulators: false },
      pino({ level: 'silent' }),
    );
    await fetch(`${gateway.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'graphql-client-name': 'reader-app' },
      body: '{"query":"{ branches { code } }"}',
    });
    await gateway[Symbol.asyncDispose]();
    await using usage = await openPostgresUsage({ url, tls: null, migrates: false });
    const { coordinates } = await usage.read('2000-01-01');
    expect(coordinates.map(({ client, coordinate }) => `${client} ${coordinate}`)).toContain(
      'reader-app Query.branches',
    );
  });
}
