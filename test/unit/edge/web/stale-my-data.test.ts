/** The file of all data, for a reader who signed in too long ago, or whose sign-in has ended. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { demonstrationThemeFile, readTheme } from '../../../../edge/theme/theme.ts';
import { areas } from '../../../../edge/web/areas.ts';
import { createSessions } from '../../../../edge/web/sessions/sessions.ts';
import type { RelyingParty } from '../../../../edge/web/sign-in/relying-party.ts';
import { webPages } from '../../../../edge/web/web-pages.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';
import { noStreams } from '../../../support/graph/no-streams.ts';

const stale = {
  data: { me: { dataExportedAt: null } },
  errors: [{ path: ['me', 'dataExportedAt'], extensions: { code: 'FRESH_SIGN_IN_NEEDED' } }],
};

/** The answer of a gateway that refuses the token. */
const refused = { errors: [{ message: 'The sign-in of this token has ended: sign in again.' }] };

/** Asks for the file while the graph gives this answer. Resolves to the status, and where the browser is sent. */
async function askForFile(status: number, answer: object) {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'my-data-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const secret = new TextEncoder().encode('a secret of the tests, long enough');
  const state = resources.use(
    await openSqliteState({ owner: 'web', path: join(folder, 'web.sqlite'), secrets: [secret] }),
  );
  const app = Fastify();
  resources.defer(() => app.close());
  const nothing = () => undefined;
  await app.register(
    webPages({
      origin: new URL('https://library.example'),
      state,
      areas: [{ area: areas.reader, relyingParty: {} as RelyingParty, consentsUrl: null }],
      stations: null,
      graphStreams: noStreams,
      graph: { relay: async () => ({ status, headers: {}, body: Buffer.from(JSON.stringify(answer)) }) },
      pages: folder,
      theme: await readTheme(demonstrationThemeFile),
      log: { level: 'silent', debug: nothing, info: nothing, warn: nothing, error: nothing },
      now: Date.now,
    }),
  );
  const tokens = {
    accessToken: 'a token',
    accessExpiresAt: Date.now() + 600_000,
    refreshToken: null,
    scopes: [],
  };
  const person = { name: null, patronId: 'P0000001', providerSession: null, tokens };
  const cookie = `__Host-reader=${await createSessions(state, areas.reader, Date.now).begin(person)}`;
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const { statusCode, headers: sent } = await app.inject({ url: '/my/data', headers });
  const { signedIn } = (await app.inject({ url: '/my/session', headers })).json();
  return { status: statusCode, location: sent.location, signedIn };
}

test('the browser is led to sign in again, and comes back to the page with the link', async () => {
  expect(await askForFile(200, stale)).toMatchObject({ status: 303, location: '/my/sign-in?to=/my/access' });
});

test('a sign-in that has ended is 401, and the session is over', async () => {
  expect(await askForFile(401, refused)).toMatchObject({ status: 401, signedIn: false });
});
