import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Authority, forThisMachine } from '../../../support/certificates.ts';
import { type NoPostgres, ownPostgres, type PostgresServer } from '../../../support/postgres.ts';

/** The role that must come over TLS, with a certificate of its own name. */
const role = 'journal';
const password = 'in clear';

/** A server of its own with a certificate of `authority`, which demands one from the role `journal`. */
export async function startTlsPostgres(authority: Authority): Promise<PostgresServer | NoPostgres> {
  const { folder, caFile, issue } = authority;
  const { certFile, keyFile } = issue('postgres', forThisMachine);
  const hba = join(folder, 'pg_hba.conf');
  writeFileSync(
    hba,
    `host all tester 127.0.0.1/32 scram-sha-256
hostssl all ${role} 127.0.0.1/32 scram-sha-256 clientcert=verify-full
`,
  );
  if (process.getuid?.() === 0) {
    // Debian's user of the server, which must own its key.
    execFileSync('chown', ['-R', 'postgres', folder]);
  }
  return await ownPostgres(
    ...['ssl=on', `ssl_ca_file=${caFile}`, `ssl_cert_file=${certFile}`, `ssl_key_file=${keyFile}`],
    ...['ssl_min_protocol_version=TLSv1.2', `hba_file=${hba}`],
  );
}

/** An empty database, and its URL for the role. */
export async function createDatabaseOfRole({ createDatabase }: PostgresServer) {
  const created = await createDatabase();
  await created.query(`do $$ begin create role ${role} superuser login password '${password}';
    exception when duplicate_object then null; end $$`);
  const url = new URL(created.url);
  url.username = role;
  url.password = password;
  return { ...created, url: url.href };
}

/** The connections of the role that are open, and whose certificates they show. */
export const connectionsOfRole = `select ssl, client_dn from pg_stat_ssl join pg_stat_activity using (pid)
  where usename = '${role}' and datname = current_database()`;
