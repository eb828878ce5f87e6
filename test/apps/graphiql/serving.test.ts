/** The serving of GraphiQL: its paths, its content security policy, and the tokens that its page may get. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { decodeJwt } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGatewayConfig } from '../../../gateway/config.ts';
import { startGateway } from '../../../gateway/start.ts';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';
import { startOver } from '../../unit/gateway/from-file/running.ts';
import { createWorld } from '../../unit/gateway/from-file/supergraph-fixture.ts';

const log = pino({ level: 'silent' });

/** The subgraphs of one system. Several gateways can share them. */
const subgraphsOf = ({ subgraphs }: RunningSystem) =>
  new Map(
    coreSubgraphs.map((name) => [name, subgraphs.get(name) ?? expect.fail(`there is no subgraph ${name}`)]),
  );

/** Starts a gateway. `onlySimulators` says that all legacy systems are simulators, so no patron is real. */
const startOverSimulators = (onlySimulators: boolean, env: NodeJS.ProcessEnv = {}) =>
  startGateway(
    readGatewayConfig({ PORT: '0', DATA_DIR: system.dataDir, ...env }),
    { transports: subgraphsOf(system), streams: new Map(), dependencies: [], journal: null, onlySimulators },
    log,
  );

const resources = new AsyncDisposableStack();
let system: RunningSystem;
let address: URL;
beforeAll(async () => {
  await buildPage('graphiql');
  system = resources.use(await startSystem());
  address = new URL(resources.use(await startOverSimulators(true)).address);
}, 120_000);
afterAll(() => resources.disposeAsync());

interface Reply {
  readonly status: number | undefined;
  readonly body: string;
}

/** Asks for a token as the page does. `headers` replaces some of the request's headers. */
function askForToken(
  person: string,
  headers: Readonly<Record<string, string>> = {},
  at = address,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL('/graphiql/token', at),
      { method: 'POST', headers: { 'content-type': 'application/json', origin: at.origin, ...headers } },
      (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      },
    );
    asked.on('error', reject).end(JSON.stringify({ person }));
  });
}

test('all its files are served from here, under a policy that allows no other source and no inline script', async () => {
  expect((await fetch(new URL('/graphiql', address), { redirect: 'manual' })).headers.get('location')).toBe(
    '/graphiql/',
  );
  const page = await fetch(new URL('/graphiql/', address));
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';/,
  );
  expect(await page.text()).not.toMatch(/<script(?![^>]* src="\/graphiql\/)/);
});

test('a deep link keeps its parameters when the slash is missing', async () => {
  const { headers } = await fetch(new URL('/graphiql?operation=staff/Desk', address), { redirect: 'manual' });
  expect(headers.get('location')).toBe('/graphiql/?operation=staff/Desk');
});

describe('a demonstration token', () => {
  test('is given to the page for each of its people, and is valid for ten minutes', async () => {
    const setup = (await (await fetch(new URL('/graphiql/setup', address))).json()) as {
      people: { id: string }[];
    };
    expect(setup.people.length).toBeGreaterThanOrEqual(6);
    for (const { id } of setup.people) {
      const { status, body } = await askForToken(id);
      expect({ id, status }).toEqual({ id, status: 200 });
      const { iat = 0, exp = 0 } = decodeJwt((JSON.parse(body) as { token: string }).token);
      expect(exp - iat).toBe(600);
    }
  });

  test.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a program that sends no origin', { origin: '' }],
    [
      'a page whose own name was made to resolve to this machine',
      { host: 'evil.example', origin: 'http://evil.example' },
    ],
  ])('is not given to %s', async (_, headers) => {
    const { status, body } = await askForToken('staff', headers);
    expect(status).toBe(403);
    expect(body).not.toContain('token"');
  });

  test('is not given for an unknown person', async () => {
    expect((await askForToken('P0000099')).status).toBe(400);
  });

  test('is not given when patrons may be real, and the page offers no people', async () => {
    await using gateway = await startOverSimulators(false, { ALLOW_DEVELOPMENT_ISSUER: '1' });
    const at = new URL(gateway.address);
    expect((await askForToken('staff', {}, at)).status).toBe(404);
    expect(await (await fetch(new URL('/graphiql/setup', at))).json()).toMatchObject({ people: [] });
  });
});

test('production has no GraphiQL and no tokens', async () => {
  await using gateway = await startOverSimulators(true, {
    NODE_ENV: 'production',
    JWKS_URL: 'https://id.example/keys',
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'patron-graph',
  });
  const at = new URL(gateway.address);
  for (const path of ['/graphiql', '/graphiql/', '/graphiql/setup']) {
    expect((await fetch(new URL(path, at), { redirect: 'manual' })).status).toBe(404);
  }
  expect((await askForToken('staff', {}, at)).status).toBe(404);
  const portal = await fetch(new URL('/docs/content/gateway.json', at));
  expect(portal.ok ? await portal.json() : {}).not.toMatchObject({ hasGraphiQL: true });
});

test('with another supergraph it has neither people nor guides', async () => {
  await using world = await createWorld();
  await using gateway = await startOver(world);
  const { origin } = new URL(gateway.url);
  const setup = await fetch(new URL('/graphiql/setup', origin));
  expect(await setup.json()).toMatchObject({ title: 'GraphQL', hasGuides: false, people: [] });
  expect((await askForToken('staff', {}, new URL(origin))).status).toBe(404);
});
