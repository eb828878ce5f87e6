/**
 * `npm start` over real systems and PostgreSQL, with `WORKERS`: everything in one program, for a small library. The
 * simulators run in a process of their own, and are called over TLS. The environment is that of deploy/one-process.md.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { coreSystems, variablePrefix } from '../../../platform/systems.ts';
import { simulatedBranchesFile } from '../../../simulators/branches.ts';
import { createAuthority, forThisMachine } from '../../support/certificates.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { mutationOf } from '../../support/mutation.ts';
import { ownPostgres, type PostgresDatabase, requireServer } from '../../support/postgres.ts';
import { freePort, freePorts, type RunningProcess, run } from '../../support/processes.ts';
import { overTls } from '../../support/servers/tls-front.ts';
import { type Balancer, startBalancer } from '../../support/services/balancer.ts';
import { type FileIssuers, writeIssuers } from '../../support/services/file-issuer.ts';
import { statusOf } from '../../support/services/running-service.ts';
import { root } from '../../support/services/source-tree.ts';
import { createProcessRoles, migrateForProcesses, urlAs } from '../../support/set-up/process-roles.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { startSimulators } from '../../support/simulator-process.ts';
import { checkIn, checkOut } from '../../support/sip2/messages.ts';
import { connectTerminal } from '../../support/sip2/terminal.ts';
import { copies } from '../stories/library.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
/** A start takes seconds on a busy machine. */
const slowly = { timeout: 120_000, interval: 200 };

/** A patron with five loans, and three copies on the shelf. */
const libraryCardNumber = '21852000000033';
const [first = '', second = '', third = ''] = copies;
const loansBefore = 5;

const grants = {
  library: { clients: ['desk'], audience: 'staff', scopes: ['circulation:read', 'circulation:write'] },
  'patron-graph-sip2': { clients: ['central-1'], audience: 'station', scopes: ['station'] },
};
const terminals = {
  institution: 'HKPL',
  libraryName: 'Central Library',
  terminals: [{ name: 'central-1', profile: 'station', branch: 'HKCL', addresses: ['127.0.0.1'] }],
};

const secret = () => randomBytes(32).toString('hex');

/** The variables in a block of the guide. */
async function documented(block: string): Promise<NodeJS.ProcessEnv> {
  const guide = await readFile(join(root, 'deploy/one-process.md'), 'utf8');
  const [, text] = new RegExp(`^ *\`\`\`sh ${block}\\n([\\s\\S]*?)^ *\`\`\``, 'm').exec(guide) ?? [];
  const lines = (text ?? expect.fail(`the guide has no ${block}`)).matchAll(/^ *([A-Z_]+)=(.*)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name = '', value]) => [name, value]));
}

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let database: PostgresDatabase;
let env: NodeJS.ProcessEnv;
let issuers: FileIssuers;
/** A token of staff at a desk. */
let desk: string;
let fileIn: (name: string) => string;
beforeAll(async () => {
  const { path } = resources.use(await openTemporaryFolder());
  fileIn = (name) => join(path, name);
  await writeFile(fileIn('terminals.json'), JSON.stringify(terminals));
  issuers = await writeIssuers(path, grants);
  const scope = 'circulation:read circulation:write';
  desk = await issuers.token('library', { sub: 'chan', client_id: 'desk', scope });
  const postgres = resources.use(requireServer(await ownPostgres()));
  database = resources.use(await postgres.createDatabase());
  await createProcessRoles(database.url);
  await migrateForProcesses(database.url);
  const url = urlAs('patron_graph_one_process', database.url);
  // Production refuses the passwords of the demonstration.
  const logins = {
    CMS_USER: 'gateway',
    CMS_PASSWORD: secret(),
    CIRC_USER: 'gateway',
    CIRC_PASSWORD: secret(),
  };
  const { legacy } = resources.use(await startSimulators([], logins));
  const authority = resources.use(createAuthority());
  const shown = authority.issue('legacy', forThisMachine);
  const own = authority.issue('whole', 'DNS:whole');
  const systems: NodeJS.ProcessEnv = {};
  for (const entry of coreSystems) {
    const prefix = variablePrefix(entry);
    const { url } = resources.use(await overTls(legacy[entry.id].url, shown, authority));
    Object.assign(systems, { [`${prefix}_URL`]: url, [`${prefix}_TLS_DIR`]: authority.tlsDir(own) });
  }
  env = {
    ...(await documented('environment')),
    ...(await documented('workers')),
    ...logins,
    ...systems,
    JOURNAL_SECRET: secret(),
    PSEUDONYM_SECRET: secret(),
    SUBGRAPH_SECRET: secret(),
    DATABASE_URL: url,
    RATES_DATABASE_URL: url,
    ISSUERS_FILE: issuers.issuersFile,
    BRANCHES_FILE: simulatedBranchesFile,
  };
});

interface Whole extends RunningProcess {
  readonly origin: string;
  /** The origin of its metrics. */
  readonly metrics: string;
}

/** Resolves when both workers can serve. Like a service manager, it starts again what found no PostgreSQL in time. */
async function startWhole(): Promise<Whole> {
  const metricsPort = String(await freePort());
  const ports = { PORT: String(await freePort()), METRICS_PORT: metricsPort };
  const started = resources.use(run('embedded/main.ts', { ...env, ...ports }));
  const said = await started.says(/GraphQL +(http:\S+)\/graphql/).catch((error: Error) => error);
  if (said instanceof Error) {
    expect(said.message).toContain('journal: PostgreSQL:');
    return await startWhole();
  }
  const [, origin = ''] = said;
  await vi.waitUntil(async () => (await statusOf(origin, 'ready')) === 200, slowly);
  return { ...started, origin, metrics: `http://127.0.0.1:${metricsPort}/metrics` };
}

interface Line {
  readonly msg?: string;
  readonly pid: number;
  readonly worker?: number;
  readonly route?: string;
}
const linesOf = ({ output }: RunningProcess): readonly Line[] =>
  output.stderr
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
const workersOf = (whole: RunningProcess): ReadonlyMap<number, number> =>
  new Map(
    linesOf(whole)
      .filter(({ msg, worker }) => msg === 'starting' && worker !== undefined)
      .map(({ worker = 0, pid }) => [worker, pid]),
  );

/**
 * Sends a mutation over a connection of its own, so that any worker may get it. Resolves to the payload. A worker that is
 * killed may have been handed a connection that nobody closes, so each request has a time limit.
 */
async function change(origin: string, field: string, selection: string, input: object): Promise<unknown> {
  const body = { query: mutationOf(field, selection), variables: { input } };
  const response = await postJson(`${origin}/graphql`, body, {
    token: desk,
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
  if (errors !== undefined) {
    throw new Error(JSON.stringify(errors));
  }
  return data[field];
}

const lend = (origin: string, itemNumber: string, reference: string = randomUUID()) =>
  change(origin, 'checkOut', 'operation { code state } quota { used } problems { code }', {
    reference,
    credential: { libraryCardNumber },
    itemNumber,
  });
const takeBack = (origin: string, itemNumber: string, reference: string = randomUUID()) =>
  change(origin, 'checkIn', 'operation { state }', { reference, itemNumber });

const isDone = (answer: unknown) => JSON.stringify(answer).includes('"state":"DONE"');

/** Sends again, with the same reference, until the answer shows the operation as done. Resolves to that answer. */
async function untilDone(send: (reference: string) => Promise<unknown>): Promise<unknown> {
  const reference = randomUUID();
  let answer: unknown;
  await vi.waitUntil(async () => {
    answer = await send(reference).catch(String);
    return isDone(answer);
  }, slowly);
  return answer;
}

/** What lending answers if the loan is the only one more than before. */
const oneMore = { quota: { used: loansBefore + 1 }, problems: [] };

async function lendAndTakeBack(origin: string, itemNumber: string): Promise<void> {
  const answer = await untilDone((reference) => lend(origin, itemNumber, reference));
  expect(answer).toMatchObject(oneMore);
  await untilDone((reference) => takeBack(origin, itemNumber, reference));
}

test('WORKERS is refused over simulators, and the message has all that is missing', async () => {
  await using refused = run('embedded/main.ts', { ...freePorts, DATA_DIR: fileIn('other'), WORKERS: '2' });
  expect(await refused.exit).toBe(1);
  for (const variable of ['PRS_URL', 'CMS_URL', 'CIRC_URL', 'DATABASE_URL', 'ISSUERS_FILE']) {
    expect(refused.output.stderr).toContain(variable);
  }
});

test('WORKERS is refused over SQLite, and with the sign-in of npm start itself', async () => {
  const without = { DATABASE_URL: '', ISSUERS_FILE: '', RATES_DATABASE_URL: '', NODE_ENV: 'development' };
  await using refused = run('embedded/main.ts', { ...env, ...without, ALLOW_DEVELOPMENT_ISSUER: '1' });
  expect(await refused.exit).toBe(1);
  expect(refused.output.stderr).toMatch(/set DATABASE_URL, ISSUERS_FILE [^:]*, or leave WORKERS out/);
});

describe('two workers over real systems', () => {
  let whole: Whole;
  let balancer: Balancer;
  beforeAll(async () => {
    whole = await startWhole();
    balancer = resources.use(await startBalancer());
    balancer.add(whole.origin);
    await balancer.until(whole.origin, true);
  });

  test('lend and take back, and do nothing twice', async () => {
    for (const item of [first, second]) {
      const reference = randomUUID();
      // Nothing is lent before circulation's events are followed.
      await untilDone(() => lend(whole.origin, item, reference));
      const answers = new Set<string>();
      for (let sent = 0; sent < 4; sent += 1) {
        answers.add(JSON.stringify(await lend(whole.origin, item, reference)));
      }
      const [answer = '', ...others] = answers;
      expect(others).toEqual([]);
      expect(JSON.parse(answer)).toMatchObject(oneMore);
      await untilDone((again) => takeBack(whole.origin, item, again));
    }
    const workers = () =>
      new Set(
        linesOf(whole)
          .filter(({ route }) => route === '/graphql')
          .map(({ worker }) => worker),
      );
    await expect.poll(workers, slowly).toEqual(new Set([1, 2]));
  });

  test('share rates, and add up their metrics', async () => {
    const metrics = () => fetch(whole.metrics).then((response) => response.text());
    await expect.poll(metrics, slowly).toMatch(/^patron_graph_rates_shared 1$/m);
    const requests = () => linesOf(whole).filter(({ route }) => route === '/graphql').length;
    const count = /^http_server_request_duration_seconds_count\{.*"\/graphql".*\} (\d+)$/gm;
    const counts = Array.from((await metrics()).matchAll(count), ([, counted]) => Number(counted));
    // The last lines of the log are a moment late.
    await expect.poll(requests, slowly).toBe(counts.reduce((sum, counted) => sum + counted, 0));
  });

  test('serve SIP2, which runs beside them', async () => {
    const sip2 = resources.use(
      run('edge/sip2/main.ts', {
        PORT: '0',
        SIP2_TERMINALS_FILE: fileIn('terminals.json'),
        SIP2_TOKEN_KEY_FILE: issuers.keyFile,
        GRAPH_URL: `${balancer.origin}/graphql`,
      }),
    );
    const [, port] = await sip2.says(/SIP2 at 127\.0\.0\.1:(\d+)/);
    await using terminal = await connectTerminal({ port: Number(port) });
    const lending = checkOut({ patron: libraryCardNumber, item: third, pin: '1234' });
    // On a slow machine the first answer may be that it is not known yet.
    const answerTo = async (message: string) => (await terminal.send(message)).text;
    await expect.poll(() => answerTo(lending), slowly).toMatch(/^121/);
    await expect.poll(() => answerTo(checkIn({ item: third })), slowly).toMatch(/^101/);
  });

  test('go on when one is killed, and one of them follows circulation’s events', async () => {
    const lease = async () => {
      const [row] = await database.query(
        'select leased_until > now() as followed, lease_number from patron_graph.books',
      );
      return row;
    };
    await expect.poll(lease, slowly).toMatchObject({ followed: true });
    for (const killed of [1, 2]) {
      const pid = workersOf(whole).get(killed) ?? expect.fail('no such worker');
      process.kill(pid, 'SIGKILL');
      await lendAndTakeBack(whole.origin, first);
      await vi.waitUntil(() => workersOf(whole).get(killed) !== pid, slowly);
      await vi.waitUntil(async () => (await statusOf(whole.origin, 'ready')) === 200, slowly);
    }
    await expect.poll(lease, slowly).toMatchObject({ followed: true });
    await lendAndTakeBack(whole.origin, second);
  });

  test('give their place to those of another start, and no client notices', async () => {
    // The balancer may not know yet that the killed worker was replaced.
    await balancer.until(whole.origin, true);
    const failures: unknown[] = [];
    const over = new AbortController();
    const client = (async () => {
      while (!over.signal.aborted) {
        const answer = await lend(balancer.origin, second).catch(String);
        const back = await takeBack(balancer.origin, second).catch(String);
        failures.push(...[answer, back].filter((got) => !isDone(got)));
        // One caller may ask so often.
        await setTimeout(1_000);
      }
    })();
    const next = await startWhole();
    balancer.add(next.origin);
    await balancer.until(next.origin, true);
    whole.child.kill('SIGTERM');
    expect(await whole.exit).toBe(0);
    over.abort();
    await client;
    expect(failures).toEqual([]);
    await lendAndTakeBack(next.origin, first);
  });
});
