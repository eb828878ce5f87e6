/** A state that doesn't answer, as when too many requests wait for the database: 503 everywhere, and never 500. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SealedState } from '../../../../store/shared-state/port.ts';
import { openPostgresState } from '../../../../store/shared-state/postgres/sealed-state.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { findPostgres } from '../../../support/postgres.ts';
import { holdLock } from '../../../support/set-up/held-lock.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';
import { PlainBrowser } from '../../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../../support/sign-in/made-up-readers.ts';
import { type RelyingParty, relyingParty, type Tokens } from '../../../support/sign-in/relying-party.ts';
import { secrets, startServer } from '../../../support/sign-in/running-sign-in.ts';
import { tokensOf } from '../../../support/sign-in/sign-in-as.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

let isOverloaded = false;
const folder = openedForTests(openTemporaryFolder);
const signIn = openedForTests(async () => {
  const state = await openSqliteState({
    owner: 'sign-in',
    path: `${folder.path}/sign-in.sqlite`,
    secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
    holder: 'test',
  });
  return await startServer({ graph: madeUpReaders(), state: failing(state) });
});

/** The state, which rejects every call while it is overloaded. */
const failing = (state: SealedState): SealedState =>
  new Proxy(state, {
    get(target, name: keyof SealedState): unknown {
      const method: unknown = target[name];
      return typeof method !== 'function' || name === 'keyFor'
        ? method
        : async (...values: readonly unknown[]): Promise<unknown> => {
            if (isOverloaded) {
              throw new StoreUnavailable('journal: PostgreSQL: too many calls wait for a connection');
            }
            return await Reflect.apply(method, target, values);
          };
    },
  });

let ebooks: RelyingParty;
let browser: PlainBrowser;
let tokens: Tokens;
beforeAll(async () => {
  ebooks = await relyingParty(signIn, 'ebooks');
  browser = new PlainBrowser(signIn.issuer.origin);
  tokens = await tokensOf(ebooks, cards.siuMing, browser);
});
afterEach(() => {
  isOverloaded = false;
});

const authorization = `Basic ${btoa(`ebooks:${encodeURIComponent(secrets.ebooks)}`)}`;
const post = (path: string, fields: Record<string, string>) =>
  fetch(`${signIn.issuer.href}${path}`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(fields),
  });

test.each([
  [
    'a refresh',
    () => post('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }),
  ],
  ['a code', () => post('/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'x' })],
  ['a revocation', () => post('/token/revocation', { token: tokens.access_token })],
  [
    'userinfo',
    () => fetch(`${signIn.issuer.href}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }),
  ],
  [
    'a pushed request',
    async () => post('/request', Object.fromEntries((await ebooks.begin()).url.searchParams)),
  ],
] as const)('%s: 503, and when to try again', async (_, send) => {
  isOverloaded = true;
  const answer = await send();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' });
});

const signInUrl = async (more: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await ebooks.begin(more)).url.href;

test.each([
  ['a request for authorization', (): Promise<string> => signInUrl()],
  [
    'the page of a sign-in',
    async (): Promise<string> => (await browser.open(await signInUrl({ prompt: 'login' }))).url,
  ],
  ['the page of consents', async (): Promise<string> => '/sign-in/consents'],
  ['signing out', async (): Promise<string> => '/sign-in/session/end'],
])('%s: a page with 503, and no redirect', async (_, urlOf) => {
  const url = await urlOf();
  isOverloaded = true;
  const page = await browser.open(url);
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2']);
  expect(new URL(page.url).origin).toBe(signIn.issuer.origin);
});

test('afterwards the refresh token is still valid, and the log says what happened', async () => {
  expect((await ebooks.refresh(tokens.refresh_token)).claims()?.library_standing).toBe('good');
  expect(signIn.log.join('\n')).toContain('the state of the sign-in service does not answer');
});

const postgres = await findPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());

if ('reason' in postgres) {
  skipSuite('an overloaded PostgreSQL', postgres.reason);
} else {
  test('while every connection to PostgreSQL is in use, a refresh is 503 within the time that it may wait', async () => {
    await using database = await postgres.createDatabase();
    const state = await openPostgresState({
      owner: 'sign-in',
      url: database.url,
      tls: null,
      secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
      maxConnections: 1,
    });
    await using running = await startServer({ graph: madeUpReaders(), state });
    const party = await relyingParty(running, 'ebooks');
    const { refresh_token: token = '' } = await tokensOf(
      party,
      cards.siuMing,
      new PlainBrowser(running.issuer.origin),
    );
    const refresh = () =>
      fetch(`${running.issuer.href}/token`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
      });
    const lock = await holdLock(
      database,
      'begin; lock table patron_graph_sign_in.items in access exclusive mode',
    );
    const first = refresh();
    const second = await refresh();
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '2']);
    await lock[Symbol.asyncDispose]();
    expect((await first).status).toBe(200);
    expect((await refresh()).status).toBe(200);
  });
}
