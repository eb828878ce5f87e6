import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { noServerUser, serverUser, untilReady } from '../postgres.ts';
import { freePort } from '../processes.ts';

export interface PgBouncer extends AsyncDisposable {
  /** The URL of the database through PgBouncer. */
  readonly url: string;
}

export interface PgBouncerSettings {
  /** The number of connections to the server, for all clients together. */
  readonly pool_size: number;
  /** The number of prepared statements for each of these connections; 0 if they are not supported. */
  readonly max_prepared_statements: number;
  /** The pause before PgBouncer tries an unreachable server again, in s. PgBouncer's default is 15. */
  readonly server_login_retry?: number;
}

/** The reason why PgBouncer can't run on this machine; null if it can. */
export function whyNoPgBouncer(): string | null {
  if (binary() === undefined) {
    return 'pgbouncer is not installed';
  }
  return serverUser() === null ? noServerUser : null;
}

/** The program's path. Debian installs it in a folder that is not on every PATH. */
const binary = (): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, 'pgbouncer'))
    .find((path) => globSync(path).length > 0);

/**
 * Starts PgBouncer in transaction mode in front of the server of `databaseUrl`. Settings that are not in `settings`
 * have PgBouncer's defaults. PgBouncer doesn't run as root.
 */
export async function startPgBouncer(databaseUrl: string, settings: PgBouncerSettings): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFileSync(join(folder, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
  const ini = {
    pool_mode: 'transaction',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'users.txt'),
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    default_pool_size: settings.pool_size,
    max_client_conn: 500,
    max_prepared_statements: settings.max_prepared_statements,
    server_login_retry: settings.server_login_retry ?? 15,
  };
  const lines = Object.entries(ini).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]\n* = host=${hostname} port=${serverPort}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  const child = spawn(binary() ?? 'pgbouncer', ['-q', join(folder, 'pgbouncer.ini')], {
    ...serverUser(),
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  await untilReady(url.href, child);
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      process.off('exit', kill);
      child.kill('SIGTERM');
      const stuck = setTimeout(2_000).then(() => child.kill('SIGKILL'));
      await Promise.race([exit, stuck]);
      await exit;
      rmSync(folder, { recursive: true });
    },
  };
}
