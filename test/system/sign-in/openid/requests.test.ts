/** Requests for authorization in all the ways in which clients send them, and what each must not reveal. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { maxBegunPerMinute } from '../../../../edge/sign-in/sign-in-rate.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../../support/sign-in/browser.ts';
import { formIn } from '../../../support/sign-in/form-post.ts';
import { cards, madeUpReaders } from '../../../support/sign-in/made-up-readers.ts';
import { type Begun, type RelyingParty, relyingParty } from '../../../support/sign-in/relying-party.ts';
import {
  callbacksAt,
  magazinesKeys,
  secrets,
  startSignInOfTests,
} from '../../../support/sign-in/running-sign-in.ts';
import { signInAs, tokensOf } from '../../../support/sign-in/sign-in-as.ts';

const graph = madeUpReaders();
const signIn = openedForTests(() => startSignInOfTests({ graph, trustedProxies: ['127.0.0.1'] }));
const newBrowser = () => new PlainBrowser(signIn.issuer.origin);
let ebooks: RelyingParty;
/** The browser of a reader who has signed in to the e-book service. */
let signedIn: PlainBrowser;
beforeAll(async () => {
  ebooks = await relyingParty(signIn, 'ebooks');
  signedIn = newBrowser();
  await tokensOf(ebooks, cards.siuMing, signedIn);
});

const basic = (id: keyof typeof secrets) => ({
  authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secrets[id])}`)}`,
});
const pushed = z.object({ request_uri: z.string(), expires_in: z.number() });

/** Pushes the request, and resolves to the answer. */
const push = (url: URL, headers: Readonly<Record<string, string>>) =>
  fetch(`${signIn.issuer.href}/request`, { method: 'POST', headers, body: url.searchParams });

/** The URL that leads the browser to a pushed request. */
async function urlOfPushed({ url }: Begun): Promise<URL> {
  const answer = pushed.parse(await (await push(url, basic('ebooks'))).json());
  const { origin, pathname } = url;
  const query = new URLSearchParams({ client_id: 'ebooks', request_uri: answer.request_uri });
  return new URL(`${pathname}?${query}`, origin);
}

/** The origins and schemes to which forms of the page may lead. */
const formTargets = (headers: Headers) =>
  /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1]?.split(' ');

describe('a pushed request (RFC 9126)', () => {
  test('brings a code, and nothing of it is in the URL', async () => {
    const begun = await ebooks.begin();
    const url = await urlOfPushed(begun);
    expect([...url.searchParams.keys()]).toEqual(['client_id', 'request_uri']);
    const callback = await signInAs(cards.siuMing, { ...begun, url }, newBrowser());
    expect((await ebooks.finish(begun, callback)).claims()?.library_standing).toBe('good');
  });

  test('with openid-client, which finds the endpoint in the metadata', async () => {
    const begun = await ebooks.begin();
    const url = await client.buildAuthorizationUrlWithPAR(ebooks.config, begun.url.searchParams);
    const callback = await signInAs(cards.siuMing, { ...begun, url }, signedIn);
    expect((await ebooks.finish(begun, callback)).token_type).toBe('bearer');
  });

  test('works once, also if two browsers use it at the same time', async () => {
    const begun = await ebooks.begin();
    const url = await urlOfPushed(begun);
    await signInAs(cards.siuMing, { ...begun, url }, signedIn);
    const again = await newBrowser().open(url.href);
    expect(again.text + again.url).toContain('invalid_request_uri');

    const other = await urlOfPushed(await ebooks.begin());
    const copies = await Promise.all([signedIn.open(other.href), signedIn.open(other.href)]);
    expect(copies.filter((page) => page.url.includes('code=')).length).toBeLessThanOrEqual(1);
  });

  test('is the client’s own: another client and a wrong secret are refused', async () => {
    const { url } = await ebooks.begin();
    expect((await push(url, basic('comics'))).status).toBe(400);
    expect((await push(url, { authorization: `Basic ${btoa('ebooks:wrong')}` })).status).toBe(401);
    const begun = await ebooks.begin();
    const stolen = await urlOfPushed(begun);
    stolen.searchParams.set('client_id', 'comics');
    const page = await newBrowser().open(stolen.href);
    expect(page.url + page.text).toMatch(/invalid_request/);
  });

  test('is checked at once: an unregistered redirect URI, and no `openid`', async () => {
    for (const [name, value, error] of [
      ['redirect_uri', 'https://attacker.example/', 'invalid_request'],
      ['scope', 'profile', 'invalid'],
    ]) {
      const { url } = await ebooks.begin();
      url.searchParams.set(name ?? '', value ?? '');
      const answer = await push(url, basic('ebooks'));
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(error);
    }
  });

  test('of a public client counts as a sign-in that its network begins', async () => {
    const web = await relyingParty(signIn, 'web');
    const { url } = await web.begin();
    url.searchParams.set('client_id', 'reader-web');
    const headers = { 'x-forwarded-for': '203.0.113.77' };
    const statuses = new Set<number>();
    for (let count = 0; count <= maxBegunPerMinute; count += 50) {
      const batch = await Promise.all(Array.from({ length: 50 }, () => push(url, headers)));
      for (const { status } of batch) {
        statuses.add(status);
      }
    }
    expect([...statuses].sort()).toEqual([201, 429]);
    // A server pushes the requests of all its readers.
    expect((await push((await ebooks.begin()).url, { ...headers, ...basic('ebooks') })).status).toBe(201);
  });
});

describe('a request by POST', () => {
  test('is one by GET in the end, and the session is found', async () => {
    const begun = await ebooks.begin();
    const { origin, pathname } = begun.url;
    // A browser sends no cookie with it, because another site has the form.
    const answer = await fetch(`${origin}${pathname}`, {
      method: 'POST',
      body: begun.url.searchParams,
      redirect: 'manual',
      headers: { origin: 'https://ebooks.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(303);
    const { url } = await signedIn.open(new URL(answer.headers.get('location') ?? '', origin).href);
    expect((await ebooks.finish(begun, url)).token_type).toBe('bearer');
  });

  test('puts no card number into a URL', async () => {
    const { url } = await ebooks.begin({ login_hint: cards.siuMing });
    const answer = await fetch(`${url.origin}${url.pathname}`, {
      method: 'POST',
      body: url.searchParams,
      redirect: 'manual',
    });
    expect(answer.headers.get('location')).not.toContain(cards.siuMing);
  });

  test('to sign out leads to the page that asks', async () => {
    const browser = newBrowser();
    const { id_token: hint = '' } = await tokensOf(ebooks, cards.siuMing, browser);
    const page = await browser.open('/sign-in/session/end', {
      method: 'POST',
      body: new URLSearchParams({
        id_token_hint: hint,
        post_logout_redirect_uri: `${signIn.parties}/ebooks/`,
        state: 'of the service',
      }),
    });
    expect(page.text).toContain('Sign out of the library?');
    const { url } = await browser.send(page, { logout: 'yes' });
    expect(url).toBe(`${signIn.parties}/ebooks/?state=of+the+service`);
  });

  test('of another type or size is refused', async () => {
    const url = `${signIn.issuer.href}/auth`;
    const send = (body: string, type: string) =>
      fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect((await send('x'.repeat(20_000), 'application/x-www-form-urlencoded')).status).toBe(413);
  });
});

describe('the content policy allows the form', () => {
  test('of `form_post` to the client, and to nobody else, in a session', async () => {
    const begun = await ebooks.begin({ response_mode: 'form_post' });
    const page = await signedIn.open(begun.url.href);
    expect(formIn(page).action).toBe(callbacksAt(signIn.parties).ebooks);
    expect(formTargets(page.headers)).toEqual(["'self'", signIn.parties]);
    expect(page.headers.get('content-security-policy')).toMatch(/;script-src 'sha256-[\w+/=]+';/);
  });

  test('of a pushed request, whose URL has no redirect URI', async () => {
    const url = await urlOfPushed(await ebooks.begin({ response_mode: 'form_post' }));
    const page = await signedIn.open(url.href);
    expect(formTargets(page.headers)).toEqual(["'self'", signIn.parties]);
  });

  test('of an error', async () => {
    const begun = await ebooks.begin({ response_mode: 'form_post', prompt: 'none' });
    const page = await newBrowser().open(begun.url.href);
    expect(formIn(page).fields.get('error')).toBe('login_required');
    expect(formTargets(page.headers)).toEqual(["'self'", signIn.parties]);
  });

  test('that signs out a browser whose session has ended already', async () => {
    const { id_token: hint = '' } = await tokensOf(ebooks, cards.siuMing, newBrowser());
    const query = new URLSearchParams({
      id_token_hint: hint,
      post_logout_redirect_uri: `${signIn.parties}/ebooks/`,
    });
    const page = await newBrowser().open(`/sign-in/session/end?${query}`);
    expect(formTargets(page.headers)).toEqual(["'self'", signIn.parties]);
  });

  test('to no URL that a request only names', async () => {
    const begun = await ebooks.begin({
      response_mode: 'form_post',
      redirect_uri: 'https://attacker.example/',
    });
    const page = await signedIn.open(begun.url.href);
    expect(page.status).toBe(400);
    expect(page.headers.get('content-security-policy')).not.toContain('attacker.example');
  });
});

describe('without the scope `openid`', () => {
  test.each(['ebooks', 'web', 'staff'] as const)(
    '%s hears `invalid_scope` before a PIN is typed',
    async (id) => {
      const party = await relyingParty(signIn, id);
      for (const scope of ['profile', null]) {
        const { url } = await party.begin();
        url.searchParams.delete('nonce');
        url.searchParams.delete('scope');
        if (scope !== null) {
          url.searchParams.set('scope', scope);
        }
        const callback = new URL((await newBrowser().open(url.href)).url);
        expect(callback.searchParams.get('error')).toBe('invalid_scope');
      }
    },
  );
});

describe('the library’s own app', () => {
  test('is told its scopes, and its access token opens userinfo until it signs out', async () => {
    const app = await relyingParty(signIn, 'web');
    const browser = newBrowser();
    const tokens = await tokensOf(app, cards.siuMing, browser, { scope: 'openid patron' });
    expect(tokens.scope).toBe('openid patron');
    const { sub = '' } = tokens.claims() ?? {};
    const expected = { sub, library_standing: 'good', patron_id: 'P0000001' };
    expect(await client.fetchUserInfo(app.config, tokens.access_token, sub)).toEqual(expected);
    const refreshed = await app.refresh(tokens.refresh_token);
    expect(refreshed.scope).toBe('openid patron');
    expect(await client.fetchUserInfo(app.config, refreshed.access_token, sub)).toEqual(expected);
    const narrower = await client.refreshTokenGrant(app.config, refreshed.refresh_token ?? '', {
      scope: 'openid',
    });
    expect(narrower.scope).toBe('openid');
    expect(await client.fetchUserInfo(app.config, narrower.access_token, sub)).toEqual({
      sub,
      library_standing: 'good',
    });
    await browser.send(await browser.open('/sign-in/session/end'), { logout: 'yes' });
    await expect(client.fetchUserInfo(app.config, refreshed.access_token, sub)).rejects.toMatchObject({
      status: 401,
    });
  });

  test('cannot open userinfo with a JWT that only has somebody’s number in it', async () => {
    const forged = [{ alg: 'ES256' }, { jti: 'a'.repeat(21), patron_id: 'P0000001' }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const headers = { authorization: `Bearer ${forged.join('.')}.c2lnbmF0dXJl` };
    expect((await fetch(`${signIn.issuer.href}/me`, { headers })).status).toBe(401);
  });
});

describe('`login_hint`', () => {
  test('fills in the number if the request was pushed', async () => {
    const url = await urlOfPushed(await ebooks.begin({ login_hint: cards.siuMing }));
    expect((await newBrowser().open(url.href)).text).toContain(`value="${cards.siuMing}"`);
  });

  test('is ignored in a URL, and if it is no number', async () => {
    const { url } = await ebooks.begin({ login_hint: cards.siuMing });
    expect((await newBrowser().open(url.href)).text).not.toContain(`value="${cards.siuMing}"`);
    const name = await urlOfPushed(await ebooks.begin({ login_hint: 'chan@example.org' }));
    expect((await newBrowser().open(name.href)).text).not.toContain('chan@example.org');
  });
});

describe('PKCE', () => {
  const withoutChallenge = (url: URL, ...more: readonly string[]) => {
    for (const name of ['code_challenge', 'code_challenge_method', ...more]) {
      url.searchParams.delete(name);
    }
    return url;
  };

  test('is left out by a client that may, with a nonce; its sign-in is logged', async () => {
    const party = await relyingParty(signIn, 'turnstile');
    const begun = await party.begin();
    const callback = await signInAs(cards.siuMing, { ...begun, url: withoutChallenge(begun.url) }, signedIn);
    const { expectedNonce, expectedState } = begun.checks;
    const checks = { expectedNonce, expectedState };
    const tokens = await client.authorizationCodeGrant(party.config, new URL(callback), checks);
    expect(tokens.claims()?.library_standing).toBe('good');
    const lines = signIn.log.filter((line) => line.includes('a sign-in without PKCE'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { clientId: 'turnstile', message: 'a sign-in without PKCE', reqId: expect.any(String) },
    ]);
  });

  test('is needed without a nonce, and by every other client', async () => {
    const turnstile = await relyingParty(signIn, 'turnstile');
    for (const url of [
      withoutChallenge((await turnstile.begin()).url, 'nonce'),
      withoutChallenge((await ebooks.begin()).url),
      withoutChallenge((await (await relyingParty(signIn, 'web')).begin()).url),
    ]) {
      expect((await signedIn.open(url.href)).url).toContain('error=invalid_request');
    }
  });

  test('of a request without a challenge accepts no verifier', async () => {
    const party = await relyingParty(signIn, 'turnstile');
    const begun = await party.begin();
    const callback = await signInAs(cards.siuMing, { ...begun, url: withoutChallenge(begun.url) }, signedIn);
    await expect(party.finish(begun, callback)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

test('a page in a browser gets tokens from the origin to which its readers come back, and from no other', async () => {
  const web = await relyingParty(signIn, 'web');
  const exchange = async (origin: string) => {
    const begun = await web.begin();
    const callback = new URL(await signInAs(cards.siuMing, begun, signedIn));
    return await fetch(`${signIn.issuer.href}/token`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'reader-web',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: callbacksAt(signIn.parties).web,
        code_verifier: begun.checks.pkceCodeVerifier,
      }),
    });
  };
  const own = await exchange(signIn.parties);
  expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, signIn.parties]);
  const other = await exchange('https://attacker.example');
  expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([400, null]);
});

describe('a refused request for tokens', () => {
  const tokenRequest = async (body: Readonly<Record<string, string>>) =>
    await fetch(`${signIn.issuer.href}/token`, {
      method: 'POST',
      headers: basic('ebooks'),
      body: new URLSearchParams(body),
    });

  test.each([
    ['an unknown code', { code: 'unknown' }, /authorization code not found/],
    ['a wrong verifier', { code_verifier: 'v'.repeat(43) }, /code_verifier does not match/],
    ['another redirect URI', { redirect_uri: 'https://ebooks.example/callback' }, /redirect_uri mismatch/],
  ])(
    '%s: the answer is the same, and the log has client, reason and request id',
    async (_, change, reason) => {
      const begun = await ebooks.begin();
      const callback = new URL(await signInAs(cards.siuMing, begun, signedIn));
      const code = callback.searchParams.get('code') ?? '';
      const answer = await tokenRequest({
        grant_type: 'authorization_code',
        code,
        redirect_uri: callbacksAt(signIn.parties).ebooks,
        code_verifier: begun.checks.pkceCodeVerifier,
        ...change,
      });
      expect(await answer.json()).toEqual({
        error: 'invalid_grant',
        error_description: 'grant request is invalid',
      });
      const line = signIn.log.findLast((one) => one.includes('a client got no tokens')) ?? '';
      expect(JSON.parse(line)).toEqual({
        message: 'a client got no tokens',
        clientId: 'ebooks',
        grantType: 'authorization_code',
        error: 'invalid_grant',
        reason: expect.stringMatching(reason),
        reqId: answer.headers.get('x-request-id'),
      });
      expect(line).not.toContain(code);
    },
  );
});

test('a client that signs assertions may have its keys at a URL', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(magazinesKeys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const keysUrl = `http://127.0.0.1:${port}/keys`;
  await using running = await startSignInOfTests({ graph, keysUrl });
  const browser = new PlainBrowser(running.issuer.origin);
  const tokens = await tokensOf(await relyingParty(running, 'magazines'), cards.siuMing, browser);
  expect(tokens.token_type).toBe('bearer');
  expect(asked).toEqual(['/keys']);
  server.close();
});
