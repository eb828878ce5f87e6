/**
 * `npm run start:web` as operators run it: several processes share one PostgreSQL. The identity provider and the graph
 * run elsewhere.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresState } from '../../../store/shared-state/postgres/sealed-state.ts';
import { findPostgres } from '../../support/postgres.ts';
import { freePort, type RunningProcess, run } from '../../support/processes.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { type RunningSignIn, secrets, startServer } from '../../support/sign-in/running-sign-in.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const postgres = await findPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());

if ('reason' in postgres) {
  skipSuite('pages over PostgreSQL', postgres.reason);
} else {
  describe('pages over PostgreSQL', () => {
    const resources = new AsyncDisposableStack();
    /** The headers of every request that reached the graph. */
    const asked: IncomingHttpHeaders[] = [];
    let env: NodeJS.ProcessEnv;
    let origins: readonly string[];
    let signIn: RunningSignIn;
    const start = (port: number): RunningProcess =>
      resources.use(run('edge/web/main.ts', { ...env, PORT: String(port) }));
    beforeAll(async () => {
      const { url } = resources.use(await postgres.createDatabase());
      const ports = [await freePort(), await freePort()];
      origins = ports.map((port) => `http://127.0.0.1:${port}`);
      const secret = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
      const state = await openPostgresState({ owner: 'sign-in', url, tls: null, secrets: secret });
      const [parties = ''] = origins;
      signIn = resources.use(await startServer({ graph: madeUpReaders(), state, parties }));
      const graph = createServer((request, response) => {
        asked.push(request.headers);
        response.setHeader('content-type', 'application/graphql-response+json').end('{"data":{"me":null}}');
      });
      const { origin } = resources.use(await listenOnLoopback(graph));
      env = {
        WEB_ORIGIN: origins[0],
        WEB_SECRET: 'a secret of the pages in tests that is long enough',
        WEB_READER_ISSUER: signIn.issuer.href,
        WEB_READER_CLIENT_ID: 'reader-pages',
        WEB_READER_CLIENT_SECRET: secrets.pages,
        DATABASE_URL: url,
        GRAPH_URL: `${origin}/graphql`,
      };
      await Promise.all(ports.map((port) => start(port).says(/pages at/)));
    }, 60_000);
    afterAll(() => resources.disposeAsync());

    test('continues a session that began in another process', async () => {
      const [first = '', second = ''] = origins;
      const browser = new PlainBrowser(first, {}, [second, signIn.issuer.origin]);
      const page = await browser.open('/my/sign-in');
      await browser.send(page, { number: cards.siuMing, pin: '1234' });
      for (const origin of origins) {
        const session = JSON.parse((await browser.open(`${origin}/my/session`)).text);
        expect(session).toMatchObject({ signedIn: true, patronId: 'P0000001' });
        const answer = await browser.open(`${origin}/my/graphql`, {
          method: 'POST',
          headers: {
            'sec-fetch-site': 'same-origin',
            'content-type': 'application/json',
            'x-csrf-token': session.csrfToken,
            'accept-language': 'zh-Hant',
          },
          body: '{"query":"{ me { id } }"}',
        });
        expect(answer.text).toBe('{"data":{"me":null}}');
        const { authorization = '', ...headers } = asked.at(-1) ?? {};
        expect(headers).toMatchObject({ 'accept-language': 'zh-Hant', 'x-forwarded-for': '127.0.0.1' });
        expect(headers).not.toHaveProperty('cookie');
        expect(decodeJwt(authorization.replace('Bearer ', ''))).toMatchObject({
          aud: 'patron-graph',
          client_id: 'reader-pages',
          patron_id: 'P0000001',
        });
      }
    });

    test('is ready while it can read its state', async () => {
      const answer = await fetch(`${origins[0]}/health/ready`);
      expect(await answer.json()).toEqual({ ready: true, stopping: false, conditions: { state: true } });
    });

    test('counts calls in the metrics of each process', async () => {
      const counts = await Promise.all(
        origins.map(async (origin) => {
          const text = await (await fetch(`${origin}/metrics`)).text();
          const answered = /^patron_graph_page_call_duration_seconds_count\{outcome="answered"\} (\d+)$/m;
          return answered.exec(text)?.[1];
        }),
      );
      expect(counts).toEqual(['1', '1']);
    });

    test('does not serve an area that has no issuer', async () => {
      expect((await fetch(`${origins[0]}/staff/session`)).status).toBe(404);
    });
  });
}
