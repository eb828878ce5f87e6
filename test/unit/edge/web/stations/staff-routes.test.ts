/** The staff who may enrol stations. The provider's present grants decide this, not the grants at sign-in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TerminalState } from '../../../../../edge/server/terminal-state.ts';
import { demonstrationThemeFile, readTheme } from '../../../../../edge/theme/theme.ts';
import { areas } from '../../../../../edge/web/areas.ts';
import { createSessions } from '../../../../../edge/web/sessions/sessions.ts';
import { ProviderUnavailable } from '../../../../../edge/web/sign-in/provider.ts';
import { type RelyingParty, SignInFailed } from '../../../../../edge/web/sign-in/relying-party.ts';
import type { Tokens } from '../../../../../edge/web/sign-in/signed-in-person.ts';
import type { StationOptions } from '../../../../../edge/web/station-options.ts';
import { Sip2Unavailable } from '../../../../../edge/web/stations/sip2-servers.ts';
import { webPages } from '../../../../../edge/web/web-pages.ts';
import { openSqliteState } from '../../../../../store/shared-state/sqlite/sealed-state.ts';
import { noStreams } from '../../../../support/graph/no-streams.ts';

const origin = new URL('https://library.example');

const terminal: TerminalState = {
  name: 'central-1',
  profile: 'station',
  branch: 'HKCL',
  connections: 1,
  lastSeenAt: '2026-11-24T04:00:00.000Z',
  heardAt: '2026-11-24T04:00:00.000Z',
  problems: ['BLANK_DATES'],
};
let terminals: () => readonly TerminalState[] | Promise<readonly TerminalState[]>;
let resources: AsyncDisposableStack;
let app: FastifyInstance;
let serve: (stations: StationOptions | null) => Promise<FastifyInstance>;
let refresh: RelyingParty['refresh'];
let now: number;
let headers: Readonly<Record<string, string>>;
const tokens = (scopes: string[]): Tokens => ({
  accessToken: 'a token',
  accessExpiresAt: now + 600_000,
  refreshToken: 'refresh',
  scopes,
});
const unexpected = async () => expect.fail('the provider is asked for something else');

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  now = Date.parse('2026-11-24T12:00:00+08:00');
  refresh = unexpected;
  terminals = () => [terminal];
  const folder = await mkdtemp(join(tmpdir(), 'stations-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const state = resources.use(
    await openSqliteState({
      owner: 'web',
      path: join(folder, 'web.sqlite'),
      secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
      now: () => now,
    }),
  );
  const relyingParty: RelyingParty = {
    begin: unexpected,
    complete: unexpected,
    refresh: (token, scopes) => refresh(token, scopes),
    revoke: unexpected,
    endedSession: unexpected,
    signOutUrl: unexpected,
  };
  const nothing = () => undefined;
  serve = async (stations) => {
    const served = Fastify();
    resources.defer(() => served.close());
    await served.register(
      webPages({
        origin,
        state,
        areas: [{ area: areas.staff, relyingParty, consentsUrl: null }],
        stations,
        terminals: () => terminals(),
        graphStreams: noStreams,
        graph: { relay: unexpected },
        pages: folder,
        theme: await readTheme(demonstrationThemeFile),
        log: { level: 'silent', debug: nothing, info: nothing, warn: nothing, error: nothing },
        now: () => now,
      }),
    );
    return served;
  };
  app = await serve({ tokenFor: async () => 'a token', addresses: null });
  const sessions = createSessions(state, areas.staff, () => now);
  const id = await sessions.begin({
    name: 'chan',
    patronId: null,
    providerSession: null,
    tokens: tokens(['circulation:write']),
  });
  const { csrfToken } = (await sessions.find(id)) ?? expect.fail('no session');
  headers = { cookie: `__Host-staff=${id}`, 'x-csrf-token': csrfToken, 'sec-fetch-site': 'same-origin' };
});
afterEach(() => resources.disposeAsync());

const path = '/staff/station-enrolments';
/** The statuses of three requests: the list, a new code, and a revocation. */
async function statuses(): Promise<readonly number[]> {
  const answers = [
    await app.inject({ url: path, headers }),
    await app.inject({ method: 'POST', url: path, headers, payload: { name: 'Gate', branch: 'HKCL' } }),
    await app.inject({ method: 'DELETE', url: `${path}/nothing`, headers }),
  ];
  return answers.map(({ statusCode }) => statusCode);
}

test('while the token is good, the provider isn’t asked', async () => {
  expect(await statuses()).toEqual([200, 200, 404]);
});

test('staff who may enrol stations see the terminals of SIP2, and others do not', async () => {
  const ask = () => app.inject({ url: '/staff/sip2-terminals', headers });
  expect((await ask()).json()).toEqual({ terminals: [terminal] });
  terminals = async () => {
    throw new Sip2Unavailable('no list of terminals at 10.0.0.7:9464');
  };
  expect((await ask()).statusCode).toBe(503);
  now += 600_000;
  refresh = async () => tokens(['circulation:read']);
  expect((await ask()).statusCode).toBe(403);
});

test('the terminals are listed where no station is served, too', async () => {
  const withoutStations = await serve(null);
  expect((await withoutStations.inject({ url: path, headers })).statusCode).toBe(404);
  const { statusCode, body } = await withoutStations.inject({ url: '/staff/sip2-terminals', headers });
  expect([statusCode, JSON.parse(body)]).toEqual([200, { terminals: [terminal] }]);
});

test('whoever the provider knows no more enrols nothing from then on', async () => {
  now += 600_000;
  refresh = async () => {
    throw new SignInFailed('invalid_grant');
  };
  expect(await statuses()).toEqual([401, 401, 401]);
});

test('whoever has lost the scope neither', async () => {
  now += 600_000;
  refresh = async () => tokens(['circulation:read']);
  expect(await statuses()).toEqual([403, 403, 403]);
});

test('and while the provider is away, nobody does for now', async () => {
  now += 600_000;
  refresh = async () => {
    throw new ProviderUnavailable('made up');
  };
  expect(await statuses()).toEqual([503, 503, 503]);
});

test('a request without the page’s token is refused, whoever sends it', async () => {
  const { 'x-csrf-token': _, ...without } = headers;
  const payload = { name: 'Gate', branch: 'HKCL' };
  const { statusCode } = await app.inject({ method: 'POST', url: path, headers: without, payload });
  expect(statusCode).toBe(403);
});
