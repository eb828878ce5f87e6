import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Authority, forThisMachine } from '../../../support/certificates.ts';
import { type NoPostgres, ownPostgres, type PostgresServer } from '../../../support/postgres.ts';

/** The role that must connect over TLS, with a certificate for its own name. */
const role = 'journal';
const password = 'in clear';

/**
 * Starts a server of this test's own, with a certificate of `authority` for these names. The server requires a
 * certificate from the role `journal`.
 */
export async function startTlsPostgres(
  authority: Authority,
  alternativeNames = forThisMachine,
): Promise<PostgresServer | NoPostgres> {
  const { folder, caFile, issue } = authority;
  const { certFile, keyFile } = issue('postgres', alternativeNames);
  const hba = join(folder, 'pg_hba.conf');
  writeFileSync(
    hba,
    `host all tester 127.0.0.1/32 scram-sha-256
hostssl all ${role} 127.0.0.1/32 scram-sha-256 clientcert=verify-full
`,
  );
  if (process.getuid?.() === 0) {
    // On Debian the server runs as this user, which must own the key.
    execFileSync('chown', ['-R', 'postgres', folder]);
  }
  return await ownPostgres(
    ...['ssl=on', `ssl_ca_file=${caFile}`, `ssl_cert_file=${certFile}`, `ssl_key_file=${keyFile}`],
    ...['ssl_min_protocol_version=TLSv1.2', `hba_file=${hba}`],
  );
}

/** Creates an empty database. Resolves to the database, with the role's URL. */
export async function createDatabaseOfRole({ createDatabase }: PostgresServer) {
  const created = await createDatabase();
  await created.query(`do $$ begin create role ${role} superuser login password '${password}';
    exception when duplicate_object then null; end $$`);
  const url = new URL(created.url);
  url.username = role;
  url.password = password;
  return { ...created, url: url.href };
}

/** The role's open connections, and the names in their certificates. */
export const connectionsOfRole = `select ssl, client_dn from pg_stat_ssl join pg_stat_activity using (pid)
  where usename = '${role}' and datname = current_database()`;
