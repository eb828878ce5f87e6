import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPostgresJournal } from '../../../adapters/journal/postgres/index.ts';
import { openClientTls } from '../../../tls/client.ts';
import { createAuthority, forThisMachine, type Issued } from '../../support/certificates.ts';
import { secret } from '../../support/journal-secret.ts';
import { ownPostgres, type PostgresServer } from '../../support/postgres.ts';
import { clientTls, settingsOf, silent } from './client-settings.ts';

const authority = createAuthority();
const { caFile, folder } = authority;
const own = authority.issue('postgres', forThisMachine);
const journal = authority.issue('journal', 'DNS:gateway');
const stranger = authority.issue('stranger', 'DNS:gateway');

/** The role `journal` must come over TLS, with a certificate of its own name. */
const hba = join(folder, 'pg_hba.conf');
writeFileSync(
  hba,
  `host all tester 127.0.0.1/32 scram-sha-256
hostssl all journal 127.0.0.1/32 scram-sha-256 clientcert=verify-full
`,
);
if (process.getuid?.() === 0) {
  // Debian's user of the server, which must own its key.
  execFileSync('chown', ['-R', 'postgres', folder]);
}
const server = await ownPostgres(
  ...['ssl=on', `ssl_ca_file=${caFile}`, `ssl_cert_file=${own.certFile}`, `ssl_key_file=${own.keyFile}`],
  ...['ssl_min_protocol_version=TLSv1.2', `hba_file=${hba}`],
);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
});

if ('reason' in server) {
  describe.skip(`PostgreSQL over TLS: ${server.reason}`, () => {});
} else {
  describe('PostgreSQL over TLS', () => suite(server));
}

function suite({ createDatabase }: PostgresServer): void {
  async function database() {
    const created = await createDatabase();
    await created.query(`do $$ begin create role journal superuser login password 'in clear';
      exception when duplicate_object then null; end $$`);
    const url = new URL(created.url);
    url.username = 'journal';
    url.password = 'in clear';
    const open = (options: Parameters<typeof clientTls>[0] | null) =>
      openPostgresJournal({ secret, url: url.href, tls: options === null ? null : clientTls(options) });
    return { ...created, journalUrl: url.href, open };
  }
  const connections = `select ssl, version, client_dn from pg_stat_ssl join pg_stat_activity using (pid)
    where usename = 'journal'`;

  test('a certificate of the role is demanded and given, and the server is verified', async () => {
    await using one = await database();
    await using _opened = await one.open({ caFile, certificate: journal, minVersion: 'TLSv1.3' });
    expect(await one.query(connections)).toEqual([
      { ssl: true, version: 'TLSv1.3', client_dn: '/CN=journal' },
    ]);
  });

  test.each<[string, Parameters<typeof clientTls>[0] | null, string]>([
    ['without TLS', null, 'no encryption'],
    ['without the authority', { certificate: journal }, 'self-signed certificate in certificate chain'],
    ['without a certificate', { caFile }, 'certificate'],
    // Its log says why: the certificate names another role.
    ["with another's certificate", { caFile, certificate: stranger }, '28P01'],
    [
      'where the server has another name',
      { caFile, certificate: journal, serverName: 'db.example.org' },
      "does not match certificate's altnames",
    ],
  ])('%s there is no connection', async (_, options, message) => {
    await using one = await database();
    await expect(one.open(options)).rejects.toThrow(message);
    expect(await one.query(connections)).toEqual([]);
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
    const open = () => openPostgresJournal({ secret, url: one.journalUrl, tls });
    await expect(open()).rejects.toThrow('28P01');
    place(journal);
    now += 60_000;
    await using _opened = await open();
    expect(await one.query(connections)).toMatchObject([{ client_dn: '/CN=journal' }]);
  });
}
