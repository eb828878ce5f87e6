import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { findPostgres } from '../../support/postgres.ts';
import { freePorts, run } from '../../support/processes.ts';
import { sample } from '../../support/sample.ts';

/** Within the time that requests under way are given, in ms. */
const withoutWaitingMs = 11_000;
/** A loaded machine starts a process slowly. */
vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-processes-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const embedded = 'embedded/main.ts';
const secret = 'a secret of thirty-two characters';
/** URLs of systems and of an issuer of tokens that don't exist. */
const elsewhere = {
  PRS_URL: 'http://127.0.0.1:1',
  CMS_URL: 'http://127.0.0.1:1',
  CIRC_URL: 'http://127.0.0.1:1',
  CMS_USER: 'u',
  CMS_PASSWORD: 'p',
  CIRC_USER: 'u',
  CIRC_PASSWORD: 'p',
};
const otherIssuer = { JWKS_URL: 'http://127.0.0.1:1/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' };

async function ask(origin: string, token: string, query: string) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown; errors?: unknown };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function printToken(...args: string[]): Promise<string> {
  await using process = run('gateway/access/token.ts', { DATA_DIR: dataDir }, args);
  expect(await process.exit).toBe(0);
  return process.output.stdout.trim();
}

describe('everything in one process', () => {
  test('answers the query that it prints', async () => {
    await using system = run(embedded, { ...freePorts, DATA_DIR: dataDir });
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    await system.says(/-d '.*'\n/);
    const [, token = ''] = await system.says(/Bearer (\S+)'/);
    const [, body = ''] = await system.says(/-d '(.*)'\n/);
    const { data, errors } = await ask(origin, token, (JSON.parse(body) as { query: string }).query);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ me: { loanQuota: { limit: 10, used: 10, remaining: 0 } } });
  });

  test('accepts tokens that were printed beside it, and takes other ports where its simulators’ are in use', async () => {
    const taken = createServer();
    const { port } = new URL(await listen(taken));
    await using system = run(embedded, { ...freePorts, DATA_DIR: dataDir, PRS_PORT: port });
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    const staff = await printToken('--staff', '--scope', 'patrons:read');
    expect(await ask(origin, staff, '{ patron(id: "P0000003") { name { given } } }')).toEqual({
      data: { patron: { name: { given: 'Ka Yan' } } },
    });
    const patron = await printToken('--patron', 'P0000002');
    expect(await ask(origin, patron, '{ me { id } }')).toEqual({ data: { me: { id: 'P0000002' } } });
    taken.close();
  });

  test('starts its simulators with another seed', async () => {
    const seed = JSON.parse(
      await readFile(new URL('../../../simulators/seed.json', import.meta.url), 'utf8'),
    );
    seed.patrons[0].engName = 'SOMEONE, ELSE';
    const file = join(dataDir, 'seed.json');
    await writeFile(file, JSON.stringify(seed));
    await using system = run(embedded, { ...freePorts, DATA_DIR: dataDir, LEGACY_SEED: file });
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    const token = await printToken('--patron', 'P0000001');
    expect(await ask(origin, token, '{ me { name { english } } }')).toEqual({
      data: { me: { name: { english: 'SOMEONE, ELSE' } } },
    });
  });

  test('starts its simulators with a made-up library around the seed', async () => {
    const env = { ...freePorts, DATA_DIR: dataDir };
    await using system = run(embedded, env, ['--library', 'small']);
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    const token = await printToken('--staff', '--scope', 'patrons:read');
    const query = '{ patrons(first: 1) { totalCount } patron(id: "P0000001") { name { english } } }';
    expect(await ask(origin, token, query)).toEqual({
      data: { patrons: { totalCount: 1000 }, patron: { name: { english: 'CHAN, TAI MAN' } } },
    });
  });

  const wrongOptions: readonly (readonly [string[], NodeJS.ProcessEnv, string])[] = [
    [['--library', 'huge'], {}, '--library must be small, medium, large, or a number of patrons'],
    [['--library', 'small'], elsewhere, '--library needs all three simulators'],
    [['--libary', 'small'], {}, '--libary is no option'],
  ];
  test.each(sample('wrong options of one process', wrongOptions, { each: 1 }))(
    'does not start with %j where that can’t be',
    async (args, env, message) => {
      const permitted = { ...env, ALLOW_DEVELOPMENT_ISSUER: '1' };
      await using system = run(embedded, { ...freePorts, DATA_DIR: dataDir, ...permitted }, args);
      expect(await system.exit).toBe(1);
      expect(system.output.stderr).toContain(message);
      expect(system.output.stdout).toBe('');
    },
  );

  test('SIGTERM ends it with 0, and answers what is under way', async () => {
    await using legacy = await startSimulators({ systems: ['prs'], latencyMs: 4_000 });
    await using system = run(embedded, {
      ...freePorts,
      DATA_DIR: dataDir,
      PRS_URL: legacy.prs.url,
      PRS_DEADLINE_MS: '9000',
      ALLOW_DEVELOPMENT_ISSUER: '1',
    });
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    const token = await printToken('--patron', 'P0000001');
    const underWay = Array.from({ length: 5 }, () => ask(origin, token, '{ me { id name { english } } }'));
    // They have arrived, and wait for the registry.
    await setTimeout(1_000);
    const started = performance.now();
    system.child.kill('SIGTERM');
    expect(await system.exit).toBe(0);
    expect(performance.now() - started).toBeLessThan(withoutWaitingMs);
    for (const answer of await Promise.all(underWay)) {
      expect(answer).toEqual({ data: { me: { id: 'P0000001', name: { english: 'CHAN, TAI MAN' } } } });
    }
  });

  test('SIGTERM ends it with 0 once a request is answered, though a legacy system hangs', async () => {
    // An abandoned call resets its connection.
    const hanging = createServer((socket) => socket.on('error', () => undefined));
    const url = await listen(hanging);
    const reached = once(hanging, 'connection');
    await using system = run(embedded, {
      ...freePorts,
      DATA_DIR: dataDir,
      PRS_URL: url,
      PRS_DEADLINE_MS: '4000',
      ALLOW_DEVELOPMENT_ISSUER: '1',
    });
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    const token = await printToken('--patron', 'P0000001');
    const answer = ask(origin, token, '{ me { name { given } } }');
    await reached;
    const started = performance.now();
    system.child.kill('SIGTERM');
    expect(await answer).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }] });
    expect(await system.exit).toBe(0);
    expect(performance.now() - started).toBeLessThan(withoutWaitingMs);
    hanging.close();
  });

  test('says what it starts with, without secrets, and a second signal ends it at once', async () => {
    await using system = run(embedded, {
      ...freePorts,
      DATA_DIR: dataDir,
      SHUTDOWN_DELAY_MS: '60000',
      COMMIT: 'abc1234',
      SUBGRAPH_SECRET: secret,
    });
    const [, origin = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
    const [line = ''] = system.output.stderr.split('\n');
    expect(JSON.parse(line)).toMatchObject({
      msg: 'starting',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      commit: 'abc1234',
      configuration: { DATA_DIR: dataDir, SHUTDOWN_DELAY_MS: '60000', SUBGRAPH_SECRET: '(set)' },
    });
    expect(system.output.stderr).not.toContain(secret);
    system.child.kill('SIGTERM');
    // It still takes requests, and says with each answer that the connection ends.
    await expect.poll(async () => (await fetch(`${origin}/health/ready`)).status).toBe(503);
    const live = await fetch(`${origin}/health/live`);
    expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
    system.child.kill('SIGTERM');
    expect(await system.exit).toBe(128 + 15);
    expect(system.output.stderr).toMatch(/"signal":"SIGTERM".*"stopping"/);
    expect(system.output.stderr).toContain('another signal: ended at once');
  });

  test('says that its own port is in use', async () => {
    const taken = createServer();
    const { port } = new URL(await listen(taken));
    await using system = run(embedded, { ...freePorts, PORT: port, DATA_DIR: dataDir });
    expect(await system.exit).toBe(1);
    expect(system.output.stderr).toContain(`PORT ${port} is in use`);
    taken.close();
  });

  const wrongEnvironments: readonly (readonly [string, NodeJS.ProcessEnv])[] = [
    ['PORT', { PORT: 'a lot' }],
    ['JWKS_URL', { NODE_ENV: 'production' }],
    ['SUBGRAPH_SECRET', { PATRONS_URL: 'http://127.0.0.1:1' }],
    [
      'CMS_URL, CIRC_URL',
      {
        NODE_ENV: 'production',
        PRS_URL: 'http://127.0.0.1:1/prs',
        ...otherIssuer,
      },
    ],
    ['CMS_PASSWORD', { CMS_URL: 'http://127.0.0.1:1', CMS_USER: 'gateway' }],
    ['PSEUDONYM_SECRET', { NODE_ENV: 'production', ...elsewhere, ...otherIssuer }],
  ];
  const refused = sample('wrong environments of one process', wrongEnvironments, { each: 2 });
  test.each(refused)('refuses to start and names %s', async (variable, env) => {
    await using system = run(embedded, { DATA_DIR: dataDir, ...env });
    expect(await system.exit).toBe(1);
    expect(system.output.stderr).toContain(variable);
    expect(system.output.stderr).not.toContain('    at ');
  });
});

describe('each part in a process of its own', () => {
  const incomplete: readonly (readonly [string, string, NodeJS.ProcessEnv])[] = [
    ['gateway/main.ts', 'PATRONS_URL', {}],
    ['subgraphs/patrons/main.ts', 'SUBGRAPH_SECRET', {}],
    ['subgraphs/patrons/main.ts', 'PRS_URL', { SUBGRAPH_SECRET: secret }],
    ['subgraphs/credentials/main.ts', 'CMS_URL', { SUBGRAPH_SECRET: secret }],
    [
      'subgraphs/credentials/main.ts',
      'PSEUDONYM_SECRET',
      {
        NODE_ENV: 'production',
        SUBGRAPH_SECRET: secret,
        JOURNAL_SECRET: secret,
        ...elsewhere,
        DATABASE_URL: 'postgresql://127.0.0.1:1/journal',
      },
    ],
    ['subgraphs/circulation/main.ts', 'CIRC_URL', { SUBGRAPH_SECRET: secret }],
    ['subgraphs/circulation/main.ts', 'DATABASE_URL', { SUBGRAPH_SECRET: secret }],
    ['subgraphs/circulation/main.ts', 'JOURNAL_SECRET', { SUBGRAPH_SECRET: secret }],
  ];
  const tried = sample('incomplete environments', incomplete, { each: 1, kindsOf: ([file]) => [file] });
  test.each(tried)('%s refuses to start without %s', async (file, variable, env) => {
    await using part = run(file, env);
    expect(await part.exit).toBe(1);
    expect(part.output.stderr).toContain(variable);
  });

  test('answers as one process does, and ends with 0 on SIGTERM', { timeout: 60_000 }, async ({ skip }) => {
    await using postgres = await findPostgres();
    if ('reason' in postgres) {
      return skip(`no PostgreSQL: ${postgres.reason}`);
    }
    await using database = await postgres.createDatabase();
    const logins = { CMS_USER: 'u', CMS_PASSWORD: 'p', CIRC_USER: 'u', CIRC_PASSWORD: 'p' };
    await using legacy = run('simulators/main.ts', { ...freePorts, ...logins });
    const [, prs = ''] = await legacy.says(/(http:\S+\/prs)/);
    const [, cms = ''] = await legacy.says(/(http:\S+\/cms)/);
    const [, circ = ''] = await legacy.says(/(http:\S+\/circ)/);
    const journal = { DATABASE_URL: database.url, JOURNAL_SECRET: secret };
    const urls = { PRS_URL: prs, CMS_URL: cms, CIRC_URL: circ };
    const common = { PORT: '0', SUBGRAPH_SECRET: secret, ...logins };
    const behind = { ...common, ...urls, ...journal };
    await using patrons = run('subgraphs/patrons/main.ts', behind);
    await using credentials = run('subgraphs/credentials/main.ts', behind);
    await using circulation = run('subgraphs/circulation/main.ts', behind);
    const at = async (part: typeof patrons) => (await part.says(/at (http:\S+)\/graphql/))[1];
    await using gateway = run('gateway/main.ts', {
      ...common,
      ALLOW_DEVELOPMENT_ISSUER: '1',
      DATA_DIR: dataDir,
      PATRONS_URL: await at(patrons),
      CREDENTIALS_URL: await at(credentials),
      CIRCULATION_URL: await at(circulation),
    });
    const [, origin = ''] = await gateway.says(/at (http:\S+)\/graphql/);

    const token = await printToken('--patron', 'P0000002');
    const query = '{ me { name { english } credentials { status } loanQuota { used remaining } } }';
    expect(await ask(origin, token, query)).toEqual({
      data: {
        me: {
          name: { english: 'LEE, SIU MING' },
          credentials: [{ status: 'ACTIVE' }, { status: 'ACTIVE' }],
          loanQuota: { used: 5, remaining: 5 },
        },
      },
    });
    const ready = await fetch(`${origin}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await (await fetch(`${origin}/health/dependencies`)).json()).toMatchObject({
      dependencies: { 'patrons subgraph': 'up', 'patron registry': 'up', circulation: 'up' },
    });

    // A subgraph with another secret is not ready, and clients do not get UNAUTHENTICATED.
    await using stranger = run('gateway/main.ts', {
      ...common,
      ALLOW_DEVELOPMENT_ISSUER: '1',
      SUBGRAPH_SECRET: 'another secret of as many characters',
      DATA_DIR: dataDir,
      PATRONS_URL: await at(patrons),
      CREDENTIALS_URL: await at(credentials),
      CIRCULATION_URL: await at(circulation),
    });
    const [, elsewhere = ''] = await stranger.says(/at (http:\S+)\/graphql/);
    expect((await fetch(`${elsewhere}/health/ready`)).status).toBe(503);
    expect((await ask(elsewhere, token, '{ me { id } }')).errors).toMatchObject([
      { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);

    // An unreachable subgraph is named, and only its own fields are null.
    circulation.child.kill('SIGTERM');
    expect(await circulation.exit).toBe(0);
    const without = await ask(origin, token, query);
    expect(without.data).toMatchObject({ me: { name: { english: 'LEE, SIU MING' }, loanQuota: null } });
    expect(without.errors).toMatchObject([
      { path: ['me', 'loanQuota'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);

    for (const part of [gateway, patrons, credentials, legacy]) {
      part.child.kill('SIGTERM');
      expect(await part.exit).toBe(0);
    }
  });
});

describe('the token command', () => {
  test('prints one line, the token alone', async () => {
    await using process = run('gateway/access/token.ts', { DATA_DIR: dataDir }, ['--patron', 'P0000001']);
    expect(await process.exit).toBe(0);
    expect(process.output.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test.each([[[]], [['--patron', 'P0000001', '--staff']], [['--scopes', 'x']]])(
    'says how it is used, given %j',
    async (args) => {
      await using process = run('gateway/access/token.ts', { DATA_DIR: dataDir }, args);
      expect(await process.exit).toBe(2);
      expect(process.output.stderr).toContain('Usage:');
      expect(process.output.stdout).toBe('');
    },
  );
});
