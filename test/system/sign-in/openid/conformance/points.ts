/**
 * The test modules of the OpenID Foundation's plan `oidcc-basic-certification-test-plan`, by their names there. The plan
 * `oidcc-formpost-basic-certification-test-plan` has the same modules with `response_mode=form_post`. Here each client
 * uses PKCE, except in the modules that say so.
 */
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { expect } from 'vitest';
import { type Page, PlainBrowser } from '../../../../support/sign-in/browser.ts';
import { formIn } from '../../../../support/sign-in/form-post.ts';
import { cards } from '../../../../support/sign-in/made-up-readers.ts';
import {
  type Begun,
  type RelyingParty,
  relyingParty,
  type Tokens,
} from '../../../../support/sign-in/relying-party.ts';
import {
  callbacksAt,
  type Party,
  type RunningSignIn,
  secrets,
} from '../../../../support/sign-in/running-sign-in.ts';
import { pin } from '../../../../support/sign-in/sign-in-as.ts';

export type Mode = 'query' | 'form_post';

type Parameters = Readonly<Record<string, string>>;

/** An answer at the client's redirect URI, and the page with which the browser came there. */
interface Answer {
  readonly begun: Begun;
  readonly page: Page;
  readonly parameters: URLSearchParams;
  /** The number of times that the reader typed a PIN. */
  readonly pins: number;
}

/** A client under test, with the browser of a reader who has signed in to it before. */
export class Bench {
  readonly signIn: RunningSignIn;
  readonly mode: Mode;
  readonly browser: PlainBrowser;
  /** Lets time pass for the server. */
  readonly passTime: (ms: number) => void;
  readonly #parties = new Map<Party, Promise<RelyingParty>>();

  constructor(signIn: RunningSignIn, mode: Mode, passTime: (ms: number) => void) {
    this.signIn = signIn;
    this.mode = mode;
    this.passTime = passTime;
    this.browser = this.newBrowser();
  }

  newBrowser(): PlainBrowser {
    return new PlainBrowser(this.signIn.issuer.origin);
  }

  party(id: Party = 'ebooks'): Promise<RelyingParty> {
    const party = this.#parties.get(id) ?? relyingParty(this.signIn, id);
    this.#parties.set(id, party);
    return party;
  }

  /** Asks for a code, and signs in and consents where the pages ask for it. `without` are parameters to leave out. */
  async ask(
    more: Parameters = {},
    { without = [], browser = this.browser, id = 'ebooks', method = 'GET' }: AskOptions = {},
  ): Promise<Answer> {
    const begun = await (await this.party(id)).begin({ response_mode: this.mode, ...more });
    for (const name of without) {
      begun.url.searchParams.delete(name);
    }
    const { origin, pathname, searchParams: body } = begun.url;
    const posted = { method, body, headers: { origin: 'https://client.example' } };
    let page = await (method === 'GET'
      ? browser.open(begun.url.href)
      : browser.open(`${origin}${pathname}`, posted));
    const needsPin = page.text.includes('name="pin"');
    page = needsPin ? await browser.send(page, { number: cards.siuMing, pin }) : page;
    page = page.text.includes('/consent"') ? await browser.send(page, { answer: 'allow' }) : page;
    return { begun, page, parameters: this.#parametersOf(page, id), pins: needsPin ? 1 : 0 };
  }

  /** Exchanges the code. `openid-client` checks the answer and the ID token. */
  async tokens({ begun, parameters }: Answer, id: Party = 'ebooks'): Promise<Tokens> {
    const callback = new URL(callbacksAt(this.signIn.parties)[id]);
    callback.search = parameters.toString();
    return await (await this.party(id)).finish(begun, callback.href);
  }

  async askForTokens(more: Parameters = {}, options: AskOptions = {}): Promise<Tokens> {
    return await this.tokens(await this.ask(more, options), options.id);
  }

  /** Sends the code by hand. */
  async exchange(
    { begun, parameters }: Answer,
    more: Parameters = {},
    headers: Parameters = basic(),
  ): Promise<Response> {
    return await fetch(`${this.signIn.issuer.href}/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: parameters.get('code') ?? '',
        redirect_uri: callbacksAt(this.signIn.parties).ebooks,
        code_verifier: begun.checks.pkceCodeVerifier,
        ...more,
      }),
    });
  }

  async userinfo(init: RequestInit): Promise<unknown> {
    const answer = await fetch(`${this.signIn.issuer.href}/me`, init);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    return await answer.json();
  }

  #parametersOf(page: Page, id: Party): URLSearchParams {
    const redirectUri = callbacksAt(this.signIn.parties)[id];
    if (this.mode === 'query') {
      return page.url.startsWith(redirectUri) ? new URL(page.url).searchParams : new URLSearchParams();
    }
    const { action, fields } = formIn(page);
    return action === redirectUri ? fields : new URLSearchParams();
  }
}

interface AskOptions {
  readonly without?: readonly string[];
  readonly browser?: PlainBrowser;
  readonly id?: Party;
  readonly method?: 'GET' | 'POST';
}

const basic = (): Parameters => ({
  authorization: `Basic ${btoa(`ebooks:${encodeURIComponent(secrets.ebooks)}`)}`,
});

interface Point {
  /** The name of the module in the OpenID Foundation's plan. */
  readonly module: string;
  /** What it requires. */
  readonly requires: string;
  check(bench: Bench): Promise<void>;
}

const point = (module: string, requires: string, check: Point['check']): Point => ({
  module,
  requires,
  check,
});

/** The request succeeds, and the ID token has the nonce. */
const succeedsWith = (more: Parameters) => async (bench: Bench) => {
  expect((await bench.askForTokens(more)).claims()?.sub).toMatch(/^[\w-]{43}$/);
};

const userinfoClaims = (tokens: Tokens) => ({ sub: tokens.claims()?.sub, library_standing: 'good' });
const bearer = ({ access_token: token }: Tokens) => ({ authorization: `Bearer ${token}` });

export const basicPoints: readonly Point[] = [
  point('oidcc-server', 'code, tokens and userinfo', async (bench) => {
    const tokens = await bench.askForTokens();
    expect(tokens.token_type.toLowerCase()).toBe('bearer');
    expect(tokens.expires_in).toBeGreaterThan(0);
    expect(tokens.claims()).toMatchObject({ iss: bench.signIn.issuer.href, aud: 'ebooks' });
    expect(await bench.userinfo({ headers: bearer(tokens) })).toEqual(userinfoClaims(tokens));
  }),
  point('oidcc-response-type-missing', 'an error without response_type', async (bench) => {
    const { page, parameters } = await bench.ask({}, { without: ['response_type'] });
    expect(parameters.get('error') ?? page.text).toMatch(/invalid_request|unsupported_response_type/);
    expect(parameters.get('code')).toBeNull();
  }),
  point('oidcc-idtoken-signature', 'a signature with a key of jwks_uri, RS256', async (bench) => {
    const { id_token: token = '' } = await bench.askForTokens();
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    const keys = createRemoteJWKSet(new URL(`${bench.signIn.issuer.href}/jwks`));
    await jwtVerify(token, keys, { issuer: bench.signIn.issuer.href, audience: 'ebooks' });
  }),
  point('oidcc-idtoken-unsigned', 'skipped there, because `none` is not supported', async (bench) => {
    const { id_token_signing_alg_values_supported: algorithms } = (
      await bench.party()
    ).config.serverMetadata();
    expect(algorithms).not.toContain('none');
  }),
  point('oidcc-userinfo-get', 'the token in the header of a GET', async (bench) => {
    const tokens = await bench.askForTokens();
    expect(await bench.userinfo({ headers: bearer(tokens) })).toEqual(userinfoClaims(tokens));
  }),
  point('oidcc-userinfo-post-header', 'the token in the header of a POST', async (bench) => {
    const tokens = await bench.askForTokens();
    const info = await bench.userinfo({ method: 'POST', headers: bearer(tokens) });
    expect(info).toEqual(userinfoClaims(tokens));
  }),
  point('oidcc-userinfo-post-body', 'the token in the body of a POST', async (bench) => {
    const tokens = await bench.askForTokens();
    const body = new URLSearchParams({ access_token: tokens.access_token });
    expect(await bench.userinfo({ method: 'POST', body })).toEqual(userinfoClaims(tokens));
  }),
  point(
    'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    'a code without nonce',
    async (bench) => {
      const answer = await bench.ask({}, { without: ['nonce'] });
      expect((await bench.exchange(answer)).status).toBe(200);
    },
  ),
  ...['profile', 'email', 'address', 'phone', 'profile email address phone'].map((scope) =>
    point(
      `oidcc-scope-${scope.includes(' ') ? 'all' : scope}`,
      `success with the scope ${scope}, which is not granted`,
      async (bench) => {
        const tokens = await bench.askForTokens({ scope: `openid ${scope}` });
        expect(tokens.scope).toBe('openid');
        expect(await bench.userinfo({ headers: bearer(tokens) })).toEqual(userinfoClaims(tokens));
      },
    ),
  ),
  point('oidcc-ensure-other-scope-order-succeeds', 'success with openid at the end', async (bench) => {
    expect((await bench.askForTokens({ scope: 'email openid' })).scope).toBe('openid');
  }),
  point('oidcc-display-page', 'success with display=page', succeedsWith({ display: 'page' })),
  point('oidcc-display-popup', 'success with display=popup', succeedsWith({ display: 'popup' })),
  point('oidcc-prompt-login', 'a second sign-in, and a newer auth_time', async (bench) => {
    const first = await bench.askForTokens({ max_age: '10000' });
    bench.passTime(1_000);
    const answer = await bench.ask({ prompt: 'login' });
    expect(answer.pins).toBe(1);
    const second = await bench.tokens(answer);
    expect(second.claims()?.sub).toBe(first.claims()?.sub);
    expect(Number(second.claims()?.auth_time)).toBeGreaterThan(Number(first.claims()?.auth_time));
  }),
  point('oidcc-prompt-none-not-logged-in', 'login_required, and no page', async (bench) => {
    const { parameters } = await bench.ask({ prompt: 'none' }, { browser: bench.newBrowser() });
    expect(parameters.get('error')).toBe('login_required');
    expect(parameters.get('state')).toMatch(/./);
  }),
  point('oidcc-prompt-none-logged-in', 'the same reader, and no page', async (bench) => {
    const first = await bench.askForTokens({ max_age: '10000' });
    const answer = await bench.ask({ prompt: 'none', max_age: '10000' });
    expect(answer.pins).toBe(0);
    const { sub, auth_time: at } = (await bench.tokens(answer)).claims() ?? {};
    expect({ sub, at }).toEqual({ sub: first.claims()?.sub, at: first.claims()?.auth_time });
  }),
  point('oidcc-max-age-1', 'a second sign-in once the first is older', async (bench) => {
    const browser = bench.newBrowser();
    bench.passTime(-5_000);
    await bench.askForTokens({}, { browser });
    bench.passTime(5_000);
    const answer = await bench.ask({ max_age: '1' }, { browser });
    expect(answer.pins).toBe(1);
    expect((await bench.tokens(answer)).claims()?.auth_time).toBeDefined();
  }),
  point('oidcc-max-age-10000', 'no second sign-in, and the same auth_time', async (bench) => {
    const first = await bench.askForTokens({ max_age: '15000' });
    const answer = await bench.ask({ max_age: '10000' });
    expect(answer.pins).toBe(0);
    expect((await bench.tokens(answer)).claims()?.auth_time).toBe(first.claims()?.auth_time);
  }),
  point(
    'oidcc-ensure-request-with-unknown-parameter-succeeds',
    'success with a parameter that nobody knows',
    succeedsWith({ extra: 'foobar' }),
  ),
  point('oidcc-id-token-hint', 'success with prompt=none and the ID token of the reader', async (bench) => {
    const first = await bench.askForTokens();
    const hint = { prompt: 'none', id_token_hint: first.id_token ?? '' };
    expect((await bench.askForTokens(hint)).claims()?.sub).toBe(first.claims()?.sub);
  }),
  point('oidcc-login-hint', 'success with login_hint', succeedsWith({ login_hint: 'reader@example.org' })),
  point('oidcc-ui-locales', 'success with ui_locales', succeedsWith({ ui_locales: 'se' })),
  point('oidcc-claims-locales', 'success with claims_locales', succeedsWith({ claims_locales: 'se' })),
  point(
    'oidcc-ensure-request-with-acr-values-succeeds',
    'success with acr_values',
    succeedsWith({ acr_values: '1 2' }),
  ),
  ...[
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30],
  ].map(([module, seconds]) =>
    point(String(module), 'an error, and the end of the first tokens', async (bench) => {
      const answer = await bench.ask();
      const tokens = await bench.tokens(answer);
      bench.passTime(Number(seconds) * 1000);
      const again = await bench.exchange(answer);
      expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
      const info = await fetch(`${bench.signIn.issuer.href}/me`, { headers: bearer(tokens) });
      expect(info.status).toBe(401);
    }),
  ),
  point('oidcc-ensure-registered-redirect-uri', 'an error page, and no redirect', async (bench) => {
    const { page, parameters } = await bench.ask({ redirect_uri: 'https://attacker.example/' });
    expect([page.status, parameters.size]).toEqual([400, 0]);
    expect(page.text).toContain('invalid_redirect_uri');
  }),
  point('oidcc-ensure-post-request-succeeds', 'a code for a request by POST', async (bench) => {
    expect((await bench.askForTokens({}, { method: 'POST' })).token_type).toBe('bearer');
  }),
  point('oidcc-server-client-secret-post', 'the secret in the body', async (bench) => {
    const secret = { client_id: 'ebooks', client_secret: secrets.ebooks };
    expect((await bench.exchange(await bench.ask(), secret, {})).status).toBe(200);
  }),
  point('oidcc-request-uri-unsigned', 'refused, because it is not supported', async (bench) => {
    const answer = await bench.ask({ request_uri: 'https://client.example/request.jwt' });
    expect(answer.parameters.get('error') ?? answer.page.text).toContain('request_uri_not_supported');
  }),
  ...[
    'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    'oidcc-ensure-request-object-with-redirect-uri',
  ].map((module) =>
    point(module, 'refused, because it is not supported', async (bench) => {
      const parts = [{ alg: 'none' }, { redirect_uri: 'https://client.example/' }];
      const [header, payload] = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const answer = await bench.ask({ request: `${header}.${payload}.` });
      expect(answer.parameters.get('error') ?? answer.page.text).toContain('request_not_supported');
    }),
  ),
  point('oidcc-claims-essential', 'the essential claim in userinfo', async (bench) => {
    const claims = JSON.stringify({ userinfo: { library_standing: { essential: true }, name: null } });
    const tokens = await bench.askForTokens({ claims });
    expect(await bench.userinfo({ headers: bearer(tokens) })).toEqual(userinfoClaims(tokens));
  }),
  point('oidcc-refresh-token', 'the same reader; not for another client', async (bench) => {
    const tokens = await bench.askForTokens({ scope: 'openid offline_access', prompt: 'consent' });
    const refreshed = await (await bench.party()).refresh(tokens.refresh_token);
    const { iss, sub, aud } = tokens.claims() ?? {};
    expect(refreshed.claims()).toMatchObject({ iss, sub, aud });
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    const other = await bench.party('audiobooks');
    await expect(other.refresh(refreshed.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  }),
  point('oidcc-ensure-request-with-valid-pkce-succeeds', 'success with PKCE', succeedsWith({})),
  point('the plan without PKCE', 'success of a client that may leave it out, with a nonce', async (bench) => {
    const answer = await bench.ask(
      {},
      { id: 'turnstile', without: ['code_challenge', 'code_challenge_method'] },
    );
    const { expectedNonce, expectedState } = answer.begun.checks;
    const callback = new URL(callbacksAt(bench.signIn.parties).turnstile);
    callback.search = answer.parameters.toString();
    const checks = { expectedNonce, expectedState };
    const { config } = await bench.party('turnstile');
    expect((await client.authorizationCodeGrant(config, callback, checks)).token_type).toBe('bearer');
  }),
];
