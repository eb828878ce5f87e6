import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './processes.ts';

/** An empty database. Disposing drops it, even with open connections. */
export interface PostgresDatabase extends AsyncDisposable {
  readonly url: string;
  /** Runs one statement as the owner. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
}

/** A PostgreSQL server for tests. */
export interface PostgresServer extends AsyncDisposable {
  /** `like`: a copy of that database, to which nobody may be connected. */
  createDatabase(like?: Pick<PostgresDatabase, 'url'>): Promise<PostgresDatabase>;
  /** The whole server; null where `DATABASE_URL` names it. */
  readonly power: PostgresPower | null;
}

/** What an operator can do with a server. */
export interface PostgresPower {
  /** Stops it at once, with all connections. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** `pg_basebackup`. */
  backUp(): Promise<PostgresBackup>;
  /** A physical standby, made by `pg_basebackup -R`. It ends with the server. */
  startStandby(): Promise<PostgresStandby>;
}

export interface PostgresBackup {
  /** Copies it back in place of the server's files, and starts that: no new timeline, and the system identifier of before. */
  restore(): Promise<void>;
}

/** A server that follows another. */
export interface PostgresStandby {
  readonly host: string;
  /** Stops it at once. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Resolves once it can be written. */
  promote(): Promise<void>;
  /** Runs one statement in the database of this URL of the primary. */
  query(url: string, text: string): Promise<readonly Record<string, unknown>[]>;
}

/** There is no PostgreSQL on this machine. */
export interface NoPostgres extends AsyncDisposable {
  readonly reason: string;
}

/**
 * The server that DATABASE_URL names, or else a cluster in a temporary folder, on a free port of the loopback address, that
 * ends with this process. Where this process is root, the cluster runs as the user `postgres`: it doesn't run as root.
 */
export async function findPostgres(): Promise<PostgresServer | NoPostgres> {
  const { DATABASE_URL: url } = process.env;
  if (url !== undefined) {
    return { ...serverAt(url), power: null, async [Symbol.asyncDispose]() {} };
  }
  return await ownPostgres();
}

/** A temporary cluster, whatever DATABASE_URL names; `settings` such as `fsync=off`. */
export async function ownPostgres(...settings: readonly string[]): Promise<PostgresServer | NoPostgres> {
  const none = (reason: string): NoPostgres => ({ reason, async [Symbol.asyncDispose]() {} });
  const folder = ['initdb', 'postgres'].map(folderOf);
  const [binaries] = folder;
  if (binaries === undefined || folder[1] === undefined) {
    return none('initdb and postgres are not installed');
  }
  const user = serverUser();
  if (user === null) {
    return none(noServerUser);
  }
  return await startCluster(binaries, user, settings);
}

/** For what can't do without a server. @throws Error with the reason where there is none. */
export function requireServer(found: PostgresServer | NoPostgres): PostgresServer {
  if ('reason' in found) {
    throw new Error(`no PostgreSQL: ${found.reason}`);
  }
  return found;
}

/** The path of a program: on the PATH, or in Debian's folders of versions, the newest first. */
function folderOf(program: string): string | undefined {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionOf(b) - versionOf(a));
  return [...(process.env.PATH ?? '').split(delimiter), ...debian].find(
    (folder) => globSync(join(folder, program)).length > 0,
  );
}

const versionOf = (folder: string) => Number(/\/(\d+)\//.exec(folder)?.[1]);

/** Memory, where Linux has a place for it: a test's server survives the end of processes there, and needs to survive no more. */
const clusterPlace = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** The reason where `serverUser` is null. */
export const noServerUser = 'this is root, and there is no user postgres';

/** Who a server runs as that doesn't run as root: `postgres` where this process is root; null where there is no such user. */
export function serverUser(): User | null {
  if (process.getuid?.() !== 0) {
    return {};
  }
  try {
    const id = (of: string) => Number(execFileSync('id', [of, 'postgres'], { stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

async function startCluster(
  binaries: string,
  user: User,
  settings: readonly string[],
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(clusterPlace(), 'postgres-'));
  const own = (path: string) => chownSync(path, user.uid ?? -1, user.gid ?? -1);
  own(folder);
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  own(passwordFile);
  const data = join(folder, 'data');
  execFileSync(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'tester',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...user, cwd: folder, stdio: 'pipe' },
  );
  const port = await freePort();
  const url = `postgresql://tester:${password}@127.0.0.1:${port}/postgres`;
  const runner: Runner = { binaries, user, folder, settings };
  const primary = runnable(runner, data, port, url);
  const standbys: Runnable[] = [];
  await primary.start();
  let copies = 0;
  const baseBackup = (...more: readonly string[]): string => {
    copies += 1;
    const copy = join(folder, `copy-${copies}`);
    const connection = `host=127.0.0.1 port=${port} user=tester`;
    const args = ['-D', copy, '-d', connection, '-X', 'stream', '-c', 'fast', '--no-sync', ...more];
    const env = { ...process.env, PGPASSWORD: password };
    execFileSync(join(folderOf('pg_basebackup') ?? '', 'pg_basebackup'), args, {
      ...user,
      env,
      cwd: folder,
      stdio: 'pipe',
    });
    return copy;
  };
  return {
    ...serverAt(url),
    power: {
      ...primary,
      async backUp() {
        const copy = baseBackup();
        return {
          async restore() {
            await primary.stop();
            rmSync(data, { recursive: true });
            execFileSync('cp', ['-a', copy, data], { ...user, cwd: folder });
            await primary.start();
          },
        };
      },
      async startStandby() {
        const standbyPort = await freePort();
        const standbyUrl = new URL(url);
        standbyUrl.port = String(standbyPort);
        const standby = runnable(runner, baseBackup('-R'), standbyPort, standbyUrl.href);
        standbys.push(standby);
        await standby.start();
        return {
          ...standby,
          host: standbyUrl.host,
          async promote() {
            await queryAt(standbyUrl.href, 'select pg_promote()');
          },
          async query(databaseUrl, text) {
            const own = new URL(databaseUrl);
            own.host = standbyUrl.host;
            return await queryAt(own.href, text);
          },
        };
      },
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([primary, ...standbys].map(({ stop }) => stop()));
      rmSync(folder, { recursive: true });
    },
  };
}

interface Runner {
  readonly binaries: string;
  readonly user: User;
  readonly folder: string;
  readonly settings: readonly string[];
}

interface Runnable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A server over the files in `data`. It ends with this process. */
function runnable(
  { binaries, user, folder, settings }: Runner,
  data: string,
  port: number,
  url: string,
): Runnable {
  let running: ChildProcess | null = null;
  const kill = () => running?.kill('SIGQUIT');
  return {
    async start() {
      process.on('exit', kill);
      running = spawn(
        join(binaries, 'postgres'),
        [
          '-D',
          data,
          '-p',
          String(port),
          '-k',
          folder,
          ...['listen_addresses=127.0.0.1', 'max_connections=200', ...settings].flatMap((one) => ['-c', one]),
        ],
        { ...user, cwd: folder, stdio: 'ignore' },
      );
      await untilReady(url, running);
    },
    async stop() {
      process.off('exit', kill);
      if (running === null) {
        return;
      }
      const exit = once(running, 'exit');
      // An immediate stop, as when the machine fails: what was committed must be there after recovery.
      running.kill('SIGQUIT');
      await exit;
      running = null;
    },
  };
}

/** Resolves once a statement is answered. Rejects where the server ends, or after 15 seconds. */
export async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (server.exitCode !== null) {
      throw new Error(`${server.spawnfile} ended with ${server.exitCode}`);
    }
    try {
      await queryAt(url, 'select 1');
      return;
    } catch {
      await setTimeout(50);
    }
  }
  throw new Error(`${server.spawnfile} was not ready within 15 seconds`);
}

function serverAt(url: string): Pick<PostgresServer, 'createDatabase'> {
  return {
    async createDatabase(like) {
      const name = `journal_${randomBytes(8).toString('hex')}`;
      const template = like === undefined ? '' : `template ${new URL(like.url).pathname.slice(1)}`;
      await queryAt(url, `create database ${name} ${template}`);
      const own = new URL(url);
      own.pathname = `/${name}`;
      return {
        url: own.href,
        query: (text) => queryAt(own.href, text),
        async [Symbol.asyncDispose]() {
          await queryAt(url, `drop database ${name} with (force)`);
        },
      };
    },
  };
}

/** Runs one statement. */
export async function queryAt(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A server that stops reports it on open connections; a pending query rejects anyway.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}
