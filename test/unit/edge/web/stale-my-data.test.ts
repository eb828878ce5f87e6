/** The file of all data, for a reader who signed in too long ago. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { areas } from '../../../../edge/web/areas.ts';
import { createSessions } from '../../../../edge/web/sessions/sessions.ts';
import type { RelyingParty } from '../../../../edge/web/sign-in/relying-party.ts';
import { webPages } from '../../../../edge/web/web-pages.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';

const answer = {
  data: { me: { dataExportedAt: null } },
  errors: [{ path: ['me', 'dataExportedAt'], extensions: { code: 'FRESH_SIGN_IN_NEEDED' } }],
};

test('the browser is led to sign in again, and comes back to the page with the link', async () => {
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
      graph: { relay: async () => ({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer)) }) },
      pages: folder,
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
  expect([statusCode, sent.location]).toEqual([303, '/my/sign-in?to=/my/access']);
});
