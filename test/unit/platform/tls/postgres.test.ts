import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openClientTls } from '../../../../platform/tls/client.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { createAuthority, type Issued } from '../../../support/certificates.ts';
import { secret } from '../../../support/journal-secret.ts';
import { type PostgresServer, requireServer } from '../../../support/postgres.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';
import { clientTls, settingsOf, silent } from './client-settings.ts';
import { connectionsOfRole, createDatabaseOfRole, startTlsPostgres } from './postgres-server.ts';

const authority = createAuthority();
const { caFile, folder } = authority;
const journal = authority.issue('journal', 'DNS:gateway');
const stranger = authority.issue('stranger', 'DNS:gateway');

const server = await startTlsPostgres(authority);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
});

if ('reason' in server) {
  skipSuite('PostgreSQL over TLS', server.reason);
} else {
  describe('PostgreSQL over TLS', () => suite(server));
}

function suite(server: PostgresServer): void {
  async function database(on = server) {
    const created = await createDatabaseOfRole(on);
    const open = (options: Parameters<typeof clientTls>[0] | null) =>
      openPostgresJournal({
        secret,
        url: created.url,
        tls: options === null ? null : clientTls(options),
      });
    return { ...created, open };
  }

  test('a certificate of the role is demanded and given, and the server is verified', async () => {
    await using one = await database();
    await using _opened = await one.open({ caFile, certificate: journal });
    expect(await one.query(connectionsOfRole)).toEqual([{ ssl: true, client_dn: '/CN=journal' }]);
  });

  test.each<[string, Parameters<typeof clientTls>[0] | null, string]>([
    ['without TLS', null, 'no encryption'],
    ['without the authority', { certificate: journal }, 'self-signed certificate in certificate chain'],
    ['without a certificate', { caFile }, 'certificate'],
    // The certificate names another role. Only the server's log shows this.
    ["with another's certificate", { caFile, certificate: stranger }, '28P01'],
  ])('%s there is no connection', async (_, options, message) => {
    await using one = await database();
    await expect(one.open(options)).rejects.toThrow(message);
    expect(await one.query(connectionsOfRole)).toEqual([]);
  });

  test('a server with a certificate of another name is refused', async () => {
    await using other = requireServer(await startTlsPostgres(authority, 'DNS:localhost'));
    await using one = await database(other);
    // The tests reach it at 127.0.0.1.
    await expect(one.open({ caFile, certificate: journal })).rejects.toThrow(
      "IP: 127.0.0.1 is not in the cert's list",
    );
    expect(await one.query(connectionsOfRole)).toEqual([]);
  });

  test('a renewed certificate is shown at the next connection', async () => {
    const certificate = { certFile: join(folder, 'live.pem'), keyFile: join(folder, 'live.key') };
    const place = (issued: Issued) => {
      copyFileSync(issued.certFile, certificate.certFile);
      copyFileSync(issued.keyFile, certificate.keyFile);
    };
    place(stranger);
    let now = Date.now();
    const tls = openClientTls(settingsOf({ caFile, certificate }), silent, () => now);
    await using one = await database();
    const open = () => openPostgresJournal({ secret, url: one.url, tls });
    await expect(open()).rejects.toThrow('28P01');
    place(journal);
    now += 60_000;
    await using _opened = await open();
    expect(await one.query(connectionsOfRole)).toMatchObject([{ client_dn: '/CN=journal' }]);
  });
}
