/** The variables of TLS apply to every connection. Each side requires a certificate of our authority, and shows one. */
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { createAuthority, forThisMachine, type Issued } from '../../support/certificates.ts';
import { freePorts, run } from '../../support/processes.ts';
import { overTls } from '../../support/servers/tls-front.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { startSimulators } from '../../support/simulator-process.ts';
import {
  connectionsOfRole,
  createDatabaseOfRole,
  startTlsPostgres,
} from '../../unit/platform/tls/postgres-server.ts';

const authority = createAuthority();
const { ca, caFile } = authority;
const server = authority.issue('server', forThisMachine);
const gatewayClient = authority.issue('gateway', 'DNS:gateway');
const journalClient = authority.issue('journal', 'DNS:gateway');
const folder = openedForTests(openTemporaryFolder);
afterAll(() => authority[Symbol.dispose]());

/** The variable of TLS for one system. */
const tlsOf = (prefix: string, issued: Issued) => ({ [`${prefix}_TLS_DIR`]: authority.tlsDir(issued) });

async function ask(origin: string, token: string, query: string): Promise<unknown> {
  const asked = request(`${origin}/graphql`, {
    ca,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  });
  asked.end(JSON.stringify({ query }));
  const [response] = await once(asked, 'response');
  return JSON.parse(await text(response));
}

test('gateway, subgraph, legacy systems and PostgreSQL, with TLS on every connection between them', async ({
  skip,
}) => {
  await using postgres = await startTlsPostgres(authority);
  if ('reason' in postgres) {
    skip(postgres.reason);
    return;
  }
  await using database = await createDatabaseOfRole(postgres);
  await using simulators = await startSimulators();
  await using prs = await overTls(simulators.legacy.prs.url, server, authority);
  await using cms = await overTls(simulators.legacy.cms.url, server, authority);
  await using circ = await overTls(simulators.legacy.circ.url, server, authority);
  const secret = 'a secret of thirty-two characters';
  const served = {
    PORT: '0',
    SUBGRAPH_SECRET: secret,
    TLS_DIR: authority.tlsDir(server),
  };
  await using patrons = run('subgraphs/patrons/main.ts', {
    ...served,
    TLS_CLIENT_CA_FILE: caFile,
    PRS_URL: prs.url,
    CMS_URL: cms.url,
    CIRC_URL: circ.url,
    CMS_USER: 'gateway',
    CMS_PASSWORD: 'demonstration',
    CIRC_USER: 'gateway',
    CIRC_PASSWORD: 'demonstration',
    DATABASE_URL: database.url,
    JOURNAL_SECRET: secret,
    ...tlsOf('PRS', gatewayClient),
    ...tlsOf('CMS', gatewayClient),
    ...tlsOf('CIRC', gatewayClient),
    ...tlsOf('JOURNAL', journalClient),
  });
  const [, patronsUrl = ''] = await patrons.says(/at (https:\S+)\/graphql/);
  expect(await database.query(connectionsOfRole)).toContainEqual({ ssl: true, client_dn: '/CN=journal' });
  await using gateway = run('gateway/main.ts', {
    ...served,
    DATA_DIR: folder.path,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    PATRONS_URL: patronsUrl,
    CREDENTIALS_URL: 'https://127.0.0.1:1',
    CIRCULATION_URL: 'https://127.0.0.1:1',
    ...tlsOf('SUBGRAPHS', gatewayClient),
  });
  const [, origin = ''] = await gateway.says(/at (https:\S+)\/graphql/);
  await using token = run('gateway/access/print-token.ts', { DATA_DIR: folder.path }, [
    '--patron',
    'P0000002',
  ]);
  expect(await token.exit).toBe(0);
  const answer = await ask(origin, token.output.stdout.trim(), '{ me { name { english } } }');
  expect(answer).toEqual({ data: { me: { name: { english: 'LEE, SIU MING' } } } });
});

test('a process with files that don’t match refuses to start, and names the variable', async () => {
  await using gateway = run('embedded/main.ts', {
    ...freePorts,
    DATA_DIR: folder.path,
    TLS_DIR: authority.tlsDir({ cert: server.cert, key: gatewayClient.key }),
  });
  expect(await gateway.exit).toBe(1);
  expect(gateway.output.stderr.split('\n').at(-2)).toBe(
    'TLS_DIR/tls.key is not the key of the certificate in TLS_DIR/tls.crt.',
  );
});
