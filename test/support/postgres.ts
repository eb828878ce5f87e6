import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './processes.ts';

/** A database. Disposing drops it, even with open connections. */
export interface PostgresDatabase extends AsyncDisposable {
  readonly url: string;
  /** Connections are not encrypted. */
  readonly tls: null;
  /** Runs one statement as the owner. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
}

/** A PostgreSQL server for tests. */
export interface PostgresServer extends AsyncDisposable {
  /** Creates an empty database, or a copy of `like`. Nobody may be connected to `like`. */
  createDatabase(like?: Pick<PostgresDatabase, 'url'>): Promise<PostgresDatabase>;
  /** Control over the whole server; null if others use the server, too. */
  readonly power: PostgresPower | null;
}

/** Actions of an operator on a server. */
export interface PostgresPower {
  /** Stops the server at once, with all connections. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Makes a backup with `pg_basebackup`. */
  backUp(): Promise<PostgresBackup>;
  /** Starts a physical standby, made by `pg_basebackup -R`. It ends with the server. */
  startStandby(): Promise<PostgresStandby>;
}

export interface PostgresBackup {
  /**
   * Replaces the server's files with the backup and starts the server. The restored server has its former system
   * identifier, and no new timeline.
   */
  restore(): Promise<void>;
}

/** A server that follows the primary server. */
export interface PostgresStandby {
  readonly host: string;
  /** Stops the standby at once. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Resolves when the standby accepts writes. */
  promote(): Promise<void>;
  /** Starts a further standby, which follows this one. It ends with the primary server's cluster. */
  startStandby(): Promise<PostgresStandby>;
  /** Runs one statement on the standby. `url` is the URL of the database on the primary. */
  query(url: string, text: string): Promise<readonly Record<string, unknown>[]>;
}

/** The result if this machine has no PostgreSQL. */
export interface NoPostgres extends AsyncDisposable {
  readonly reason: string;
}

/** The cluster that all files of a worker share. It ends with this process. */
let shared: Promise<PostgresServer | NoPostgres> | null = null;

/**
 * The server that DATABASE_URL names. Without the variable, this is a cluster that all tests of this process share, in a
 * temporary folder, on a free port of the loopback address. Each test has a database of its own in it. A test that stops
 * the server needs `ownPostgres`. PostgreSQL doesn't run as root. If this process is root, the cluster runs as the user
 * `postgres`.
 */
export async function findPostgres(): Promise<PostgresServer | NoPostgres> {
  const { DATABASE_URL: url } = process.env;
  shared ??= url === undefined ? ownPostgres() : Promise.resolve(ofOthers(serverAt(url)));
  const server = await shared;
  return 'reason' in server ? server : ofOthers(server);
}

/** A server that its user may neither stop nor dispose of. */
const ofOthers = ({ createDatabase }: Pick<PostgresServer, 'createDatabase'>): PostgresServer => ({
  createDatabase,
  power: null,
  async [Symbol.asyncDispose]() {},
});

/** A temporary cluster. DATABASE_URL is ignored. `settings` are settings of PostgreSQL, such as `fsync=off`. */
export async function ownPostgres(...settings: readonly string[]): Promise<PostgresServer | NoPostgres> {
  return await ownPostgresIn({}, settings);
}

/** A temporary cluster, as `ownPostgres` makes it, whose server has the variables in its environment. */
export async function ownPostgresIn(
  environment: Readonly<Record<string, string>>,
  settings: readonly string[] = [],
): Promise<PostgresServer | NoPostgres> {
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
  return await startCluster(binaries, user, settings, environment);
}

/**
 * Returns the server, for tests that can't run without a server.
 * @throws Error with the reason if there is none
 */
export function requireServer(found: PostgresServer | NoPostgres): PostgresServer {
  if ('reason' in found) {
    throw new Error(`no PostgreSQL: ${found.reason}`);
  }
  return found;
}

/**
 * The folder of a program on the PATH, or in Debian's folders for PostgreSQL's versions. The newest version comes
 * first.
 */
function folderOf(program: string): string | undefined {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionOf(b) - versionOf(a));
  return [...(process.env.PATH ?? '').split(delimiter), ...debian].find(
    (folder) => globSync(join(folder, program)).length > 0,
  );
}

const versionOf = (folder: string) => Number(/\/(\d+)\//.exec(folder)?.[1]);

/**
 * The folder for clusters: a RAM disk if Linux has one. A test's server must survive a kill of its process, but not a
 * restart of the machine.
 */
const clusterPlace = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** The reason why `serverUser` returns null. */
export const noServerUser = 'this is root, and there is no user postgres';

/**
 * The user as which a server runs. A server can't run as root, so this is `postgres` if this process is root; null if
 * there is no such user.
 */
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

/** The files of a new cluster, and the password of its owner. */
interface Template {
  readonly data: string;
  readonly password: string;
}

/** All clusters of this process are copies of one, because `initdb` takes longer than a copy. */
let template: Template | null = null;

function initialise(binaries: string, user: User): Template {
  const folder = makeFolder(user);
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder.path, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  folder.own(passwordFile);
  const data = join(folder.path, 'data');
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
    { ...user, cwd: folder.path, stdio: 'pipe' },
  );
  return { data, password };
}

/** A temporary folder that belongs to the user. */
interface Folder extends Disposable {
  readonly path: string;
  own(path: string): void;
}

/**
 * Stops the servers whose files are in a folder, and removes the folder, when its input ends. That is when the process that
 * started it ends, whatever ended it: Vitest ends its workers by a signal, so they have no time to do it.
 */
const tidyUp = `cat > /dev/null
for file in "$0"/*/postmaster.pid; do [ -f "$file" ] && kill -QUIT "$(head -n 1 "$file")"; done
sleep 0.2; rm -rf "$0"; sleep 2; rm -rf "$0"`;

/** Makes a folder. It is removed when it is disposed of, or when this process ends. */
function makeFolder(user: User): Folder {
  const path = mkdtempSync(join(clusterPlace(), 'postgres-'));
  const own = (owned: string) => chownSync(owned, user.uid ?? -1, user.gid ?? -1);
  own(path);
  // It is in a process group of its own, so that Ctrl-C does not end it.
  const watcher = spawn('sh', ['-c', tidyUp, path], {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  if (watcher.stdin instanceof Socket) {
    watcher.stdin.unref();
  }
  return {
    path,
    own,
    [Symbol.dispose]() {
      watcher.kill();
      // A server that was just stopped may still write for a moment.
      rmSync(path, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function startCluster(
  binaries: string,
  user: User,
  settings: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<PostgresServer> {
  const own = makeFolder(user);
  const folder = own.path;
  template ??= initialise(binaries, user);
  const { password } = template;
  const data = join(folder, 'data');
  execFileSync('cp', ['-a', template.data, data], { ...user, cwd: folder });
  const port = await freePort();
  const url = `postgresql://tester:${password}@127.0.0.1:${port}/postgres`;
  const runner: Runner = { binaries, user, folder, settings, environment };
  const primary = runnable(runner, data, port, url);
  const standbys: Runnable[] = [];
  await primary.start();
  let copies = 0;
  const baseBackup = (from: number, ...more: readonly string[]): string => {
    copies += 1;
    const copy = join(folder, `copy-${copies}`);
    const connection = `host=127.0.0.1 port=${from} user=tester`;
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
  const startStandbyOf = async (from: number): Promise<PostgresStandby> => {
    const standbyPort = await freePort();
    const standbyUrl = new URL(url);
    standbyUrl.port = String(standbyPort);
    const standby = runnable(runner, baseBackup(from, '-R'), standbyPort, standbyUrl.href);
    standbys.push(standby);
    await standby.start();
    return {
      ...standby,
      host: standbyUrl.host,
      async promote() {
        await queryAt(standbyUrl.href, 'select pg_promote()');
      },
      startStandby: () => startStandbyOf(standbyPort),
      async query(databaseUrl, text) {
        const onStandby = new URL(databaseUrl);
        onStandby.host = standbyUrl.host;
        return await queryAt(onStandby.href, text);
      },
    };
  };
  return {
    ...serverAt(url),
    power: {
      ...primary,
      async backUp() {
        const copy = baseBackup(port);
        return {
          async restore() {
            await primary.stop();
            rmSync(data, { recursive: true });
            execFileSync('cp', ['-a', copy, data], { ...user, cwd: folder });
            await primary.start();
          },
        };
      },
      startStandby: () => startStandbyOf(port),
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([primary, ...standbys].map(({ stop }) => stop()));
      own[Symbol.dispose]();
    },
  };
}

interface Runner {
  readonly binaries: string;
  readonly user: User;
  readonly folder: string;
  readonly settings: readonly string[];
  /** Variables that the server has besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Runnable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A server with the files in `data`, which is in a folder of `makeFolder`. It ends with this process. */
function runnable(
  { binaries, user, folder, settings, environment }: Runner,
  data: string,
  port: number,
  url: string,
): Runnable {
  let running: ChildProcess | null = null;
  return {
    async start() {
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
        { ...user, cwd: folder, stdio: 'ignore', env: { ...process.env, ...environment } },
      );
      // A program that leaves a shared server running can end.
      running.unref();
      await untilReady(url, running);
    },
    async stop() {
      if (running === null) {
        return;
      }
      running.ref();
      const exit = once(running, 'exit');
      // SIGQUIT is an immediate stop, like a failure of the machine. Committed data must still be there after
      // recovery.
      running.kill('SIGQUIT');
      await exit;
      running = null;
    },
  };
}

/** Resolves when a statement is answered. Rejects if the server ends, or after 15 seconds. */
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
        tls: null,
        query: (text) => queryAt(own.href, text),
        async [Symbol.asyncDispose]() {
          await queryAt(url, `drop database ${name} with (force)`);
        },
      };
    },
  };
}

/** Connects and runs one statement. */
export async function queryAt(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A server that stops reports this on open connections. A pending query rejects without this listener, too.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}
