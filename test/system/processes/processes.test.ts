import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { freePorts, type RunningProcess, run } from '../../support/processes.ts';
import { sample } from '../../support/sample.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { startEmbeddedGraph } from '../../support/services/embedded-graph.ts';
import { databaseOrSkip } from '../../support/set-up/database-or-skip.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** The longest time for a stop, in ms. It is less than the time limit for pending requests. */
const withoutWaitingMs = 11_000;
/** A process starts slowly on a loaded machine. */
vi.setConfig({ testTimeout: 60_000 });

const folder = openedForTests(openTemporaryFolder);

const embedded = 'embedded/main.ts';
const secret = 'a secret of thirty-two characters';
/** The URLs of systems and of an issuer, none of which exists. */
const elsewhere = {
  PRS_URL: 'http://127.0.0.1:1',
  CMS_URL: 'http://127.0.0.1:1',
  CIRC_URL: 'http://127.0.0.1:1',
  CMS_USER: 'u',
  CMS_PASSWORD: 'a password of card management',
  CIRC_USER: 'u',
  CIRC_PASSWORD: 'a password of circulation',
};
const otherIssuer = { JWKS_URL: 'http://127.0.0.1:1/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' };

const ask = (origin: string, token: string, query: string) => askGraph(origin, query, { token });

async function printToken(...args: string[]): Promise<string> {
  await using process = run('gateway/access/print-token.ts', { DATA_DIR: folder.path }, args);
  expect(await process.exit).toBe(0);
  return process.output.stdout.trim();
}

describe('everything in one process', () => {
  test('answers the query that it prints', async () => {
    await using system = await startEmbeddedGraph(folder.path);
    const { origin } = system;
    const [, token = ''] = await system.says(/Bearer (\S+)'/);
    const [, body = ''] = await system.says(/-d '(.*)'\n/);
    const { data, errors } = await ask(origin, token, (JSON.parse(body) as { query: string }).query);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ me: { loanQuota: { limit: 10, used: 10, remaining: 0 } } });
  });

  test('accepts tokens of the token command', async () => {
    await using system = await startEmbeddedGraph(folder.path);
    const { origin } = system;
    const staff = await printToken('--staff', '--scope', 'patrons:read');
    expect(await ask(origin, staff, '{ patron(id: "P0000003") { name { given } } }')).toEqual({
      data: { patron: { name: { given: 'Ka Yan' } } },
    });
    const patron = await printToken('--patron', 'P0000002');
    // Its own readers' page is where payers by card and wallet return to.
    expect(await ask(origin, patron, '{ me { id } paymentMethods }')).toEqual({
      data: { me: { id: 'P0000002' }, paymentMethods: ['FPS', 'CARD', 'WALLET'] },
    });
  });

  test('starts its simulators with another seed, and prints an example for one of its patrons', async () => {
    const text = await readFile(new URL('../../../simulators/seed.json', import.meta.url), 'utf8');
    const file = join(folder.path, 'seed.json');
    await writeFile(file, text.replaceAll('P0000001', 'P0000901'));
    await using system = await startEmbeddedGraph(folder.path, { LEGACY_SEED: file });
    const [, token = ''] = await system.says(/as the patron P0000901:[\s\S]*Bearer (\S+)'/);
    expect(await ask(system.origin, token, '{ me { id name { english } } }')).toEqual({
      data: { me: { id: 'P0000901', name: { english: 'CHAN, TAI MAN' } } },
    });
  });

  test('starts its simulators with a made-up library around the seed', async () => {
    await using system = await startEmbeddedGraph(folder.path, {}, ['--library', 'small']);
    const { origin } = system;
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
    'doesn’t start with %j',
    async (args, env, message) => {
      const permitted = { ...env, ALLOW_DEVELOPMENT_ISSUER: '1' };
      await using system = run(embedded, { ...freePorts, DATA_DIR: folder.path, ...permitted }, args);
      expect(await system.exit).toBe(1);
      expect(system.output.stderr).toContain(message);
      expect(system.output.stdout).toBe('');
    },
  );

  test('SIGTERM ends it with 0, and pending requests are answered', async () => {
    await using legacy = await startSimulators({ systems: ['prs'], latencyMs: 4_000 });
    await using system = await startEmbeddedGraph(folder.path, {
      PRS_URL: legacy.prs.url,
      LEGACY_LIMITS: 'deadlineMs=9000',
      ALLOW_DEVELOPMENT_ISSUER: '1',
    });
    const { origin } = system;
    const token = await printToken('--patron', 'P0000001');
    const underWay = Array.from({ length: 5 }, () => ask(origin, token, '{ me { id name { english } } }'));
    // After this time the requests have arrived, and wait for the registry.
    await setTimeout(1_000);
    const started = performance.now();
    system.child.kill('SIGTERM');
    expect(await system.exit).toBe(0);
    expect(performance.now() - started).toBeLessThan(withoutWaitingMs);
    for (const answer of await Promise.all(underWay)) {
      expect(answer).toEqual({ data: { me: { id: 'P0000001', name: { english: 'CHAN, TAI MAN' } } } });
    }
  });

  test('SIGTERM ends it with 0 when a request is answered, even if a legacy system hangs', async () => {
    // An abandoned call resets its connection, which the socket reports as an error.
    const hanging = createServer((socket) => socket.on('error', () => undefined));
    await using listening = await listenOnLoopback(hanging);
    const reached = once(hanging, 'connection');
    await using system = await startEmbeddedGraph(folder.path, {
      PRS_URL: listening.origin,
      LEGACY_LIMITS: 'deadlineMs=4000',
      ALLOW_DEVELOPMENT_ISSUER: '1',
    });
    const { origin } = system;
    const token = await printToken('--patron', 'P0000001');
    const answer = ask(origin, token, '{ me { name { given } } }');
    await reached;
    const started = performance.now();
    system.child.kill('SIGTERM');
    expect(await answer).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }] });
    expect(await system.exit).toBe(0);
    expect(performance.now() - started).toBeLessThan(withoutWaitingMs);
  });

  test('logs its configuration without secrets, and a second signal ends it at once', async () => {
    await using system = await startEmbeddedGraph(folder.path, {
      SHUTDOWN_DELAY_MS: '60000',
      COMMIT: 'abc1234',
      SUBGRAPH_SECRET: secret,
    });
    const { origin } = system;
    const [line = ''] = system.output.stderr.split('\n');
    expect(JSON.parse(line)).toMatchObject({
      msg: 'starting',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      commit: 'abc1234',
      configuration: { DATA_DIR: folder.path, SHUTDOWN_DELAY_MS: '60000', SUBGRAPH_SECRET: '(set)' },
    });
    expect(system.output.stderr).not.toContain(secret);
    system.child.kill('SIGTERM');
    // A process that is stopping still accepts requests. It closes the connection after each answer.
    await expect.poll(async () => (await fetch(`${origin}/health/ready`)).status).toBe(503);
    const live = await fetch(`${origin}/health/live`);
    expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
    system.child.kill('SIGTERM');
    expect(await system.exit).toBe(128 + 15);
    expect(system.output.stderr).toMatch(/"signal":"SIGTERM".*"stopping"/);
    expect(system.output.stderr).toContain('another signal: ended at once');
  });

  test('says that its own port is in use', async () => {
    await using taken = await listenOnLoopback(createServer());
    const port = String(taken.port);
    await using system = run(embedded, { ...freePorts, PORT: port, DATA_DIR: folder.path });
    expect(await system.exit).toBe(1);
    expect(system.output.stderr).toContain(`PORT ${port} is in use`);
  });

  const wrongEnvironments: readonly (readonly [string, NodeJS.ProcessEnv])[] = [
    ['PORT', { PORT: 'a lot' }],
    ['JWKS_URL', { NODE_ENV: 'production' }],
    ['SUBGRAPH_SECRET', { PATRONS_URL: 'http://127.0.0.1:1' }],
    ['CMS_URL, CIRC_URL', { NODE_ENV: 'production', PRS_URL: 'http://127.0.0.1:1/prs', ...otherIssuer }],
    ['CMS_PASSWORD', { CMS_URL: 'http://127.0.0.1:1', CMS_USER: 'gateway' }],
    ['PSEUDONYM_SECRET', { NODE_ENV: 'production', ...elsewhere, ...otherIssuer }],
  ];
  const refused = sample('wrong environments of one process', wrongEnvironments, { each: 2 });
  test.each(refused)('refuses to start and names %s', async (variable, env) => {
    await using system = run(embedded, { DATA_DIR: folder.path, ...env });
    expect(await system.exit).toBe(1);
    expect(system.output.stderr).toContain(variable);
    expect(system.output.stderr).not.toContain('    at ');
  });
});

describe('each service in a process of its own', () => {
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
    await using process = run(file, env);
    expect(await process.exit).toBe(1);
    expect(process.output.stderr).toContain(variable);
  });

  test('the services answer as one process does, and end with 0 on SIGTERM', {
    timeout: 60_000,
  }, async (context) => {
    await using database = await databaseOrSkip(context);
    const logins = { CMS_USER: 'u', CMS_PASSWORD: 'p', CIRC_USER: 'u', CIRC_PASSWORD: 'p' };
    await using legacy = run('simulators/main.ts', { ...freePorts, ...logins });
    const urlOf = async (system: string) => (await legacy.says(new RegExp(`(http:\\S+/${system})`)))[1];
    const common = { PORT: '0', SUBGRAPH_SECRET: secret, ...logins };
    const behind = {
      ...common,
      PRS_URL: await urlOf('prs'),
      CMS_URL: await urlOf('cms'),
      CIRC_URL: await urlOf('circ'),
      DATABASE_URL: database.url,
      JOURNAL_SECRET: secret,
    };
    await using patrons = run('subgraphs/patrons/main.ts', behind);
    await using credentials = run('subgraphs/credentials/main.ts', behind);
    await using circulation = run('subgraphs/circulation/main.ts', behind);
    const originOf = async (service: RunningProcess) =>
      (await service.says(/at (http:\S+)\/graphql/))[1] ?? '';
    const gatewayEnv = {
      ...common,
      ALLOW_DEVELOPMENT_ISSUER: '1',
      DATA_DIR: folder.path,
      PATRONS_URL: await originOf(patrons),
      CREDENTIALS_URL: await originOf(credentials),
      CIRCULATION_URL: await originOf(circulation),
    };
    await using gateway = run('gateway/main.ts', gatewayEnv);
    const origin = await originOf(gateway);

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

    // A subgraph with another secret makes the gateway not ready. Clients don't get UNAUTHENTICATED because of this.
    const otherSecret = { SUBGRAPH_SECRET: 'another secret of as many characters' };
    await using stranger = run('gateway/main.ts', { ...gatewayEnv, ...otherSecret });
    const elsewhere = await originOf(stranger);
    expect((await fetch(`${elsewhere}/health/ready`)).status).toBe(503);
    expect((await ask(elsewhere, token, '{ me { id } }')).errors).toMatchObject([
      { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);

    // The error names the unreachable subgraph, and only the fields of this subgraph are null.
    circulation.child.kill('SIGTERM');
    expect(await circulation.exit).toBe(0);
    const without = await ask(origin, token, query);
    expect(without.data).toMatchObject({ me: { name: { english: 'LEE, SIU MING' }, loanQuota: null } });
    expect(without.errors).toMatchObject([
      { path: ['me', 'loanQuota'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);

    for (const process of [gateway, patrons, credentials, legacy]) {
      process.child.kill('SIGTERM');
      expect(await process.exit).toBe(0);
    }
  });
});

describe('the token command', () => {
  test('prints only the token, in one line', async () => {
    await using process = run('gateway/access/print-token.ts', { DATA_DIR: folder.path }, [
      '--patron',
      'P0000001',
    ]);
    expect(await process.exit).toBe(0);
    expect(process.output.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test.each([[[]], [['--patron', 'P0000001', '--staff']], [['--scopes', 'x']]])(
    'prints its usage, given %j',
    async (args) => {
      await using process = run('gateway/access/print-token.ts', { DATA_DIR: folder.path }, args);
      expect(await process.exit).toBe(2);
      expect(process.output.stderr).toContain('Usage:');
      expect(process.output.stdout).toBe('');
    },
  );
});
