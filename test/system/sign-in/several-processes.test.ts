/** Two servers of sign-in share one database. A balancer alternates between them. */

import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyTimes } from '../../../edge/sign-in/provider/signing-keys.ts';
import { openPostgresState } from '../../../store/shared-state/postgres/sealed-state.ts';
import { findPostgres } from '../../support/postgres.ts';
import { startHttpBalancer } from '../../support/servers/http-balancer.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { type RunningSignIn, startServer } from '../../support/sign-in/running-sign-in.ts';
import { tokensOf } from '../../support/sign-in/sign-in-as.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const postgres = await findPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());

if ('reason' in postgres) {
  skipSuite('two servers over PostgreSQL', postgres.reason);
} else {
  describe('two servers over PostgreSQL', () => {
    const resources = new AsyncDisposableStack();
    const graph = madeUpReaders();
    let now = Date.now();
    let signIn: RunningSignIn;
    let servers: readonly RunningSignIn[];
    beforeAll(async () => {
      const { url } = resources.use(await postgres.createDatabase());
      const origins: string[] = [];
      const balancer = resources.use(await startHttpBalancer(() => origins));
      const issuer = new URL('/sign-in', balancer.origin);
      const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
      servers = await Promise.all(
        [1, 2].map(async () =>
          resources.use(
            await startServer({
              graph,
              issuer,
              now: () => now,
              state: await openPostgresState({ owner: 'sign-in', url, tls: null, secrets, now: () => now }),
            }),
          ),
        ),
      );
      origins.push(...servers.map(({ port }) => `http://127.0.0.1:${port}`));
      const [first = expect.fail('none has started')] = servers;
      signIn = first;
    });
    afterAll(() => resources.disposeAsync());

    const newBrowser = () => new PlainBrowser(signIn.issuer.origin);
    const verify = (token: string) =>
      jwtVerify(token, createRemoteJWKSet(new URL(`${signIn.issuer.href}/jwks`)), {
        issuer: signIn.issuer.href,
        currentDate: new Date(),
      });

    test('ten requests with one refresh token of an app get one answer, from both servers', async () => {
      const app = await relyingParty(signIn, 'web');
      const { refresh_token: token } = await tokensOf(app, cards.siuMing, newBrowser());
      const answers = await Promise.all(Array.from({ length: 10 }, () => app.refresh(token)));
      expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
      expect((await app.refresh(answers[0]?.refresh_token)).token_type).toBe('bearer');
    });

    test('sign-in, refresh and sign-out work when each request goes to another server than the last', async () => {
      const ebooks = await relyingParty(signIn, 'ebooks');
      const tokens = await tokensOf(ebooks, cards.siuMing, newBrowser());
      const refreshed = await ebooks.refresh(tokens.refresh_token);
      expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub);
    });

    test('both sign with the same key, and both change to the next key in time', async () => {
      const ebooks = await relyingParty(signIn, 'ebooks');
      const before = (await tokensOf(ebooks, cards.siuMing, newBrowser())).id_token ?? '';
      const again = (await tokensOf(ebooks, cards.siuMing, newBrowser())).id_token ?? '';
      expect(decodeProtectedHeader(again).kid).toBe(decodeProtectedHeader(before).kid);
      now += keyTimes.signsMs;
      await Promise.all(servers.map(({ server }) => server.keys.refresh()));
      now += keyTimes.announcedMs;
      await Promise.all(servers.map(({ server }) => server.keys.refresh()));
      const party = await relyingParty(signIn, 'ebooks');
      const kids = new Set<string | undefined>();
      for (let round = 0; round < 2; round += 1) {
        const { id_token: token = '' } = await tokensOf(party, cards.siuMing, newBrowser());
        kids.add(decodeProtectedHeader(token).kid);
        await verify(token);
      }
      expect(kids.size).toBe(1);
      expect(kids).not.toContain(decodeProtectedHeader(before).kid);
      // Tokens that were signed with the former key are still valid.
      await verify(before);
    });

    test('a stopping process is not ready but answers until it ends, and the other one stays ready', async () => {
      const ebooks = await relyingParty(signIn, 'ebooks');
      const begun = await ebooks.begin();
      const page = await newBrowser().open(begun.url.href);
      expect(page.status).toBe(200);
      const ready = () =>
        Promise.all(
          servers.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status),
        );
      expect(await ready()).toEqual([200, 200]);
      signIn.server.announceStop();
      expect(await ready()).toEqual([503, 200]);
      // Two rounds reach both servers.
      for (let round = 0; round < 2; round += 1) {
        expect((await newBrowser().open(begun.url.href)).status).toBe(200);
      }
    });
  });
}
